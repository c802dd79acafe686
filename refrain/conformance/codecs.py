"""What a sample entry says of its audio: the formats of HLS and DASH, and their CODECS strings.

ISO/IEC 14496-12 12.2.3 (entries), 14496-3 1.6.2.1 (AAC), Opus in ISO 4.3.2, FLAC in ISO, ALAC.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from refrain.conformance.iso import Bytes, CutOff, Fields, Node, read_tree

_ENTRY_BYTES = 28
#: QuickTime's sound descriptions of later versions are longer by so much.
_LONGER = {1: 16, 2: 36}
_AAC_RATES = (
    *(96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000),
    *(22_050, 16_000, 12_000, 11_025, 8_000, 7_350),
)
_EXPLICIT_RATE, _ESCAPE, _SBR, _PS = 15, 31, 5, 29
_ES, _DECODER, _SPECIFIC = 3, 4, 5
_MPEG4_AUDIO = 0x40
#: 14496-3, table 1.19: channels of a channel configuration.
_AAC_CHANNELS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 8, 11: 7, 12: 8, 14: 8}


class Family(StrEnum):
    """The formats that rules know."""

    AAC = "AAC"
    OPUS = "Opus"
    FLAC = "FLAC"
    ALAC = "ALAC"
    OTHER = "another format"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A sample entry: what it says itself, and what its decoder configuration says."""

    kind: str
    family: Family
    codecs: str
    channels: int
    sample_rate: int
    configured_channels: int | None = None
    configured_rate: int | None = None
    pre_skip: int | None = None
    faults: tuple[str, ...] = ()

    @property
    def is_lossless(self) -> bool:
        """Whether the decoder gives back what the encoder was given."""
        return self.family in {Family.FLAC, Family.ALAC}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Config:
    family: Family
    codecs: str
    channels: int | None = None
    rate: int | None = None
    pre_skip: int | None = None


def read_entry(data: Bytes, node: Node) -> Entry:
    """Read the sample entry that a box of an `stsd` is."""
    fields = Fields(data, node.body, node.end)
    try:
        version, channels, rate = _plain(fields)
        fields.raw(_LONGER.get(version, 0))
    except CutOff:
        fault = "the sample entry is cut off"
        return _entry(node.kind, _unknown(node.kind), 0, 0, fault)
    inner = read_tree(memoryview(data)[fields.at : node.end])
    part = memoryview(data)[fields.at : node.end]
    try:
        config = _config(node.kind, part, inner.root)
    except (CutOff, IndexError):
        fault = "the decoder configuration is missing or cut off"
        return _entry(node.kind, _unknown(node.kind), channels, rate, fault)
    return _entry(node.kind, config, channels, rate)


def _entry(kind: str, config: _Config, channels: int, rate: int, *faults: str) -> Entry:
    return Entry(
        kind=kind,
        family=config.family,
        codecs=config.codecs,
        channels=channels,
        sample_rate=rate,
        configured_channels=config.channels,
        configured_rate=config.rate,
        pre_skip=config.pre_skip,
        faults=faults,
    )


def _plain(fields: Fields) -> tuple[int, int, int]:
    fields.raw(8)
    version = fields.unsigned(2)
    fields.raw(6)
    channels = fields.unsigned(2)
    fields.raw(6)
    return version, channels, fields.unsigned(4) >> 16


def _unknown(kind: str) -> _Config:
    families = {"mp4a": Family.AAC, "Opus": Family.OPUS, "fLaC": Family.FLAC, "alac": Family.ALAC}
    return _Config(family=families.get(kind, Family.OTHER), codecs=kind)


def _config(kind: str, data: Bytes, root: Node) -> _Config:
    readers = {"mp4a": ("esds", _esds), "Opus": ("dOps", _dops)}
    readers |= {"fLaC": ("dfLa", _dfla), "alac": ("alac", _alac)}
    if kind not in readers:
        return _unknown(kind)
    name, reader = readers[kind]
    box = root.first(name)
    if box is None:
        raise CutOff
    return reader(Fields(data, box.body, box.end))


def _dops(fields: Fields) -> _Config:
    fields.raw(1)
    channels, pre_skip = fields.unsigned(1), fields.unsigned(2)
    fields.raw(7)
    return _Config(
        family=Family.OPUS, codecs="Opus", channels=channels, rate=48_000, pre_skip=pre_skip
    )


def _dfla(fields: Fields) -> _Config:
    fields.full()
    fields.raw(4 + 10)
    packed = fields.unsigned(8)
    rate, channels = packed >> 44, (packed >> 41 & 7) + 1
    return _Config(family=Family.FLAC, codecs="fLaC", channels=channels, rate=rate)


def _alac(fields: Fields) -> _Config:
    fields.full()
    fields.raw(9)
    channels = fields.unsigned(1)
    fields.raw(10)
    return _Config(family=Family.ALAC, codecs="alac", channels=channels, rate=fields.unsigned(4))


def _esds(fields: Fields) -> _Config:
    fields.full()
    _descriptor(fields, _ES)
    fields.raw(2)
    flags = fields.unsigned(1)
    fields.raw(2 if flags & 0x80 else 0)
    fields.raw(fields.unsigned(1) if flags & 0x40 else 0)
    fields.raw(2 if flags & 0x20 else 0)
    _descriptor(fields, _DECODER)
    indication = fields.unsigned(1)
    fields.raw(12)
    if indication != _MPEG4_AUDIO:
        return _Config(family=Family.OTHER, codecs=f"mp4a.{indication:02x}")
    size = _descriptor(fields, _SPECIFIC)
    return _audio_specific(fields.raw(min(size, fields.left)))


def _descriptor(fields: Fields, kind: int) -> int:
    if fields.unsigned(1) != kind:
        raise CutOff
    size = 0
    for _ in range(4):
        byte = fields.unsigned(1)
        size = size << 7 | byte & 0x7F
        if not byte & 0x80:
            return size
    raise CutOff


def _audio_specific(config: bytes) -> _Config:
    """Read an AudioSpecificConfig (14496-3, 1.6.2.1) as far as rate and channels go."""
    bits = _Bits(config)
    kind, rate = _object_type(bits), _rate(bits)
    channels = bits.take(4)
    if kind in {_SBR, _PS}:
        rate = _rate(bits)
        _object_type(bits)
    family = Family.AAC if kind in {2, _SBR, _PS, 42} else Family.OTHER
    return _Config(
        family=family, codecs=f"mp4a.40.{kind}", channels=_AAC_CHANNELS.get(channels), rate=rate
    )


def _object_type(bits: _Bits) -> int:
    kind = bits.take(5)
    return 32 + bits.take(6) if kind == _ESCAPE else kind


def _rate(bits: _Bits) -> int:
    index = bits.take(4)
    return bits.take(24) if index == _EXPLICIT_RATE else _AAC_RATES[index]


class _Bits:
    """Numbers of some bits each, from the highest bit on."""

    def __init__(self, data: bytes) -> None:
        self._number = int.from_bytes(data, "big")
        self._left = len(data) * 8

    def take(self, count: int) -> int:
        """Take `count` bits."""
        if count > self._left:
            raise CutOff
        self._left -= count
        return self._number >> self._left & ((1 << count) - 1)
