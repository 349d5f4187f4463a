"""Dashboards and alerts ask for what there is, and say what is meant and what to do."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
import yaml

from callscribe.store.database import Database
from callscribe.store.figures import Figures
from callscribe.telemetry import figures
from callscribe.telemetry.exposition import registry
from tools.dashboards.__main__ import FOLDER, files

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "monitoring" / "prometheus"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()
#: Prometheus' own.
BUILT_IN = {"up", "ALERTS"}
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
BOARDS: dict[str, dict[str, Any]] = {name: json.loads(text) for name, text in files().items()}
(GROUP,) = yaml.safe_load((PROMETHEUS / "alerts.yml").read_text())["groups"]
ALERTS: list[dict[str, Any]] = GROUP["rules"]

boards = pytest.mark.parametrize("board", BOARDS.values(), ids=BOARDS)
alerts = pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
promtool = pytest.mark.skipif(
    shutil.which("promtool") is None and not os.environ.get("CI"), reason="needs Debian's package prometheus"
)


class _Database:
    """As much of it as metrics ask for."""

    @contextmanager
    def transaction(self) -> Iterator[None]:
        yield None

    def pool(self) -> SimpleNamespace:
        return SimpleNamespace(in_use=1, idle=2, limit=21)


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> set[str]:
    """The names of all series that processes tell."""
    monkeypatch.setattr(figures, "figures", lambda *_, **__: Figures(outbox=(0, 0.0)))
    database = cast(Database, _Database())
    service = figures.ServiceFigures(database, {"data": tmp_path}, silence=20, with_outbox=True)
    service.look()
    families = registry(database, service).collect()
    return {f"{family.name}{end}" for family in families for end in SUFFIXES.get(family.type, ())}


def panels(board: dict[str, Any]) -> list[dict[str, Any]]:
    """Those that show something, in rows that are folded too."""
    everything = [inner for panel in board["panels"] for inner in (panel, *panel.get("panels", ()))]
    return [panel for panel in everything if panel["type"] != "row"]


def expressions(board: dict[str, Any]) -> list[str]:
    return [target["expr"] for panel in panels(board) for target in panel["targets"]]


def queries(board: dict[str, Any]) -> list[str]:
    """What the choices of variables are asked by."""
    variables = board["templating"]["list"]
    return [variable["query"]["query"] for variable in variables if variable["type"] == "query"]


def named(expression: str) -> set[str]:
    """The metrics in an expression."""
    return set(re.findall(r"\b(?:callscribe|process|python)_\w+|\bup\b|\bALERTS\b", re.sub(r'"[^"]*"', "", expression)))


def interpolated(expression: str) -> str:
    """As Grafana sends it, with all values of each variable."""
    expression = expression.replace("$__rate_interval", "1m").replace("$__range", "6h")
    return re.sub(r'"\$\w+"', '".*"', expression)


def check(*words: str) -> None:
    """Run promtool; what it says of a failure is the message."""
    found = subprocess.run(["promtool", *words], capture_output=True, text=True, timeout=120, check=False)
    assert found.returncode == 0, found.stdout + found.stderr


def test_the_files_are_those_that_are_written() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.iterdir()}
    assert committed == files(), "Run `make dashboards`."


@boards
def test_dashboards_ask_for_metrics_that_exist(board: dict[str, Any], told: set[str]) -> None:
    asked = [named(text) for text in (*expressions(board), *queries(board))]
    assert len(asked) > 15
    assert all(asked)
    assert set().union(*asked) - told - BUILT_IN == set()


@alerts
def test_alerts_ask_for_metrics_that_exist(alert: dict[str, Any], told: set[str]) -> None:
    assert named(alert["expr"])
    assert named(alert["expr"]) - told - BUILT_IN == set()


def test_every_metric_of_ours_is_told_of(told: set[str]) -> None:
    (section,) = re.findall(r"^## Metrics\n(.*?)^## ", OPERATIONS, re.MULTILINE | re.DOTALL)
    listed = set(re.findall(r"`(callscribe_\w+|process_\w+)", section))
    ours = {re.sub(r"_(bucket|sum|count)$", "", name) for name in told if name.startswith("callscribe_")}
    assert listed - told - ours == set()
    assert ours - listed == set()


@boards
def test_panels_say_what_they_show(board: dict[str, Any]) -> None:
    shown = panels(board)
    assert len(shown) > 10
    for panel in shown:
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert panel["description"].endswith("."), panel["title"]
        assert panel["datasource"]["uid"] == "${datasource}", panel["title"]
    titles = [panel["title"] for panel in shown]
    assert len(set(titles)) == len(titles)


@boards
def test_panels_do_not_overlap(board: dict[str, Any]) -> None:
    taken: set[tuple[int, int]] = set()
    for panel in panels(board):
        at = panel["gridPos"]
        cells = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & taken, panel["title"]
        assert at["x"] + at["w"] <= 24, panel["title"]
        taken |= cells


@boards
def test_variables_are_defined_and_used(board: dict[str, Any]) -> None:
    defined = {variable["name"] for variable in board["templating"]["list"]}
    used = set(re.findall(r"\$\{?([a-z]\w*)", " ".join(expressions(board))))
    assert used == defined - {"datasource"}


def test_panels_that_operators_are_told_of_exist() -> None:
    (section,) = re.findall(r"^## What to watch\n(.*?)^## What a failure", OPERATIONS, re.MULTILINE | re.DOTALL)
    told = {" ".join(name.split()) for name in re.findall(r"(?<!\*)\*(\w[^*]*)\*(?!\*)", section)}
    shown = {panel["title"] for board in BOARDS.values() for panel in (board, *panels(board))}
    assert len(told) > 5
    assert told - shown == set()


def test_dashboards_lead_to_each_other() -> None:
    addresses = {f"/d/{board['uid']}" for board in BOARDS.values()}
    for board in BOARDS.values():
        assert {link["url"] for link in board["links"]} == addresses - {f"/d/{board['uid']}"}


@alerts
def test_alerts_say_what_to_do(alert: dict[str, Any]) -> None:
    assert alert["labels"]["severity"] in {"critical", "warning"}
    notes = alert["annotations"]
    assert "$value" in notes["description"]
    assert all(notes[part].endswith(".") for part in ("summary", "description"))
    document, _, anchor = notes["runbook_url"].partition("#")
    assert document == "docs/operations.md"
    headings = re.findall(r"^### (.+)$", OPERATIONS, re.MULTILINE)
    assert anchor in {heading.lower().replace(" ", "-") for heading in headings}


def test_every_alert_is_tested_in_both_ways() -> None:
    quiet, loud = yaml.safe_load((PROMETHEUS / "alerts_test.yml").read_text())["tests"]
    assert {test["alertname"] for test in loud["alert_rule_test"] if test["exp_alerts"]} == {
        alert["alert"] for alert in ALERTS
    }
    there = {name for series in quiet["input_series"] for name in named(series["series"])}
    assert {name for alert in ALERTS for name in named(alert["expr"])} - there == {"callscribe_outbox_size"}


@promtool
def test_prometheus_takes_its_configuration() -> None:
    check("check", "config", str(PROMETHEUS / "prometheus.yml"))


@promtool
def test_alerts_fire_when_they_should_and_only_then() -> None:
    check("test", "rules", str(PROMETHEUS / "alerts_test.yml"))


@promtool
@boards
def test_expressions_can_be_read(board: dict[str, Any], tmp_path: Path) -> None:
    rules = [
        {"record": f"expression_{number}", "expr": interpolated(text)} for number, text in enumerate(expressions(board))
    ]
    assert not any("$" in rule["expr"] for rule in rules)
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    check("check", "rules", str(file))
