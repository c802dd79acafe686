"""What uploads are refused for, in words that say how to go on."""

from __future__ import annotations

from base.errors import Refused

_UNITS = ("GiB", "MiB", "KiB")


def size_said(size_bytes: int) -> str:
    """Say a size as people do: `1.5 GiB`, `12 MiB`, `7 bytes`."""
    for at, unit in enumerate(_UNITS):
        scale = 1 << 10 * (len(_UNITS) - at)
        if size_bytes >= scale:
            return f"{size_bytes / scale:.1f}".removesuffix(".0") + f" {unit}"
    return f"{size_bytes} bytes"


class OffsetMismatch(Refused):
    """The bytes are not those that come next; `offset_bytes` tells which do, if any."""

    def __init__(self, offset_bytes: int, at: int, *, is_complete: bool = False) -> None:
        """Say both, and whether all are here."""
        super().__init__(
            "upload-offset",
            f"The upload stands at byte {offset_bytes}, and these begin at {at}; "
            f"please go on from {offset_bytes}.",
            status=409,
        )
        self.offset_bytes = offset_bytes
        self.at = at
        self.is_complete = is_complete


class TakenOver(Refused):
    """Another request goes on with the upload; this one's bytes no longer count."""

    def __init__(self) -> None:
        """Say so."""
        super().__init__(
            "upload-taken-over", "Another request goes on with this upload.", status=409
        )


def unknown() -> Refused:
    """Say that there is none of that id, or that it is somebody else's."""
    return Refused("upload-unknown", "There is no such upload.", status=404)


def gone(sentence: str) -> Refused:
    """Say what became of one that has ended without a master."""
    return Refused("upload-gone", sentence, status=410)


def ended() -> Refused:
    """Say that all its bytes are here already."""
    return Refused(
        "upload-ended", "This upload is complete; nothing can be added to it.", status=409
    )


def checksum_mismatch() -> Refused:
    """Say that nothing of it was kept; 460 is tus's own status."""
    return Refused(
        "checksum-mismatch",
        "The bytes are not those of the checksum; none was kept, please send them again.",
        status=460,
    )


def digest_mismatch(sha256: str) -> Refused:
    """Say that it is another file than was said; the bytes of one request may all be right."""
    return Refused(
        "digest-mismatch",
        f"The file comes to the SHA-256 {sha256}, and not to the one that was said of it;"
        " please send it again.",
        status=422,
    )


def bad_digest() -> Refused:
    """Say how a digest is said."""
    return Refused("bad-digest", "The sha256 of a file should be said in 64 hex digits.")


def checksum_unknown(algorithm: str) -> Refused:
    """Say that we cannot compute it."""
    return Refused(
        "checksum-unknown", f"Checksums of the kind {algorithm!r} are not known here.", status=400
    )


def too_large(limit_bytes: int) -> Refused:
    """Say how large a master may be."""
    return Refused(
        "too-large",
        f"The file is larger than the {size_said(limit_bytes)} that are accepted here.",
        status=413,
    )


def too_much(length_bytes: int) -> Refused:
    """Say that there were more bytes than were promised."""
    return Refused(
        "too-much",
        f"More was sent than the {length_bytes} bytes that the upload was said to have.",
        status=413,
    )


def length_changed(length_bytes: int) -> Refused:
    """Say that a length is said once."""
    return Refused(
        "length-changed", f"The upload was said to have {length_bytes} bytes before.", status=400
    )


def idle(seconds: float) -> Refused:
    """Say that nothing came for so long; what came before is kept."""
    return Refused(
        "upload-idle",
        f"Nothing came for {seconds:g} s; please go on when the line is better.",
        status=408,
    )


def idle_for_good() -> Refused:
    """Say that nothing came, to who cannot go on with what came before."""
    return Refused(
        "upload-idle",
        "Nothing came for too long, and nothing was kept; please send the file again.",
        status=408,
    )


def incomplete(size: int, length_bytes: int) -> Refused:
    """Say that it was said to end here, and does not."""
    return Refused(
        "incomplete-upload",
        f"The upload ended after {size} of {length_bytes} bytes; please send the rest.",
    )


def empty() -> Refused:
    """Say that there is nothing in it."""
    return Refused("empty-file", "The file is empty.", status=422)


def joined() -> Refused:
    """Say that its bytes come from other uploads."""
    return Refused(
        "upload-joined", "This upload is joined from others; nothing is added to it.", status=403
    )


def part_unfit(sentence: str) -> Refused:
    """Say why it cannot be joined."""
    return Refused("part-unfit", sentence, status=409)
