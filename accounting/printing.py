"""Paper to print on: pages, lines of text in any script, and tables that go on over pages.

Positions are whole points from the upper left corner. What is printed is the same, byte for byte,
whenever it is printed again.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby

from font_source_sans_pro import font_files_ttf
from reportlab.lib.colors import HexColor
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

#: A4.
WIDTH, HEIGHT = 595, 842
LEFT, RIGHT, TOP, BOTTOM = 56, 539, 60, 770
ROW = 16
#: Where a name ends that is too long: nobody reads on.
_LONGEST = 200


class Face(Enum):
    """The faces of what is printed."""

    PLAIN = "SourceSansPro"
    STRONG = "SourceSansProSemibold"
    LIGHT = "SourceSansProLight"


class Ink(Enum):
    """The colours of what is printed."""

    BLACK = "#1b1b1f"
    GREY = "#6f6f78"
    PALE = "#d9d9de"
    ACCENT = "#2f5d50"
    SOFT = "#9dbdb2"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column: its heading, and where it begins, or ends where figures do."""

    heading: str
    x: int
    is_figure: bool = False
    width: int = 200


#: Of scripts that our own face has not, the ranges and faces that every reader has.
_FAR = (
    (0x1100, 0x11FF, "HYGothic-Medium"),
    (0x3040, 0x30FF, "HeiseiKakuGo-W5"),
    (0x3000, 0x303F, "HeiseiKakuGo-W5"),
    (0x3400, 0x9FFF, "STSong-Light"),
    (0xAC00, 0xD7AF, "HYGothic-Medium"),
    (0xFF00, 0xFFEF, "HeiseiKakuGo-W5"),
)
_NO_GLYPH = "\N{WHITE SQUARE}"


class Paper:
    """Pages that are filled from above; `foot` is printed at the end of each."""

    def __init__(self, *, title: str, foot: Callable[[Paper, int], None]) -> None:
        """Begin the first page."""
        for face in Face:
            _register(face.value)
        self._bytes = io.BytesIO()
        self._canvas = Canvas(self._bytes, pagesize=(WIDTH, HEIGHT), invariant=1)
        self._canvas.setTitle(title)
        self._canvas.setCreator("Refrain")
        self._foot = foot
        self.page = 1
        self.y = TOP

    def text(  # noqa: PLR0913 - a line of text has as many sides
        self,
        x: int,
        y: int,
        said: str,
        *,
        size: int = 9,
        face: Face = Face.PLAIN,
        ink: Ink = Ink.BLACK,
        ends: bool = False,
        width: int | None = None,
    ) -> None:
        """Print a line that begins at `x`; figures that `ends` there; cut where it is too wide."""
        self._canvas.setFillColor(HexColor(ink.value))
        if ends:
            # Figures, which stand under each other to the last fraction of a point.
            self._canvas.setFont(face.value, size)
            self._canvas.drawRightString(x, HEIGHT - y, said)
            return
        for part, font in _runs(said if width is None else _cut(said, face, size, width), face):
            self._canvas.setFont(font, size)
            self._canvas.drawString(x, HEIGHT - y, part)
            x += _width(part, font, size)

    def rule(self, y: int, *, ink: Ink = Ink.PALE, left: int = LEFT, right: int = RIGHT) -> None:
        """Draw a hairline."""
        self._canvas.setStrokeColor(HexColor(ink.value))
        self._canvas.setLineWidth(1 if ink is Ink.ACCENT else 0)
        self._canvas.line(left, HEIGHT - y, right, HEIGHT - y)

    def bar(self, x: int, y: int, width: int, *, height: int, ink: Ink) -> None:
        """Draw a bar whose upper left corner is given."""
        self._canvas.setFillColor(HexColor(ink.value))
        self._canvas.rect(x, HEIGHT - y - height, width, height, stroke=0, fill=1)

    def heading(self, said: str, *, needs: int = 3) -> None:
        """Print a heading where there is room for so many rows of what follows."""
        if self.y + (needs + 3) * ROW > BOTTOM:
            self.turn()
        self.y += 2 * ROW if self.y > TOP else 0
        self.text(LEFT, self.y, said, size=13, face=Face.STRONG)
        self.y += ROW

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> None:
        """Print a table; its last row is the sum, and its headings are on each page."""
        self._headings(columns)
        for number, row in enumerate(rows):
            is_sum = number == len(rows) - 1
            if self.y + ROW > BOTTOM:
                self.turn()
                self._headings(columns)
            self.rule(self.y - 11, ink=Ink.GREY if is_sum else Ink.PALE)
            self._row(columns, row, face=Face.STRONG if is_sum else Face.PLAIN)

    def turn(self) -> None:
        """End this page and begin another."""
        self._foot(self, self.page)
        self._canvas.showPage()
        self.page += 1
        self.y = TOP

    def printed(self) -> bytes:
        """Answer all pages as a PDF."""
        self._foot(self, self.page)
        self._canvas.save()
        return self._bytes.getvalue()

    def _headings(self, columns: Sequence[Column]) -> None:
        for one in columns:
            self.text(one.x, self.y, one.heading, size=8, ink=Ink.GREY, ends=one.is_figure)
        self.y += ROW

    def _row(self, columns: Sequence[Column], row: Sequence[str], *, face: Face) -> None:
        for one, said in zip(columns, row, strict=True):
            width = None if one.is_figure else one.width
            self.text(one.x, self.y, said, face=face, ends=one.is_figure, width=width)
        self.y += ROW


def _register(name: str) -> None:
    if name in pdfmetrics.getRegisteredFontNames():
        return
    if name in font_files_ttf:
        pdfmetrics.registerFont(TTFont(name, font_files_ttf[name]))
    else:
        pdfmetrics.registerFont(UnicodeCIDFont(name))


def _runs(said: str, face: Face) -> Iterator[tuple[str, str]]:
    """Answer parts of a text, and the font that has each of them."""
    known = pdfmetrics.getFont(face.value).face.charToGlyph
    fonts = [(one, _font_of(one, face, known)) for one in said]
    for font, part in groupby(fonts, key=lambda each: each[1]):
        whole = "".join(one for one, _ in part)
        yield (whole, font) if font else (_NO_GLYPH * len(whole), face.value)


def _font_of(one: str, face: Face, known: dict[int, int]) -> str:
    if ord(one) in known:
        return face.value
    for first, last, font in _FAR:
        if first <= ord(one) <= last:
            _register(font)
            return font
    return ""


def _width(said: str, font: str, size: int) -> int:
    return int(pdfmetrics.stringWidth(said, font, size)) + 1


def _cut(said: str, face: Face, size: int, width: int) -> str:
    """Answer as much of a text as there is room for."""
    if _wide(said, face, size) <= width:
        return said
    said = said[:_LONGEST]
    while said and _wide(f"{said}…", face, size) > width:
        said = said[:-1]
    return f"{said.rstrip()}…"


def _wide(said: str, face: Face, size: int) -> int:
    return sum(_width(part, font, size) for part, font in _runs(said, face))
