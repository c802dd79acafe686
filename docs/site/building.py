"""What Sphinx is told: how a diagram is drawn, and which pages hold what is read from the code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from docs.site.commands import commands
from docs.site.diagrams import drawn
from docs.site.tables import interface, metrics, settings

#: Each page of the reference, and what stands in the place of its mark.
GENERATED: dict[str, Callable[[], str]] = {
    "reference/settings": settings,
    "reference/commands": commands,
    "reference/interface": interface,
    "reference/metrics": metrics,
}
MARK = "<!-- read from the code when the site is built -->"


class Diagram(SphinxDirective):
    """A fence of Mermaid."""

    has_content = True
    option_spec: ClassVar[dict[str, Any]] = {}

    def run(self) -> list[nodes.Node]:
        """Answer the picture of it."""
        return [nodes.raw("", drawn("\n".join(self.content)), format="html")]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of both."""
    app.add_directive("mermaid", Diagram)
    app.connect("source-read", _fill)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _fill(app: Sphinx, page: str, source: list[str]) -> None:
    del app
    make = GENERATED.get(page)
    if make is not None:
        before, mark, after = source[0].partition(MARK)
        if not mark:
            raise ValueError(f"{page}.md has no place for what is read from the code: {MARK}")
        source[0] = f"{before}{make()}{after}"
