"""Measures transcription against bare faster-whisper: time and memory, the same file, model, threads and batch.

    python -m bench.speech
    python -m bench.speech --model small --minutes 10 --rounds 1

Both sides run in fresh processes that take turns. `small`, `base` and `tiny` are models of Whisper's sizes with random
weights, built when they are first asked for. They get 100 tokens for each clip of up to 30 s, and CallScribe takes no
second look at what they wrote. Memory is that of a
process and all below it, since CallScribe decodes files in a process of its own. Speakers are not told apart, since
faster-whisper does not do so either.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench import whisper_sizes
from bench.pipeline import make_call
from bench.speech_child import BATCH, THREADS
from bench.table import Row, at_most, show
from tests.service import MODEL, ROOT, environment

SIDES = ("bare", "callscribe")

_MOST_TIME, _MOST_MEMORY = 1.05, 0.5
_LOOK_S = 0.05
_TOKENS = 100
_CACHE = Path(tempfile.gettempdir()) / "callscribe-bench-models"


@dataclass(frozen=True, slots=True)
class Run:
    """One transcription of the file."""

    #: Without the start of the interpreter and loading the model.
    seconds: float
    whole_seconds: float
    #: User and system, of the whole process and all below it.
    cpu_seconds: float
    peak_mb: float
    words: int
    clips: int


def model_folder(name: str) -> Path:
    if name not in whisper_sizes.SIZES:
        return MODEL if name == "fixture" else Path(name)
    folder = _CACHE / name
    if not folder.is_dir():
        partial = Path(tempfile.mkdtemp(dir=_made(_CACHE)))
        whisper_sizes.build(name, partial).replace(folder)
    return folder


def run(side: str, file: Path, folder: Path, tokens: int, settings: Mapping[str, str]) -> Run:
    command = [sys.executable, "-m", "bench.speech_child", side, str(file), str(folder), str(tokens)]
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=settings, cwd=ROOT) as child:
        peak = peak_bytes(child)
        whole = time.perf_counter() - began
        assert child.stdout is not None
        printed = child.stdout.read()
    if child.returncode:
        raise SystemExit(f"The run of `{side}` failed; what it printed tells why.")
    return Run(whole_seconds=whole, peak_mb=peak / 1e6, **json.loads(printed.splitlines()[-1]))


def peak_bytes(child: "subprocess.Popen[str]") -> int:
    """The most that a process and all below it hold at once until it ends; a shared page counts once.

    A page's share (PSS) takes long to find out, but is never more than the page (RSS): only a sum of these that is
    above the peak so far can be a new one.
    """
    peak, top = 0, psutil.Process(child.pid)
    while child.poll() is None:
        with suppress(psutil.NoSuchProcess):  # it has just ended; its memory was seen before
            family = [top, *top.children(recursive=True)]
            if sum(_bytes(family, "memory_info", "rss")) > peak:
                peak = max(peak, sum(_bytes(family, "memory_full_info", "pss")))
        time.sleep(_LOOK_S)
    return peak


def rows(bare: Sequence[Run], ours: Sequence[Run]) -> list[Row]:
    """One of each for every round."""
    memory = [mine.peak_mb / theirs.peak_mb for theirs, mine in zip(bare, ours, strict=True)]
    times = [mine.seconds / theirs.seconds for theirs, mine in zip(bare, ours, strict=True)]
    return [
        Row("faster-whisper alone", _spread([run.seconds for run in bare], "s")),
        Row("CallScribe", _spread([run.seconds for run in ours], "s")),
        at_most(
            "ratio of the medians", _ratio([run.seconds for run in ours], [run.seconds for run in bare]), _MOST_TIME
        ),
        Row("ratio, round by round", ", ".join(f"{one:.2f}" for one in times)),
        Row("whole process, faster-whisper alone", _spread([run.whole_seconds for run in bare], "s")),
        Row("whole process, CallScribe", _spread([run.whole_seconds for run in ours], "s")),
        Row("CPU time, faster-whisper alone", _spread([run.cpu_seconds for run in bare], "s")),
        Row("CPU time, CallScribe", _spread([run.cpu_seconds for run in ours], "s")),
        Row("peak memory, faster-whisper alone", _spread([run.peak_mb for run in bare], "MB")),
        Row("peak memory, CallScribe", _spread([run.peak_mb for run in ours], "MB")),
        at_most(
            "ratio of the medians", _ratio([run.peak_mb for run in ours], [run.peak_mb for run in bare]), _MOST_MEMORY
        ),
        Row("ratio, round by round", ", ".join(f"{one:.2f}" for one in memory)),
        Row("words", f"{bare[-1].words}, {ours[-1].words}"),
        Row("clips decoded", f"{bare[-1].clips}, {ours[-1].clips}"),
    ]


def _ratio(ours: Sequence[float], theirs: Sequence[float]) -> float:
    return statistics.median(ours) / statistics.median(theirs)


def _spread(figures: Sequence[float], unit: str) -> str:
    return f"{statistics.median(figures):.1f} {unit} ({min(figures):.1f} to {max(figures):.1f})"


def _bytes(family: Sequence[psutil.Process], method: str, field: str) -> Iterator[int]:
    for process in family:
        with suppress(psutil.NoSuchProcess, psutil.ZombieProcess):  # children come and go
            yield getattr(getattr(process, method)(), field)


def _made(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    return folder


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="fixture", help=f"{', '.join(whisper_sizes.SIZES)}, fixture, or a folder")
    parser.add_argument("--minutes", type=float, default=60.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tokens", type=int, default=_TOKENS, help="for each clip, where weights are random")
    arguments = parser.parse_args()
    folder = model_folder(arguments.model)
    tokens = arguments.tokens if arguments.model in whisper_sizes.SIZES else 0
    runs: dict[str, list[Run]] = {side: [] for side in SIDES}
    with tempfile.TemporaryDirectory() as name:
        call = make_call(Path(name), arguments.minutes, "flac")
        ours = {"ASR_MODEL": str(folder), "ASR_THREADS": str(THREADS), "ASR_BATCH_SIZE": str(BATCH)}
        settings = environment(Path(name) / "data", SPEAKER_MODEL="none", **ours)
        for _ in range(arguments.rounds):
            for side in SIDES:
                runs[side].append(run(side, call, folder, tokens, settings))
    show(f"Transcription and faster-whisper alone, {folder.name}, {arguments.minutes:.0f} min", rows(*runs.values()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
