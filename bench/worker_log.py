"""How long the jobs of a call took, read from the log of a running service."""

import json
import re
from collections import defaultdict
from pathlib import Path

_DONE = re.compile(r"(\w+).* done in ([\d.]+) s")


def job_seconds(log: Path, task_id: str) -> dict[str, list[float]]:
    """The seconds of each finished job of a call, by stage, in the order in which they ended."""
    found: defaultdict[str, list[float]] = defaultdict(list)
    for line in log.read_text().splitlines():
        entry = json.loads(line) if line.startswith("{") else {}
        done = _DONE.fullmatch(entry.get("event", ""))
        if done and entry.get("call_id") == task_id:
            found[done[1]].append(float(done[2]))
    return found
