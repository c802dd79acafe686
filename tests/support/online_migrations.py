"""What a step of the tables does to those who use them meanwhile, on PostgreSQL.

Rules of statements, as its documentation tells which locks they take for how long ("Explicit
Locking"; "ALTER TABLE", Notes). Tables that the same step made are nobody's yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_TABLE = r'(?:only\s+)?"?(?P<table>\w+)"?'
_CREATED = re.compile(rf"create table (?:if not exists )?{_TABLE}", re.IGNORECASE)
#: What each refuses, and what is to be done instead.
RULES: dict[str, tuple[re.Pattern[str], str]] = {
    name: (re.compile(pattern, re.IGNORECASE | re.DOTALL), advice)
    for name, pattern, advice in (
        (
            "index",
            rf"^create (?:unique )?index (?!concurrently).*? on {_TABLE}",
            "nobody writes while it is built: CREATE INDEX CONCURRENTLY in an autocommit_block",
        ),
        (
            "drop-index",
            r"^drop index (?!concurrently)(?:if exists )?\"?(?P<table>\w+)",
            "DROP INDEX CONCURRENTLY in an autocommit_block",
        ),
        (
            "rewrite",
            rf"^alter table {_TABLE} .*alter (?:column )?\S+ (?:set data )?type ",
            "the table is written anew: add a column, and move to it",
        ),
        (
            "volatile",
            rf"^alter table {_TABLE} .*add .*default .*(?:random|clock_timestamp|uuid|nextval)\(",
            "the table is written anew: add the column without, and let rows be filled later",
        ),
        (
            "generated",
            rf"^alter table {_TABLE} .*add (?:column )?.*(?:generated|serial)",
            "the table is written anew",
        ),
        (
            "not-null",
            rf"^alter table {_TABLE} .*alter (?:column )?\S+ set not null",
            "all is read while nobody may: a CHECK … NOT VALID, VALIDATE it in the next step first",
        ),
        (
            "constraint",
            rf"^alter table {_TABLE} .*add constraint (?!.*not valid)(?!.*using index)",
            "all is read while nobody may: NOT VALID, and VALIDATE it in the next step",
        ),
        (
            "rows",
            rf"^(?:update|delete from) {_TABLE}",
            "who changes the same rows waits until the step has ended: a job does it bit by bit",
        ),
        ("lock", rf"^(?:lock table|truncate|cluster|vacuum full) {_TABLE}", "nobody gets through"),
    )
}


def broken_rules(statements: Sequence[str]) -> set[tuple[str, str]]:
    """Answer the rules that the statements of one step break, and of which table."""
    plain = [" ".join(one.split()) for one in statements]
    own = set(_all(_CREATED, plain)) | {"alembic_version"}
    found = set()
    for name, (pattern, _) in RULES.items():
        found |= {(name, table) for table in _all(pattern, plain) if table not in own}
    return found


def _all(pattern: re.Pattern[str], statements: Iterable[str]) -> list[str]:
    matches = (pattern.match(one) for one in statements)
    return [match["table"].lower() for match in matches if match]
