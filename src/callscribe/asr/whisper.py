"""Whisper by faster-whisper (CTranslate2), batched."""

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import soundfile
from faster_whisper import BatchedInferencePipeline

from callscribe.asr.language import LanguageAwareModel, Samples
from callscribe.asr.segmentation import clips, lines, monotonic
from callscribe.errors import ModelMissing
from callscribe.models import LanguageChoice, Segment, Window, WindowTranscript, Word
from callscribe.ports import Report

#: What the vocabulary may take of the 448 tokens that a prompt and what is heard in a clip share.
_PROMPT_TOKENS = 200


class WhisperTranscriber:
    """One model in memory.

    It hears only where voice activity was found: on silence Whisper invents text.
    """

    def __init__(self, folder: Path, *, device: str, threads: int, batch_size: int) -> None:
        compute = "float16" if device == "cuda" else "int8"
        try:
            self._model = LanguageAwareModel(
                str(folder), device=device, compute_type=compute, cpu_threads=threads or available_cores()
            )
        except (RuntimeError, ValueError, OSError) as exc:
            raise ModelMissing(
                f"The speech model in {folder} cannot be loaded; delete the folder and run `callscribe models pull`, "
                "or set CALLSCRIBE_ASR_MODEL to another one."
            ) from exc
        self._pipeline = BatchedInferencePipeline(self._model)
        self._batch_size = batch_size
        self._name = f"faster-whisper {folder.name} {compute}"

    def transcribe(
        self,
        audio: Path,
        window: Window,
        language: LanguageChoice,
        report: Report,
        vocabulary: Sequence[str] = (),
    ) -> WindowTranscript:
        """The language is detected once a window when `auto` is asked for."""
        samples, rate = soundfile.read(audio, dtype="float32")
        length = len(samples) / rate
        heard_in = [
            {"start": clip.start - window.start, "end": min(clip.end - window.start, length)}
            for clip in clips(window.speech)
        ]
        asked, probability = (
            self._language(samples, rate, heard_in) if language is LanguageChoice.AUTO else (language.value, 1.0)
        )
        found, info = self._pipeline.transcribe(
            samples,
            language=asked,
            clip_timestamps=heard_in,
            batch_size=self._batch_size,
            word_timestamps=True,
            hotwords=self._hotwords(vocabulary),
        )
        segments: list[Segment] = []
        for clip in found:
            after = segments[-1].end if segments else window.start
            segments += lines(monotonic(_words(clip.words or (), window.start), after, window.end), info.language)
            report(min(clip.end / length, 1.0))
        return WindowTranscript(tuple(segments), info.language, probability, self._name)

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

    def _language(self, samples: Samples, rate: int, heard_in: Sequence[Mapping[str, float]]) -> tuple[str, float]:
        """By the first batch, which then need not be encoded again."""
        first = heard_in[: self._batch_size]
        return self._model.detect([samples[int(clip["start"] * rate) : int(clip["end"] * rate)] for clip in first])


def available_cores() -> int:
    """CPU cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _words(heard: Iterable[Any], offset: float) -> list[Word]:
    """In call time. A token without a space before it belongs to the word before it: `o` and `'clock`."""
    words: list[Word] = []
    for token in heard:
        text = token.word.strip()
        if words and text and not token.word.startswith(" "):
            last = words.pop()
            words.append(
                Word(last.start, offset + token.end, last.text + text, min(last.probability, token.probability))
            )
        elif text:
            words.append(Word(offset + token.start, offset + token.end, text, token.probability))
    return words
