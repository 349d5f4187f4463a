"""Measures how much sooner the transcript of one long call is there with more workers.

    python -m bench.scaling
    python -m bench.scaling --minutes 20 --workers 1 2 --rtfx 100

Recording, decoding and cutting are real; the speech engine of `bench.waiting` takes the length of a window divided by
`--rtfx`. The time is from the upload's record to the complete transcript.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import soundfile
from sqlalchemy import select

from bench.pipeline import make_call
from bench.processes import ADAPTERS, installed
from bench.table import Row, at_least, show
from callscribe.jobs import lifecycle
from callscribe.models import CallStatus, JobStatus, LanguageChoice, Stage
from callscribe.store import calls
from callscribe.store.database import Database
from callscribe.store.files import FolderStore
from callscribe.store.tables import JobRow, WindowRow

_LEAST = 0.85
#: Beyond what one worker needs for the waiting alone, in seconds.
_PATIENCE_S = 300
#: Until all workers wait for a job, and have found their places in Kafka's groups.
_SETTLE_S = 15


@dataclass(frozen=True, slots=True)
class Run:
    """One call through some workers."""

    seconds: float
    #: Lengths of the windows in seconds, in the order of the call.
    windows: Sequence[float]


def run(call: Path, workers: int, rtfx: float, adapter: str) -> Run:
    with installed(adapter) as installation:
        database, call_id = installation.database, uuid4()
        key = f"{calls.media_folder(call_id)}/source{call.suffix}"
        FolderStore(installation.data / "media").put(key, call)
        for _ in range(workers):
            installation.start("bench.waiting", "--rtfx", str(rtfx))
        installation.until(lambda: installation.pulses() == workers, "the workers", _PATIENCE_S)
        time.sleep(_SETTLE_S)
        with database.transaction() as session:
            lifecycle.uploaded(session, call_id, filename=call.name, size=1, media_key=key, language=LanguageChoice.EN)
        patience = _PATIENCE_S + 2 * soundfile.info(call).duration / rtfx
        installation.until(lambda: assembled(database, call_id), "the transcript", patience)
        return result(database, call_id)


def assembled(database: Database, call_id: UUID) -> bool:
    with database.transaction() as session:
        call = calls.get(session, call_id)
        if call.status == CallStatus.FAILED:
            raise SystemExit(f"The call failed: {call.error}")
        return call.status == CallStatus.SUMMARIZING


def result(database: Database, call_id: UUID) -> Run:
    query = select(JobRow.finished_at).where(JobRow.stage == Stage.ASSEMBLE, JobRow.status == JobStatus.DONE)
    with database.transaction() as session:
        ended = session.scalars(query).one()
        assert ended is not None
        windows = session.scalars(select(WindowRow).order_by(WindowRow.index)).all()
        begun = calls.get(session, call_id).created_at
    return Run((ended - begun).total_seconds(), [window.end - window.start for window in windows])


def by_lengths_alone(windows: Sequence[float], workers: int) -> float:
    """The efficiency if nothing but these windows took time: each goes to the first worker that is free."""
    busy = [0.0] * workers
    for window in windows:
        busy.sort()
        busy[0] += window
    return sum(windows) / (workers * max(busy))


def rows(runs: dict[int, Run]) -> list[Row]:
    fewest, most = min(runs), max(runs)
    windows = runs[most].windows
    found = [Row("windows", f"{len(windows)}, {min(windows):.0f} to {max(windows):.0f} s, last {windows[-1]:.0f} s")]
    for workers, one in runs.items():
        efficiency = fewest * runs[fewest].seconds / (workers * one.seconds)
        ideal = by_lengths_alone(windows, workers)
        found.append(Row(f"{workers} worker(s)", f"{one.seconds:.1f} s"))
        found.append(Row(f"{workers} workers, efficiency; windows alone", f"{efficiency:.2f}; {ideal:.2f}"))
    efficiency = fewest * runs[fewest].seconds / (most * runs[most].seconds)
    return [*found, at_least(f"efficiency of {most} workers", efficiency, _LEAST)]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=120.0)
    parser.add_argument("--rtfx", type=float, default=20.0, help="how many times as fast as speech the engine is")
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--adapter", choices=ADAPTERS, default="embedded", help="what tells the workers of jobs")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        call = make_call(Path(name), arguments.minutes, "flac")
        runs = {workers: run(call, workers, arguments.rtfx, arguments.adapter) for workers in arguments.workers}
    title = f"A call of {arguments.minutes:.0f} min, an engine {arguments.rtfx:g} times as fast as speech"
    show(f"{title}, {arguments.adapter}", rows(runs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
