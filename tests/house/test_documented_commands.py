"""Every command that the documents show is one: its program, its options, its address."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import AsyncIterator
from enum import EnumMeta
from pathlib import Path
from typing import Any

import pytest

from docs.site.commands import tree
from ingest.desk import open_desk
from stream.app import make_app
from tests.support.documented import Block, blocks, commands
from tests.support.masters import ROOT
from tests.support.working import workshop

#: Programs that are not ours, and why a test does not run them here.
OTHERS = {
    "docker": "images are built and run by tests/compose",
    "upgrade": "run by tests/compose",
    "git": "a clone of what is here already",
    "uv": "locks are made anew by who changes them, from a registry",
    "sftp": "run by tests/ingest/ddex against a server of ours",
    "ssh-keyscan": "another house's key",
    "pg_basebackup": "PostgreSQL's; run by tests/house/backups/test_point_in_time.py",
    "pg_ctl": "PostgreSQL's",
    "restore-to": "run by tests/house/backups/test_point_in_time.py",
    "pytest": "its paths are looked at",
    "export": "run by tests/e2e/test_documents.py",
    "echo": "the shell's",
    "sed": "run by tests/e2e/test_documents.py",
    "tail": "run by tests/e2e/test_documents.py",
    "tr": "run by tests/e2e/test_documents.py",
    "jq": "run by tests/e2e/test_documents.py and test_tutorials.py",
    "base64": "run by tests/e2e/test_documents.py",
    "printf": "run by tests/e2e/test_documents.py",
    "cd": "the shell's",
    "tee": "run by tests/e2e/test_tutorials.py",
    "date": "run by tests/e2e/test_tutorials.py",
    "openssl": "makes a secret",
    "psql": "what it is given is run by tests/catalog/test_database_roles.py",
    "xdg-open": "opens a browser; its address is asked by tests/stream/openid/test_code_flow.py",
}
BLOCKS = blocks()
_TARGET = re.compile(r"^([a-z-]+):", re.MULTILINE)
_PLACEHOLDER = re.compile(r"[$…A-Z]")
_WAYS = {"-T": "PUT", "--json": "POST", "-d": "POST", "--data-binary": "POST", "-I": "HEAD"}
_ROOT = re.compile(r"^(?:\$URL|\$HOUSE|https?://[^/$]+)(?=/)")


def programs() -> list[tuple[Block, list[str]]]:
    found = [(block, words) for block in BLOCKS for words in commands(block)]
    return [(block, [words[0].rpartition("/")[2], *words[1:]]) for block, words in found]


def of(program: str) -> list[tuple[Block, list[str]]]:
    return [(block, words) for block, words in programs() if words[0] == program]


def test_every_block_is_a_script() -> None:
    assert len(BLOCKS) > 50
    for block in BLOCKS:
        script = re.sub(r"\[(--?[^\]]+)\]", r"\1", block.script)
        said = subprocess.run(
            ["/bin/bash", "-n"], input=script, capture_output=True, text=True, check=False
        )
        assert said.returncode == 0, f"{block}: {said.stderr}"


def test_every_program_is_known_and_none_is_kept_that_nothing_calls() -> None:
    called = Counter(words[0] for _, words in programs())

    assert set(called) - {"refrain", "make", "curl"} == set(OTHERS) & set(called)
    assert set(OTHERS) <= set(called), "no document calls it any more"


def test_every_command_of_ours_parses() -> None:
    wrong = [f"{block}: {fault}" for block, words in of("refrain") if (fault := fault_of(words))]

    assert len(of("refrain")) > 100
    assert wrong == []


def fault_of(words: list[str]) -> str:
    """Answer what is wrong with a command of ours, by the parser that reads it when it is run."""
    command, path, rest = tree(), "refrain", words[1:]
    while rest and hasattr(command, "commands"):
        rest = read_by(command, path, rest)
        if rest[0] not in command.commands:
            return f"{path} knows no {rest[0]}"
        path, command = f"{path} {rest[0]}", command.commands[rest[0]]
        rest = rest[1:]
    if hasattr(command, "commands"):
        return f"{path} needs a command"
    return parsed(command, path, rest)


def read_by(group: Any, path: str, rest: list[str]) -> list[str]:  # noqa: ANN401 - click's
    """Answer the words as a group understands them: some have a command unless one is told."""
    context = group.context_class(group, info_name=path)
    group.parse_args(context, list(rest))
    return [*context._protected_args, *context.args]  # noqa: SLF001 - click tells it nowhere else


def parsed(command: Any, path: str, rest: list[str]) -> str:  # noqa: ANN401 - click's
    context = command.context_class(command, info_name=path)
    try:
        told, left, _ = command.make_parser(context).parse_args(list(rest))
    except Exception as error:  # noqa: BLE001 - typer's click is private, and so are its errors
        return f"{path} {' '.join(rest)}: {error}"
    if left:
        return f"{path} takes no {left}"
    for one in command.params:
        value = told.get(one.name)
        is_lacking = value is None or value == () or "UNSET" in repr(value)
        if one.required and is_lacking and not one.envvar:
            return f"{path} needs {one.name}"
        annotation = one.type_descriptor.annotation
        if isinstance(annotation, EnumMeta) and isinstance(value, str):
            names = {choice.value for choice in annotation}
            if value not in names and not _PLACEHOLDER.search(value):
                return f"{path}: {one.name} is no {value}"
    return ""


@pytest.mark.parametrize(
    ("command", "fault"),
    [
        ("refrain books clsoe 2026-11", "refrain books knows no clsoe"),
        ("refrain books", "needs a command"),
        ("refrain jobs list --stat done", "--stat"),
        ("refrain jobs list extra", "extra"),
        ("refrain books restate", "needs"),
        ("refrain jobs list --state gone", "is no gone"),
    ],
)
def test_what_is_wrong_would_be_found(command: str, fault: str) -> None:
    assert fault in fault_of(command.split())


def test_every_target_of_make_is_there() -> None:
    targets = set(_TARGET.findall((ROOT / "Makefile").read_text()))

    assert of("make")
    for block, words in of("make"):
        asked = {word for word in words[1:] if "=" not in word and not word.startswith("-")}
        assert asked <= targets, str(block)


def test_every_test_that_is_to_be_run_is_there() -> None:
    for block, words in of("pytest"):
        paths = [word for word in words[1:] if word.startswith("tests/")]
        assert paths, str(block)
        assert all((ROOT / path).exists() for path in paths), str(block)


@pytest.fixture
async def resources(tmp_path: Path) -> AsyncIterator[list[tuple[str, re.Pattern[str]]]]:
    async with workshop(tmp_path) as holding, open_desk(holding.tools) as desk:
        routes = make_app(holding.tools, desk).router.routes()
        yield [
            (one.method, pattern_of(one.resource.get_info()))
            for one in routes
            if one.resource is not None
        ]


def pattern_of(info: Any) -> re.Pattern[str]:  # noqa: ANN401 - aiohttp's
    """Answer which addresses a route has; where it wants an id, any word stands for one."""
    if "path" in info:
        return re.compile(re.escape(info["path"]))
    if "formatter" in info:
        words = re.split(r"\{\w+\}", info["formatter"])
        anything = "[^/]+".join(re.escape(word) for word in words)
        return re.compile(f"{anything}|{re.sub(r'[?]P<[^>]+>', '', info['pattern'].pattern)}")
    return re.compile(re.escape(str(info["prefix"])) + ".*")


async def test_every_address_that_is_asked_is_a_route(
    resources: list[tuple[str, re.Pattern[str]]],
) -> None:
    asked = [(block, *request_of(words)) for block, words in of("curl")]
    ours = [one for one in asked if one[2]]

    assert len(ours) > 15
    wrong = [
        f"{block}: {method} {path}"
        for block, method, path in ours
        if not any(method == known and pattern.fullmatch(path) for known, pattern in resources)
    ]
    assert wrong == []


def request_of(words: list[str]) -> tuple[str, str]:
    """Answer the method and the path of a curl; no path where the address was answered before."""
    method = next((words[at + 1] for at, word in enumerate(words) if word == "-X"), "")
    method = method or next((way for word in words if (way := _WAYS.get(word))), "GET")
    method = "HEAD" if not method and any(w.startswith("-sI") for w in words) else method
    found = [_ROOT.sub("", word) for word in words if _ROOT.match(word)]
    return method, found[0].partition("?")[0] if found else ""
