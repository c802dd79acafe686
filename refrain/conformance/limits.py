"""How much of a stranger's stream is read: bounds that hold before anything is parsed."""

from __future__ import annotations

#: A playlist or manifest, after decompression.
PLAYLIST_BYTES = 4 << 20
#: Lines of a playlist that are looked at.
PLAYLIST_LINES = 100_000
#: Segments of a rendition.
SEGMENTS = 10_000
#: Variants, and members of groups, of a multivariant playlist.
VARIANTS = 256
#: Renditions of a presentation, and presentations in a folder.
RENDITIONS = 64
#: A media object.
OBJECT_BYTES = 1 << 30
#: All objects of a target together.
TOTAL_BYTES = 8 << 30
#: Redirects that are followed for one request.
REDIRECTS = 5
#: Seconds that one request may take in all, and without a byte.
REQUEST_S = 300.0
SILENCE_S = 20.0
#: Boxes within boxes.
BOX_DEPTH = 8
#: Samples in one fragment run.
RUN_SAMPLES = 10_000_000
#: Seconds of audio that are decoded.
DECODED_S = 6 * 3600
#: Findings of one rule in one place; more of the same say nothing more.
SAME_FINDINGS = 5
