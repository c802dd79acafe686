"""Names for bare numbers, so that a sample is never taken for a second."""

from __future__ import annotations

from typing import NewType

#: A count of audio frames at a rate that the context names.
Samples = NewType("Samples", int)
#: A size or an offset in bytes.
SizeBytes = NewType("SizeBytes", int)
#: Loudness relative to full scale (BS.1770).
Lufs = NewType("Lufs", float)
#: True peak relative to full scale (BS.1770 annex 2).
Dbtp = NewType("Dbtp", float)
#: Money in millionths of a currency unit.
Micros = NewType("Micros", int)
