import hashlib
from pathlib import Path

import pytest

from stream.identity.breached import has_leaked


def listed(passwords: list[str], ending: str = "\n") -> bytes:
    lines = sorted(hashlib.sha1(one.encode()).hexdigest().upper() for one in passwords)  # noqa: S324
    return "".join(f"{one}:{number}{ending}" for number, one in enumerate(lines, 1)).encode()


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("size", [0, 1, 2, 3, 100])
async def test_each_of_a_list_is_found_and_nothing_else(
    tmp_path: Path, size: int, ending: str
) -> None:
    passwords = [f"password {number}" for number in range(size)]
    path = tmp_path / "pwned.txt"
    path.write_bytes(listed(passwords, ending))

    found = [one for one in [*passwords, "another", "one more"] if await has_leaked(one, path)]

    assert found == passwords


async def test_a_list_without_an_end_of_its_last_line_is_read_to_the_end(tmp_path: Path) -> None:
    path = tmp_path / "pwned.txt"
    path.write_bytes(listed(["one", "two", "three"]).rstrip(b"\n"))

    assert [await has_leaked(one, path) for one in ("one", "two", "three", "four")] == [
        *(True, True, True, False)
    ]


async def test_without_a_list_nothing_has_leaked(tmp_path: Path) -> None:
    assert not await has_leaked("password", None)
    assert not await has_leaked("password", tmp_path / "nowhere")
