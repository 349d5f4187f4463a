"""Measures the whole pipeline against bare faster-whisper: the same file, model and threads.

    python -m bench.pipeline
    python -m bench.pipeline --model small --rounds 5

The pipeline's time is from the upload to the status `done`. The baseline is what faster-whisper does best with a file:
batched, with its own voice activity detection, in a process that has the model loaded.
"""

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
from faster_whisper import BatchedInferencePipeline, WhisperModel

from bench.table import Row, at_most, show
from bench.worker_log import job_seconds
from callscribe.asr import catalog
from callscribe.settings import Settings
from tests.calls import repeated
from tests.media_files import encode
from tests.service import CALL_EN, MODEL, Service

_MOST = 1.10
_THREADS = 2
_BATCH = 8
#: A look at the task costs the API some milliseconds, which are the pipeline's; oftener would be seen in its time.
_POLL_S = 0.2
_CODECS = {"mp3": "libmp3lame", "m4a": "aac"}
#: The sample and a silence, in seconds, as `repeated` strings them together.
_TURN_S = 67.0


@dataclass(frozen=True, slots=True)
class Run:
    """One pass over the file."""

    seconds: float
    #: User and system, of all processes.
    cpu_seconds: float
    words: int


def make_call(folder: Path, minutes: float, kind: str) -> Path:
    flac = repeated(CALL_EN, folder / "call.flac", times=max(1, round(minutes * 60 / _TURN_S))).file
    return flac if kind == "flac" else encode(flac, folder / f"call.{kind}", _CODECS[kind])


def model_folder(name: str) -> Path:
    models = Settings().models
    return catalog.local_folder(name, models) or catalog.pull(name, models)


def baseline(folder: Path) -> Callable[[Path], Run]:
    """Transcribes a file with faster-whisper alone."""
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=_THREADS)
    pipeline = BatchedInferencePipeline(model)

    def transcribe(file: Path) -> Run:
        began, cpu = time.perf_counter(), time.process_time()
        segments, _ = pipeline.transcribe(str(file), batch_size=_BATCH, word_timestamps=True)
        words = sum(len(segment.text.split()) for segment in segments)
        return Run(time.perf_counter() - began, time.process_time() - cpu, words)

    return transcribe


def cpu_seconds(service: Service) -> float:
    """All that the service's processes have used so far, with those that ended."""
    up = psutil.Process(service.process.pid)
    return float(sum(sum(process.cpu_times()[:4]) for process in [up, *up.children(recursive=True)]))


def through(service: Service, file: Path) -> tuple[Run, str]:
    """Sends a file through the running service; the run and the task's id."""
    began, cpu = time.perf_counter(), cpu_seconds(service)
    task_id = service.upload(file)
    while (status := service.task(task_id)["status"]) != "done":
        if status == "failed":
            raise SystemExit(f"The call failed: {service.task(task_id)['error']}")
        time.sleep(_POLL_S)
    seconds = time.perf_counter() - began
    return Run(seconds, cpu_seconds(service) - cpu, len(service.result(task_id)["transcription"].split())), task_id


def rows(minutes: float, bare: Sequence[Run], whole: Sequence[Run], jobs: dict[str, list[float]]) -> list[Row]:
    ratios = [ours.seconds / theirs.seconds for theirs, ours in zip(bare, whole, strict=True)]
    ratio = statistics.median(run.seconds for run in whole) / statistics.median(run.seconds for run in bare)
    return [
        Row("length of the call", f"{minutes:.1f} min"),
        Row("faster-whisper alone", _spread([run.seconds for run in bare])),
        Row("upload to `done`", _spread([run.seconds for run in whole])),
        at_most("ratio of the medians", ratio, _MOST),
        Row("ratio, round by round", ", ".join(f"{one:.2f}" for one in ratios)),
        Row("CPU time of faster-whisper alone", _spread([run.cpu_seconds for run in bare])),
        Row("CPU time of all processes of the pipeline", _spread([run.cpu_seconds for run in whole])),
        Row("words of faster-whisper alone, of the pipeline", f"{bare[-1].words}, {whole[-1].words}"),
        *(Row(f"last round, {stage} ({len(took)})", f"{sum(took):.1f} s") for stage, took in jobs.items()),
    ]


def _spread(seconds: Sequence[float]) -> str:
    return f"{statistics.median(seconds):.1f} s ({min(seconds):.1f} to {max(seconds):.1f})"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default=str(MODEL), help="a name or a folder (default: the tests' tiny model)")
    parser.add_argument("--kind", choices=("flac", *_CODECS), default="flac")
    parser.add_argument("--minutes", type=float, default=30.0)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    model = model_folder(arguments.model)
    bare, whole = [], []
    with tempfile.TemporaryDirectory() as name:
        call = make_call(Path(name), arguments.minutes, arguments.kind)
        transcribe = baseline(model)
        transcribe(CALL_EN)
        settings = {"ASR_MODEL": str(model), "ASR_THREADS": str(_THREADS), "ASR_BATCH_SIZE": str(_BATCH)}
        with Service(Path(name) / "data", **settings) as service:
            through(service, CALL_EN)
            for _ in range(arguments.rounds):
                bare.append(transcribe(call))
                run, task_id = through(service, call)
                whole.append(run)
            minutes = service.task(task_id)["duration"] / 60
            jobs = job_seconds(service.log, task_id)
    show(
        f"The pipeline and faster-whisper alone, {model.name}, {arguments.kind.upper()}",
        rows(minutes, bare, whole, jobs),
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
