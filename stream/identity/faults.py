"""What is wrong with a form: a sentence for each field, and each says what to do."""

from __future__ import annotations

from collections.abc import Mapping

from base.errors import Refused

_LONGEST_NAME = 60


class Unfit(Refused):
    """Fields that are not acceptable, all of them at once."""

    def __init__(
        self, faults: Mapping[str, str], *, code: str = "unfit", status: int = 422
    ) -> None:
        """`faults` are sentences by the names of their fields."""
        super().__init__(code, " ".join(faults.values()), status=status)
        self.faults = faults


def name_in(text: str) -> str:
    """Read how somebody wants to be called.

    Raises:
        Refused: `name-unfit`, 422.

    """
    name = " ".join(text.split())
    if not name:
        raise Refused("name-unfit", "Tell us how to call you; any name will do.", status=422)
    if len(name) > _LONGEST_NAME or not name.isprintable():
        raise Refused(
            "name-unfit",
            f"A name has at most {_LONGEST_NAME} characters, and all of them can be seen.",
            status=422,
        )
    return name
