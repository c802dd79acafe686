"""The early word: what a file is, said from its first MiB, before the rest of it is sent.

Who sends 900 MB for an hour wants to know after a second that they are of the wrong kind. The
engine could say so, but it lives in `transcode`, which nothing behind a request may reach: a server
that holds a thousand uploads starts no thousand decoders. So these are small parsers of our own,
pure, which read what stands in front and believe nothing of it. They are held to the engine by
tests: nothing is refused early of all the forms that it takes.
"""

from ingest.sniff.head import MOST_BYTES, sniff
from ingest.sniff.kinds import AUDIO, Kind
from ingest.sniff.verdict import Claim, Level, Notice, Verdict

__all__ = ["AUDIO", "MOST_BYTES", "Claim", "Kind", "Level", "Notice", "Verdict", "sniff"]
