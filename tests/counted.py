"""What this process has counted."""

from prometheus_client import REGISTRY


def _value(name: str, labels: dict[str, str]) -> float:
    return REGISTRY.get_sample_value(f"callscribe_{name}", labels) or 0.0


class Change:
    """How much a metric has grown since; a call of it says it."""

    def __init__(self, name: str, **labels: str) -> None:
        self._name, self._labels = name, labels
        self._before = _value(name, labels)

    def __call__(self) -> float:
        return round(_value(self._name, self._labels) - self._before, 6)
