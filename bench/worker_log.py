"""How long the jobs of a call took, read from the log of a running service."""

import re
from collections import defaultdict
from pathlib import Path

_DONE = r"call {}: (\w+) .*done in ([\d.]+) s"


def job_seconds(log: Path, task_id: str) -> dict[str, list[float]]:
    """The seconds of each finished job of a call, by stage, in the order in which they ended."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for stage, seconds in re.findall(_DONE.format(task_id), log.read_text()):
        found[stage].append(float(seconds))
    return found
