"""The schemas of DDEX, where an operator has put them: they may not be given away with Refrain.

A folder has one for each version (`432/release-notification.xsd`), with the allowed values where
it looks for them; what it names by an address of the web is looked for by its name, beside it and
above. Nothing is fetched.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from base.errors import Broken
from catalog.findings import Severity
from ingest.ddex.findings import MessageFinding, Status
from ingest.ddex.versions import Version

_NAME = "release-notification.xsd"
_MOST_ERRORS = 100


class _Beside(etree.Resolver):
    """Finds what a schema imports among the files of an operator, and nowhere else."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder

    def resolve(
        self,
        system_url: str | None,
        public_id: str | None,  # noqa: ARG002 - lxml's
        context: Any,  # noqa: ANN401 - opaque
    ) -> Any:  # noqa: ANN401 - opaque
        """Answer a file by the last part of an address."""
        name = Path(urlsplit(system_url or "").path).name
        for folder in (self._folder, self._folder.parent):
            if (folder / name).is_file():
                return self.resolve_filename(str(folder / name), context)
        return self.resolve_empty(context)


@cache
def schema_of(folder: Path, version: Version) -> etree.XMLSchema | None:
    """Answer the schema of a version; None where the operator has none.

    Raises:
        Broken: `ddex-schema`: what is there is no schema.

    """
    path = folder / version.folder / _NAME
    if not path.is_file():
        return None
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    parser.resolvers.add(_Beside(path.parent))
    try:
        return etree.XMLSchema(etree.parse(path, parser))
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        raise Broken("ddex-schema", f"{path} is no schema: {error}") from error


def faults_of(content: bytes, schema: etree.XMLSchema) -> Iterator[MessageFinding]:
    """Find what a schema does not allow in a message that was read before, and is well-formed."""
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    document = etree.fromstring(content, parser)
    if schema.validate(document):
        return
    for one in list(schema.error_log)[:_MOST_ERRORS]:
        yield MessageFinding(
            rule="schema",
            status=Status.NEW_RELEASE_MESSAGE_INVALID,
            severity=Severity.ERROR,
            text=f"The schema of DDEX does not allow it: {one.message[:500]}",
            line=one.line,
            path=one.path or "",
        )
