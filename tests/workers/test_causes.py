import errno

import pytest

from base.errors import Broken, Refused, Unavailable
from catalog.states import Cause
from transcode.endings import ChildFailed, Ending
from workers.causes import cause_of, output_of


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (ChildFailed("ffmpeg", Ending.OUT_OF_MEMORY, []), Cause.OUT_OF_MEMORY),
        (ChildFailed("ffmpeg", Ending.CRASH, []), Cause.CRASH),
        (ChildFailed("ffmpeg", Ending.TIMEOUT, []), Cause.TIMEOUT),
        (ChildFailed("ffmpeg", Ending.ERROR, []), Cause.FAULT),
        (Broken("wrong-rendition", "It is short."), Cause.BAD_RESULT),
        (Broken("growth-ended", "It ended."), Cause.FAULT),
        (Broken("storage-refused", "Its keys are old."), Cause.UNAVAILABLE),
        (Unavailable("storage-away", "Later."), Cause.UNAVAILABLE),
        (Refused("not-audio", "It is a picture."), Cause.BAD_INPUT),
        (MemoryError(), Cause.OUT_OF_MEMORY),
        (OSError(errno.ENOMEM, "no"), Cause.OUT_OF_MEMORY),
        (OSError(errno.ENOSPC, "full"), Cause.UNAVAILABLE),
        (FileNotFoundError(errno.ENOENT, "gone"), Cause.FAULT),
        (KeyError("x"), Cause.FAULT),
    ],
)
def test_an_error_has_one_cause(error: Exception, cause: Cause) -> None:
    assert cause_of(error) is cause


def test_what_a_child_said_last_is_kept() -> None:
    assert output_of(ChildFailed("ffmpeg", Ending.ERROR, ["a", "b"])) == "a\nb"
    assert output_of(ChildFailed("ffmpeg", Ending.ERROR, [])) is None
    assert output_of(KeyError("x")) is None
