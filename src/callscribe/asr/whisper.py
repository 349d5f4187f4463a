"""Whisper by faster-whisper (CTranslate2), batched."""

import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import accumulate, groupby, pairwise
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from faster_whisper import BatchedInferencePipeline

from callscribe.asr.encoding import FrugalModel
from callscribe.asr.hardware import cores, give_back, share_heap
from callscribe.asr.recognizer import Heard, batches
from callscribe.errors import ModelMissing
from callscribe.models import Word
from callscribe.sound import SAMPLE_RATE, Sound

Result = TypeVar("Result")

#: What the vocabulary may take of the 448 tokens that a prompt and what is heard in a clip share.
_PROMPT_TOKENS = 200
#: Clips worked on side by side on a CPU, each by its share of the threads: two cores that do one clip each take a tenth
#: less time than the two together with eight, and a clip takes 190 MB with `small`.
_SIDE_BY_SIDE = 2
#: Batches that may be under way or wait for a worker, for each worker: one that takes long holds up none after it.
_AHEAD = 2
#: Seconds after which memory is given back: after each clip it would cost the smallest models a tenth of their time.
_TIDY_S = 1.0
#: Samples of nothing before the first clip: no word begins before it, and a long one after a pause is shortened.
_LEAD = 2 * SAMPLE_RATE


class WhisperRecognizer:
    """One model in memory, which also tells languages apart."""

    takes_vocabulary = True

    def __init__(self, folder: Path, *, device: str, threads: int, batch_size: int) -> None:
        compute = "float16" if device == "cuda" else "int8"
        threads = threads or cores()
        self._workers = 1 if device == "cuda" else min(_SIDE_BY_SIDE, threads, batch_size)
        self._batch_size = batch_size if device == "cuda" else 1
        share_heap()
        self._tidy_at = 0.0
        try:
            self._model = FrugalModel(
                str(folder),
                device=device,
                compute_type=compute,
                cpu_threads=-(-threads // self._workers),
                num_workers=self._workers,
            )
        except (RuntimeError, ValueError, OSError) as exc:
            raise ModelMissing(
                f"The speech model in {folder} cannot be loaded; delete the folder and run `callscribe models pull`, "
                "or set CALLSCRIBE_ASR_MODEL to another one."
            ) from exc
        self.name = f"faster-whisper {folder.name} {compute}"

    def recognize(self, clips: Iterable[Sound], language: str, vocabulary: Sequence[str] = ()) -> Iterator[Heard]:
        """See `Recognizer`; a model for English alone takes everything for English."""
        hotwords = self._hotwords(vocabulary)
        yield from self._side_by_side(lambda some: self._recognize(some, language, hotwords), clips)

    def _recognize(self, clips: Sequence[Sound], language: str, hotwords: str | None) -> list[Heard]:
        starts = list(accumulate(map(len, clips), initial=_LEAD))
        # faster-whisper rounds seconds down to samples: with half a sample more it finds the very same ones.
        bounds = [(start + 0.5) / SAMPLE_RATE for start in starts]
        found, _ = BatchedInferencePipeline(self._model).transcribe(
            np.concatenate([np.zeros(_LEAD, np.float32), *clips]),
            language=language,
            clip_timestamps=[{"start": start, "end": end} for start, end in pairwise(bounds)],
            batch_size=self._batch_size,
            word_timestamps=True,
            hotwords=hotwords,
        )
        # What is written for a clip comes in one piece or several, with the clip's start in hundredths of a second.
        pieces = groupby(found, key=lambda piece: piece.seek)
        offsets = [start / SAMPLE_RATE for start in starts]
        heard: list[Heard] = []
        for seek, of_clip in pieces:
            while int(offsets[len(heard)] * self._model.frames_per_second) != seek:
                heard.append(Heard(()))
            heard.append(_heard(list(of_clip), offsets[len(heard)]))
        return heard + [Heard(())] * (len(clips) - len(heard))

    def detect(self, clips: Iterable[Sound]) -> list[Mapping[str, float]]:
        """How likely each language (ISO 639-1) is, 0..1, for each clip of at most 28 s."""
        return [*self._side_by_side(self._model.languages, clips)]

    def forget(self) -> None:
        """Drop what was kept of clips whose language was asked for and whose words were not."""
        self._model.forget()
        give_back()

    def _side_by_side(
        self, work: Callable[[Sequence[Sound]], Sequence[Result]], clips: Iterable[Sound]
    ) -> Iterator[Result]:
        """The results in the order of the clips."""
        begun: deque[Future[Sequence[Result]]] = deque()
        with ThreadPoolExecutor(self._workers) as pool:
            for batch in batches(clips, self._batch_size):
                if time.monotonic() > self._tidy_at:
                    give_back()
                    self._tidy_at = time.monotonic() + _TIDY_S
                begun.append(pool.submit(work, batch))
                if len(begun) > _AHEAD * self._workers:
                    yield from begun.popleft().result()
            while begun:
                yield from begun.popleft().result()

    def _hotwords(self, vocabulary: Sequence[str]) -> str | None:
        """As many of them as fit into the model's prompt, whole."""
        fitting, room = [], _PROMPT_TOKENS
        for term in vocabulary:
            # The tokenizer would take `<|endoftext|>` and the like for what they stand for.
            plain = term.replace("|", " ")
            room -= len(self._model.hf_tokenizer.encode(f" {plain},", add_special_tokens=False).ids)
            if room < 0:
                break
            fitting.append(plain)
        return ", ".join(fitting) or None


def _heard(pieces: Sequence[Any], offset: float) -> Heard:
    words = _words((word for piece in pieces for word in piece.words or ()), -offset)
    return Heard(
        tuple(words),
        log_probability=min(piece.avg_logprob for piece in pieces),
        no_speech=max(piece.no_speech_prob for piece in pieces),
    )


def _words(heard: Iterable[Any], offset: float) -> list[Word]:
    """A token without a space before it belongs to the word before it: `o` and `'clock`."""
    words: list[Word] = []
    for token in heard:
        text = token.word.strip()
        if words and text and not token.word.startswith(" "):
            last = words.pop()
            words.append(
                Word(
                    last.start,
                    float(offset + token.end),
                    last.text + text,
                    min(last.probability, float(token.probability)),
                )
            )
        elif text:
            words.append(Word(float(offset + token.start), float(offset + token.end), text, float(token.probability)))
    return words
