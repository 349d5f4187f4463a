"""Write all dashboards to monitoring/grafana/dashboards."""

from pathlib import Path

from tools.dashboards import frame, ml_metrics, system

FOLDER = Path(__file__).parents[2] / "monitoring" / "grafana" / "dashboards"


def files() -> dict[str, str]:
    """The text of each file, by its name."""
    return {"system.json": frame.text(system.system()), "ml_metrics.json": frame.text(ml_metrics.ml_metrics())}


if __name__ == "__main__":
    for name, text in files().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
