"""Trees against the examples of RFC 6962's own implementation, and against its definition."""

from collections.abc import Sequence
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounting.merkle import (
    HASH_BYTES,
    TILE,
    Growing,
    path_of,
    root_of,
)

#: The leaves and roots that implementations of certificate transparency share.
LEAVES = [
    *("", "00", "10", "2021", "3031", "40414243", "5051525354555657"),
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
#: Paths of the same: index, size, hashes.
PATHS = [
    (0, 1, []),
    (
        0,
        8,
        [
            "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
            "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
            "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
        ],
    ),
    (
        5,
        8,
        [
            "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        ],
    ),
    (2, 3, ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
]

hashes = st.integers(0, 2**32).map(lambda seed: sha256(str(seed).encode()).digest())
trees = st.lists(hashes, min_size=1, max_size=70, unique=True)


def is_included(leaf: bytes, index: int, *, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Check a path as whoever is given one does (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    at, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:  # the path is longer than the tree is high
            return False
        if at % 2 or at == last:
            node = sha256(b"\1" + sibling + node).digest()
            while at % 2 == 0 and at:  # it went up alone
                at, last = at // 2, last // 2
        else:
            node = sha256(b"\1" + node + sibling).digest()
        at, last = at // 2, last // 2
    return last == 0 and node == root


def tree(size: int) -> bytes:
    return b"".join(sha256(b"\0" + bytes.fromhex(leaf)).digest() for leaf in LEAVES[:size])


def defined(leaves: list[bytes]) -> bytes:
    """Answer the root as RFC 9162, section 2.1.1 defines it."""
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = defined(leaves[:split]), defined(leaves[split:])
    return sha256(b"\x01" + left + right).digest()


@pytest.mark.parametrize(("size", "root"), list(enumerate(ROOTS, start=1)))
def test_roots_are_those_of_the_standard(size: int, root: str) -> None:
    assert root_of(tree(size)).hex() == root


def test_the_root_of_nothing_is_the_hash_of_nothing() -> None:
    assert root_of(b"").hex() == EMPTY


@pytest.mark.parametrize(("index", "size", "path"), PATHS)
def test_paths_are_those_of_the_standard(index: int, size: int, path: list[str]) -> None:
    assert [one.hex() for one in path_of(tree(size), index)] == path


@given(trees)
def test_a_root_is_as_it_is_defined(leaves: list[bytes]) -> None:
    assert root_of(b"".join(leaves)) == defined(leaves)


@given(trees, st.data())
def test_each_leaf_is_included_where_it_is_and_nowhere_else(
    leaves: list[bytes], data: st.DataObject
) -> None:
    size, together = len(leaves), b"".join(leaves)
    index = data.draw(st.integers(0, size - 1))
    path, root = path_of(together, index), root_of(together)

    assert is_included(leaves[index], index, size=size, path=path, root=root)
    for elsewhere in {*range(-1, size + 2)} - {index}:
        assert not is_included(leaves[index], elsewhere, size=size, path=path, root=root)
    for wrong in ([*path, root], path[:-1] if path else [root]):
        assert not is_included(leaves[index], index, size=size, path=wrong, root=root)


@given(trees, st.data())
def test_one_flipped_bit_anywhere_is_found(leaves: list[bytes], data: st.DataObject) -> None:
    size, together = len(leaves), b"".join(leaves)
    index = data.draw(st.integers(0, size - 1))
    proof = [leaves[index], *path_of(together, index), root_of(together)]
    which, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))

    flipped = int.from_bytes(proof[which]) ^ 1 << bit
    proof[which] = flipped.to_bytes(HASH_BYTES)

    leaf, *path, root = proof
    assert not is_included(leaf, index, size=size, path=path, root=root)


@pytest.mark.parametrize(("leaves", "index"), [(b"x", 0), (b"", 0), (bytes(64), 2)])
def test_what_is_no_leaf_has_no_path(leaves: bytes, index: int) -> None:
    with pytest.raises(ValueError, match=r"lea[fv]"):
        path_of(leaves, index)


@pytest.mark.parametrize("size", [0, 1, TILE - 1, TILE, TILE + 1, 3 * TILE, 3 * TILE + 5])
def test_a_tree_that_grows_by_tiles_has_the_same_root_and_paths(size: int) -> None:
    leaves = b"".join(sha256(number.to_bytes(4)).digest() for number in range(size))
    growing = Growing()
    for at in range(0, size, 700):
        growing.add(leaves[at * HASH_BYTES : (at + 700) * HASH_BYTES])

    assert (growing.size, growing.root) == (size, root_of(leaves))
    for index in {0, size // 2, size - 1} if size else ():
        tile, inside = divmod(index, TILE)
        near = leaves[tile * TILE * HASH_BYTES : (tile + 1) * TILE * HASH_BYTES]
        assert path_of(near, inside) + path_of(growing.tiles, tile) == path_of(leaves, index)
