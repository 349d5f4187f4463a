"""Labels whose values come from outside: a name that anybody may choose must not become ever more series."""

import threading

_MOST = 20
#: What stands for all values that are not told apart.
OTHER = "other"

_seen: dict[str, set[str]] = {}
_changing = threading.Lock()


def bounded(label: str, value: str) -> str:
    """The value, or `other` once this process has seen twenty others of the label."""
    with _changing:
        known = _seen.setdefault(label, set())
        if value not in known and len(known) >= _MOST:
            return OTHER
        known.add(value)
    return value
