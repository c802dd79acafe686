"""An encoder that is broken publishes nothing: what it made does not pass."""

from pathlib import Path

import pytest

from base.errors import Broken
from tests.support.broken_encoder import WRONGS, broken
from tests.support.masters import carillon
from tests.support.renditions import STREAMED, packaged
from transcode.tools import Tools

RUNGS = [rung for rung in STREAMED if rung.name in {"aac-128", "opus-48"}]


@pytest.fixture(scope="module")
def master(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return carillon(tmp_path_factory.mktemp("master") / "bells.wav", samples=4 * 44_100)


@pytest.mark.parametrize("rung", RUNGS, ids=[rung.name for rung in RUNGS])
@pytest.mark.parametrize("wrong", WRONGS)
async def test_what_a_broken_encoder_makes_is_found_out(
    tools: Tools, tmp_path: Path, master: Path, wrong: str, rung: object
) -> None:
    encoder = broken(tools, tmp_path, wrong)

    with pytest.raises(Broken) as raised:
        await packaged(encoder, master, tmp_path / "out", [rung])  # type: ignore[list-item] # it is one

    assert raised.value.code == "wrong-rendition"
