"""Measures how long it takes from the upload of a long call to its first words.

    python -m bench.first_words

The bound is the time that one window takes, in the same run: nobody waits for more than that.
"""

import argparse
import statistics
import sys
import tempfile
import time
from pathlib import Path

from bench.pipeline import make_call, model_folder
from bench.table import Row, at_most, show
from bench.worker_log import job_seconds
from tests.service import CALL_EN, MODEL, Service

_POLL_S = 0.05


def first_words(service: Service, call: Path) -> tuple[str, float, float]:
    """Uploads the call: the task's id, the seconds of the upload, the seconds until there are words."""
    began = time.perf_counter()
    task_id = service.upload(call)
    uploaded = time.perf_counter() - began
    while not service.result(task_id)["transcription"]:
        if service.task(task_id)["status"] in ("done", "failed"):
            raise SystemExit(f"The call ended without words; see {service.task(task_id)}.")
        time.sleep(_POLL_S)
    return task_id, uploaded, time.perf_counter() - began


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=str(MODEL), help="a name or a folder (default: the tests' tiny model)")
    parser.add_argument("--minutes", type=float, default=60.0)
    arguments = parser.parse_args()
    model = model_folder(arguments.model)
    with tempfile.TemporaryDirectory() as name:
        call = make_call(Path(name), arguments.minutes, "flac")
        with Service(Path(name) / "data", ASR_MODEL=str(model)) as service:
            service.done(service.upload(CALL_EN))
            task_id, uploaded, seconds = first_words(service, call)
            duration = service.finished(task_id)["duration"]
            windows = job_seconds(service.log, task_id)["transcribe"]
    show(
        f"First words, {model.name}",
        [
            Row("length of the call", f"{duration / 60:.1f} min, {len(windows)} windows"),
            Row("the upload itself", f"{uploaded:.2f} s"),
            Row("one window (median)", f"{statistics.median(windows):.2f} s"),
            at_most("upload to first words", seconds, statistics.median(windows), " s"),
        ],
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
