"""What is around the panels of a dashboard: rows, variables, links, and how it is written."""

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models

from tools.dashboards.panels import SOURCE, Panel

SYSTEM, ML = "callscribe-system", "callscribe-ml"
_TITLES = {SYSTEM: "CallScribe: system", ML: "CallScribe: speech and language models"}
_TAG = "callscribe"
_FROM, _TO, _EVERY = "now-6h", "now", "30s"


class Row(NamedTuple):
    """Panels under a heading."""

    title: str
    panels: Sequence[Panel]
    #: For what not everybody has.
    folded: bool = False


class Variable(NamedTuple):
    """A choice above the panels: one, several, or all values of a label."""

    name: str
    label: str
    #: The metric and the label of which it offers the values.
    metric: str
    of: str


def dashboard(uid: str, about: str, variables: Sequence[Variable], rows: Sequence[Row]) -> models.Dashboard:
    """A whole dashboard. Its ids are numbers in order, so that the same panels give the same file."""
    board = build.Dashboard(_TITLES[uid]).uid(uid).description(about).tags([_TAG]).readonly()
    board.time(_FROM, _TO).refresh(_EVERY).tooltip(models.DashboardCursorSync.CROSSHAIR).timezone("browser")
    board.with_variable(build.DatasourceVariable("datasource").label("Data source").type("prometheus"))
    for variable in variables:
        board.with_variable(_choice(variable))
    for other in _TITLES:
        if other != uid:
            board.link(_link(other))
    for row in rows:
        _add(board, row)
    built = board.build()
    for number, panel in enumerate(_all(built), start=1):
        panel.id_val = number
    return built


def text(board: models.Dashboard) -> str:
    """As the file has it."""
    return json.dumps(board, cls=JSONEncoder, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _choice(variable: Variable) -> build.QueryVariable:
    query = f"label_values({variable.metric}, {variable.of})"
    choice = build.QueryVariable(variable.name).label(variable.label).datasource(SOURCE)
    choice.query({"qryType": 1, "query": query, "refId": "A"}).refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
    choice.multi(True).include_all(True).all_value(".*").sort(models.VariableSort.ALPHABETICAL_ASC)
    return choice.current(models.VariableOption(True, ["All"], ["$__all"]))


def _link(uid: str) -> build.DashboardLink:
    link = build.DashboardLink(_TITLES[uid]).type(models.DashboardLinkType.LINK).url(f"/d/{uid}")
    return link.icon("dashboard").tooltip(_TITLES[uid]).keep_time(True)


def _add(board: build.Dashboard, row: Row) -> None:
    head = build.Row(row.title).collapsed(row.folded)
    for panel in row.panels if row.folded else ():
        head.with_panel(panel)
    board.with_row(head)
    for panel in () if row.folded else row.panels:
        board.with_panel(panel)


def _all(board: models.Dashboard) -> Iterator[models.Panel | models.RowPanel]:
    for panel in board.panels or ():
        yield panel
        if isinstance(panel, models.RowPanel):
            yield from panel.panels
