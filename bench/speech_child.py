"""Transcribes one file in a process of its own, for `bench.speech`; the last line that it prints is what came of it.

    python -m bench.speech_child bare|callscribe FILE MODEL_FOLDER TOKENS

It imports nothing that what it measures does not need.
"""

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import faster_whisper
from ctranslate2.models import Whisper

THREADS, BATCH = 2, 8


class Watch:
    """Counts the clips that are decoded, and the seconds that loading takes; both sides are watched in the same way."""

    def __init__(self, tokens: int) -> None:
        self.clips = 0
        self.loading_s = 0.0
        self._tokens = tokens
        self._load, self._generate = faster_whisper.WhisperModel.__init__, Whisper.generate

    def begin(self) -> None:
        """From now on. With `tokens`, each clip gets that many: random weights do not know when to stop."""
        watch = self

        def load(model: Any, *args: Any, **settings: Any) -> None:
            began = time.perf_counter()
            watch._load(model, *args, **settings)
            watch.loading_s += time.perf_counter() - began

        def generate(model: Any, encoded: Any, prompts: list[list[int]], **settings: Any) -> Any:
            watch.clips += len(prompts)
            # CTranslate2 takes half of this for the text, and half for the prompt.
            limit = {"max_length": 2 * watch._tokens} if watch._tokens else {}
            return watch._generate(model, encoded, prompts, **(settings | limit))

        faster_whisper.WhisperModel.__init__ = load  # type: ignore[assignment, method-assign]
        Whisper.generate = generate


def bare(folder: Path) -> Callable[[Path], int]:
    """What faster-whisper does best with a file: batched, with its own voice activity detection."""

    def transcribe(file: Path) -> int:
        model = faster_whisper.WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=THREADS)
        pipeline = faster_whisper.BatchedInferencePipeline(model)
        segments, _ = pipeline.transcribe(str(file), batch_size=BATCH, word_timestamps=True)
        return sum(len(segment.text.split()) for segment in segments)

    return transcribe


def callscribe(tokens: int) -> Callable[[Path], int]:
    """The way of `callscribe transcribe --no-summary`, with the settings of the environment.

    With `tokens`, that of random weights, nothing is listened to twice: their words are always in doubt, and say
    nothing of where something was left out.
    """
    from callscribe import foreground
    from callscribe.asr import guards, unheard
    from callscribe.settings import Settings
    from callscribe.stages.assemble import Wanted

    if tokens:
        guards.doubtful = lambda _heard: False  # type: ignore[assignment]
        unheard.stretches = lambda _clip, _words: ()  # type: ignore[assignment]
    settings = Settings()
    engines = foreground.Engines(settings)

    def transcribe(file: Path) -> int:
        *_, last = foreground.process(file, Wanted(), settings, with_summary=False, engines=engines)
        assert isinstance(last, foreground.Finished)
        return sum(len(segment.text.split()) for segment in last.transcript.segments)

    return transcribe


def main() -> None:
    side, file, folder, tokens = sys.argv[1:]
    watch = Watch(int(tokens))
    watch.begin()
    transcribe = bare(Path(folder)) if side == "bare" else callscribe(int(tokens))
    began = time.perf_counter()
    words = transcribe(Path(file))
    seconds = time.perf_counter() - began - watch.loading_s
    print(json.dumps({"seconds": seconds, "cpu_seconds": sum(os.times()[:4]), "words": words, "clips": watch.clips}))


if __name__ == "__main__":
    main()
