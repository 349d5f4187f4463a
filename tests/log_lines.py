"""What processes have logged, as JSON lines."""

import json
from typing import Any

#: How the lines begin that `callscribe up` writes for people.
_FOR_PEOPLE = ("CallScribe is ", "CallScribe has ", "For programs: ", "Data are in ")


def entries(log: str) -> list[dict[str, Any]]:
    """What was logged. Raises `ValueError` for a line that is no JSON, unless `up` said it to people."""
    return [json.loads(line) for line in log.splitlines() if not line.startswith(_FOR_PEOPLE)]


def crashes(log: str) -> list[str]:
    """The lines that tell of an error which nobody had foreseen."""
    return [line for line in log.splitlines() if '"exception": ' in line or line.startswith("Traceback")]
