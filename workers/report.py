"""What is written down of a master for its artist: findings, as the catalogue keeps them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from base.errors import Refused
from transcode.findings import Examined, Lossy, finding_of
from transcode.package import Packaged
from transcode.report import findings_of
from transcode.soon import Opened


def findings_in(opened: Opened) -> list[dict[str, Any]]:
    """Answer all that was found in a master, and in its first renditions."""
    found = opened.examination
    examined = Examined(
        info=found.info,
        heard=found.heard,
        complaints=found.complaints,
        gain_db=opened.gain_db,
        lossy=tuple(_lossy(opened.renditions)),
    )
    return [asdict(finding) for finding in findings_of(examined)]


def finding_against(refused: Refused) -> list[dict[str, Any]]:
    """Answer why a master was refused."""
    return [asdict(finding_of(refused))]


def _lossy(renditions: Iterable[Packaged]) -> Iterable[Lossy]:
    for one in renditions:
        rung = one.encoded.made.rung
        if not (rung.codec.is_lossless or rung.is_preview):
            certificate = one.certificate
            yield Lossy(
                name=rung.name,
                gain_db=certificate.gain_db,
                peak_dbfs=certificate.sample_peak_dbfs,
            )
