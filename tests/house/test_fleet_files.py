"""What is given to Prometheus, Grafana and Kubernetes fits what the servers tell."""

import json
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client.parser import text_string_to_metric_families

from catalog.fleet_figures import LANES
from stream.fleet_metrics import FleetMetrics
from stream.metrics import Metrics
from tests.support.masters import ROOT, debian_tool
from tests.support.seen_fleet import seen

FLEET = ROOT / "docs" / "fleet"
ALERTS = FLEET / "alerts.yml"
_ENDINGS = {
    "counter": ("_total",),
    "gauge": ("",),
    "histogram": ("_bucket", "_sum", "_count"),
}


def told() -> str:
    """Answer what a server tells of it."""
    return Metrics().text(FleetMetrics(seen())).decode()


def names() -> set[str]:
    return {
        f"{family.name}{ending}"
        for family in text_string_to_metric_families(told())
        for ending in _ENDINGS[family.type]
    }


def alerts() -> list[dict[str, Any]]:
    groups = yaml.safe_load(ALERTS.read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in alerts())
    for panel in json.loads((FLEET / "dashboard.json").read_text())["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))
    for document in yaml.safe_load_all((FLEET / "keda.yaml").read_text()):
        for trigger in document["spec"].get("triggers", ()):
            if "query" in trigger["metadata"]:
                yield trigger["metadata"]["query"]
    config, _ = yaml.safe_load_all((FLEET / "hpa.yaml").read_text())
    for rule in yaml.safe_load(config["data"]["config.yaml"])["externalRules"]:
        yield rule["metricsQuery"]


def test_every_number_that_is_asked_for_is_told() -> None:
    asked = {name for one in expressions() for name in re.findall(r"\brefrain_\w+", one)}

    assert len(asked) > 20
    assert asked <= names()


def test_every_number_that_is_explained_is_told_and_each_of_the_fleet_is_explained() -> None:
    explained = set(re.findall(r"`(refrain_\w+)`", (ROOT / "docs/operations.md").read_text()))

    written = {re.sub(r"_(bucket|sum|count|total)$", "", name) for name in names()}
    assert explained <= written
    fleet = {family.name for family in FleetMetrics(seen()).collect()}
    assert fleet <= explained


def test_every_number_of_the_fleet_has_its_panel() -> None:
    shown = (FLEET / "dashboard.json").read_text()

    told_of_the_fleet = {name for name in names() if re.match(r"refrain_(jobs|lane|fleet)", name)}
    assert not {name for name in told_of_the_fleet if name not in shown}


def test_every_alert_has_its_paragraph() -> None:
    headings = re.findall(
        r"^#+ (Refrain\w+)$", (ROOT / "docs/operations.md").read_text(), re.MULTILINE
    )

    assert headings == [rule["alert"] for rule in alerts()]
    for rule in alerts():
        anchor = rule["annotations"]["runbook_url"]
        assert anchor == f"docs/operations.md#{rule['alert'].lower()}"


def test_what_the_scaler_reads_is_where_it_looks() -> None:
    documents = list(yaml.safe_load_all((FLEET / "keda.yaml").read_text()))
    triggers = [one for each in documents for one in each["spec"].get("triggers", ())]
    [place] = [one["metadata"]["valueLocation"] for one in triggers if one["type"] == "metrics-api"]

    lanes, lane, field = place.split(".")
    assert (lanes, field) == ("lanes", "wanted_workers")
    assert lane in LANES


@pytest.fixture(scope="session")
def promtool() -> str:
    return debian_tool("promtool")


def run(*argv: str, given: str = "") -> str:
    done = subprocess.run(argv, input=given, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_alerts_come_when_they_must_and_not_before(promtool: str) -> None:
    assert not run(promtool, "test", "rules", str(FLEET / "alerts.test.yml"))


def test_every_expression_is_one(promtool: str, tmp_path: Any) -> None:  # noqa: ANN401 - a folder
    rules = [{"record": f"one:{n}", "expr": one} for n, one in enumerate(expressions())]
    path = tmp_path / "rules.yml"
    path.write_text(yaml.safe_dump({"groups": [{"name": "all", "rules": rules}]}))

    assert not run(promtool, "check", "rules", str(path))


def test_names_and_units_are_as_prometheus_wants_them(promtool: str) -> None:
    assert not run(promtool, "check", "metrics", given=told())
