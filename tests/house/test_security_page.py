"""The threat model names what is there: modules, and tests that show what they stand for."""

import re
import subprocess

from tests.support.masters import ROOT

PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = [line for line in PAGE.splitlines() if re.match(r"\| [stride], ", line)]


def test_every_row_has_a_module_and_a_test_that_are_there() -> None:
    assert len(ROWS) > 35
    for row in ROWS:
        _, _, stands, module, shown, _ = row.split("|")
        modules, tests = (re.findall(r"`([^`]+)`", cell) for cell in (module, shown))
        assert stands.strip(), row
        assert modules, row
        assert tests, row
        for path in (*modules, *tests):
            assert (ROOT / path).exists(), path


def test_every_kind_of_threat_is_looked_for() -> None:
    assert {row[2] for row in ROWS} == set("stride")


def test_an_audit_says_what_it_did_and_hangs_on_no_network() -> None:
    # A proxy that refuses stands for a network that is not there.
    away = "http://127.0.0.1:9"
    said = subprocess.run(
        [str(ROOT / ".ci" / "audit")],
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "https_proxy": away, "http_proxy": away},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert said.returncode == 0, said.stdout + said.stderr
    assert said.stdout.count("skipped: ") == 2
