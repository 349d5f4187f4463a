"""Long calls made by repeating a sample, with what is said in them and when."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import soundfile

from tests.scoring import utterances


@dataclass(frozen=True)
class LongCall:
    """A FLAC file and its utterances (start, end, text) in order."""

    file: Path
    said: list[dict[str, Any]]


def repeated(sample: Path, file: Path, times: int, seed: int = 1) -> LongCall:
    """The sample, mixed to mono, so many times, with silences of 0.5 to 8 s between."""
    audio, rate = soundfile.read(sample, dtype="int16", always_2d=True)
    once = audio.astype(np.int32).sum(axis=1).clip(-32768, 32767).astype(np.int16)
    random = Random(seed)
    said: list[dict[str, Any]] = []
    at = 0
    with soundfile.SoundFile(file, "w", rate, 1, "PCM_16", format="FLAC") as out:
        for _ in range(times):
            said += [
                {"start": at / rate + line["start"], "end": at / rate + line["end"], "text": line["text"]}
                for line in utterances(sample)
            ]
            pause = np.zeros(int(random.uniform(0.5, 8) * rate), np.int16)
            for part in (once, pause):
                out.write(part)
                at += len(part)
    return LongCall(file, said)
