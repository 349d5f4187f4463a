"""Panels in one style."""

from typing import NamedTuple

from grafana_foundation_sdk.builders import bargauge, common, heatmap, prometheus, stat, table, timeseries
from grafana_foundation_sdk.builders import dashboard as build
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.variants import Dataquery
from grafana_foundation_sdk.models import dashboard as models
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    BigValueGraphMode,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    ScaleDistribution,
    StackingMode,
    TooltipDisplayMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

#: What the variable `datasource` says.
SOURCE = models.DataSourceRef(type_val="prometheus", uid="${datasource}")
_HEIGHT = 8
_LOW = 5

Panel = Builder[models.Panel]


class Query(NamedTuple):
    """A PromQL expression, and how its series are called."""

    expression: str
    legend: str


class Limits(NamedTuple):
    """Where a number begins to be worth a look, and where it is bad."""

    look: float
    bad: float
    #: Whether what lies under them is bad, as with free disk.
    below: bool = False


def lines(
    title: str,
    meaning: str,
    unit: str,
    *queries: Query,
    limits: Limits | None = None,
    most: float | None = None,
    width: int = 12,
    stacked: bool = False,
) -> Panel:
    """Lines over time; stacked where their sum means something."""
    legend = common.VizLegendOptions().display_mode(LegendDisplayMode.TABLE).placement(LegendPlacement.BOTTOM)
    panel = timeseries.Panel().title(title).description(meaning).datasource(SOURCE).unit(unit).span(width)
    panel.height(_HEIGHT).min(0).targets(_targets(queries)).fill_opacity(30 if stacked else 5)
    panel.legend(legend.show_legend(True).calcs(["lastNotNull", "max"]))
    panel.tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI))
    panel.thresholds(_thresholds(limits))
    if most is not None:
        panel.max(most)
    if stacked:
        panel.stacking(common.StackingConfig().mode(StackingMode.NORMAL))
    if limits is not None:
        panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED))
    return panel


def number(title: str, meaning: str, unit: str, query: Query, *, limits: Limits | None = None, width: int = 6) -> Panel:
    """The newest value of each series, in large."""
    panel = stat.Panel().title(title).description(meaning).datasource(SOURCE).unit(unit).span(width).height(_LOW)
    panel.targets([_target(query).instant()]).thresholds(_thresholds(limits)).graph_mode(BigValueGraphMode.NONE)
    return panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))


def bars(title: str, meaning: str, unit: str, query: Query, *, width: int = 12) -> Panel:
    """The newest value of each series, to be compared."""
    panel = bargauge.Panel().title(title).description(meaning).datasource(SOURCE).unit(unit).span(width)
    panel.height(_HEIGHT).min(0).targets([_target(query).instant()]).thresholds(_thresholds(None))
    panel.orientation(VizOrientation.HORIZONTAL).display_mode(BarGaugeDisplayMode.BASIC)
    return panel.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))


def spread(title: str, meaning: str, unit: str, query: Query, *, width: int = 12) -> Panel:
    """How the observations of a histogram lie, over time; the series are its buckets."""
    panel = heatmap.Panel().title(title).description(meaning).datasource(SOURCE).unit("short").span(width)
    panel.height(_HEIGHT).targets([_target(query).format(PromQueryFormat.HEATMAP)])
    panel.scale_distribution(common.ScaleDistributionConfig().type(ScaleDistribution.LINEAR))
    panel.color(heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Blues").steps(64))
    return panel.y_axis(heatmap.YAxisConfig().unit(unit)).show_legend()


def listing(title: str, meaning: str, unit: str, query: Query, *, width: int = 12) -> Panel:
    """A table with a row for each series; its value and the time of the query are left out."""
    left_out = {"excludeByName": {"Time": True, "Value": True}}
    panel = table.Panel().title(title).description(meaning).datasource(SOURCE).unit(unit).span(width)
    panel.height(_LOW).targets([_target(query).instant().format(PromQueryFormat.TABLE)])
    return panel.with_transformation(models.DataTransformerConfig(id_val="organize", options=left_out))


def _targets(queries: tuple[Query, ...]) -> list[Builder[Dataquery]]:
    return [_target(query, chr(ord("A") + number)) for number, query in enumerate(queries)]


def _target(query: Query, ref: str = "A") -> prometheus.Dataquery:
    target = prometheus.Dataquery().expr(query.expression).legend_format(query.legend)
    return target.ref_id(ref).datasource(SOURCE).range()


def _thresholds(limits: Limits | None) -> build.ThresholdsConfig:
    colors = ["green"]
    at: list[float] = []
    if limits is not None:
        colors = ["red", "orange", "green"] if limits.below else ["green", "orange", "red"]
        at = sorted((limits.look, limits.bad))
    steps = [models.Threshold(value, color) for value, color in zip((None, *at), colors, strict=True)]
    return build.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE).steps(steps)
