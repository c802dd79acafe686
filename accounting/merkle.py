"""A Merkle tree over leaves in order, as certificate logs have it (RFC 9162, section 2.1).

A leaf is hashed with a zero byte before it and a node with a one, so that neither passes for the
other. The last subtree is as full as there are leaves: nothing is doubled. Levels are byte strings
of whole hashes, one after another, so that a million leaves are a matter of a second. A tile is the
root of 1024 leaves that stand together: who keeps the tiles of a tree need not read all its leaves
to find the path of one.
"""

from __future__ import annotations

from hashlib import sha256

#: The size of a hash, in bytes.
HASH_BYTES = 32
_PAIR_BYTES = 2 * HASH_BYTES
#: Leaves of a tile; a power of two, so that tiles are nodes of the tree.
TILE = 1024
_TILE_BYTES = TILE * HASH_BYTES
_NODE = b"\x01"


def root_of(leaves: bytes) -> bytes:
    """Answer the root over the hashes of leaves, which stand one after another.

    Raises:
        ValueError: these are no whole hashes.

    """
    level = _require_whole(leaves)
    while len(level) > HASH_BYTES:
        level = level_above(level)
    return level or sha256().digest()


def level_above(level: bytes) -> bytes:
    """Answer the parents of the nodes of a level; one that is left over goes up as it is."""
    paired = len(level) - len(level) % _PAIR_BYTES
    parents = [
        sha256(_NODE + level[at : at + _PAIR_BYTES]).digest()
        for at in range(0, paired, _PAIR_BYTES)
    ]
    return b"".join([*parents, level[paired:]])


def path_of(leaves: bytes, index: int) -> list[bytes]:
    """Answer the hashes that lead from a leaf to the root, the lowest first.

    Raises:
        ValueError: these are no whole hashes, or there is no such leaf.

    """
    level, path = _require_whole(leaves), list[bytes]()
    if not 0 <= index < len(level) // HASH_BYTES:
        raise ValueError("there is no such leaf")
    while len(level) > HASH_BYTES:
        if sibling := _at(level, index ^ 1):
            path.append(sibling)
        level, index = level_above(level), index // 2
    return path


class Growing:
    """A tree whose leaves come by and by, of which only tiles are kept."""

    def __init__(self) -> None:
        """Begin without leaves."""
        self.size = 0
        self._tiles = bytearray()
        self._rest = b""

    def add(self, leaves: bytes) -> None:
        """Take the leaves that come next."""
        self.size += len(_require_whole(leaves)) // HASH_BYTES
        come = self._rest + leaves
        whole = len(come) - len(come) % _TILE_BYTES
        for at in range(0, whole, _TILE_BYTES):
            self._tiles += root_of(come[at : at + _TILE_BYTES])
        self._rest = come[whole:]

    @property
    def tiles(self) -> bytes:
        """The tiles so far, the last of which may have fewer leaves than the others."""
        return bytes(self._tiles) + (root_of(self._rest) if self._rest else b"")

    @property
    def root(self) -> bytes:
        """The root so far."""
        return root_of(self.tiles)


def _at(level: bytes, index: int) -> bytes:
    return level[index * HASH_BYTES : (index + 1) * HASH_BYTES]


def _require_whole(leaves: bytes) -> bytes:
    if len(leaves) % HASH_BYTES:
        raise ValueError("leaves are hashes of 32 bytes each")
    return leaves
