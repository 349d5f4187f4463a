"""GigaAM, Parakeet and their kin (CTC and transducers), batched, by onnx-asr on onnxruntime."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import fmean
from typing import TypeVar

import numpy as np
import onnxruntime
from onnx_asr.adapters import TimestampedResultsAsrAdapter
from onnx_asr.asr import TimestampedResult
from onnx_asr.loader import Manager
from onnx_asr.onnx import OnnxSessionOptions

from callscribe.asr.hardware import cores
from callscribe.asr.recognizer import Heard, batches
from callscribe.asr.segmentation import monotonic
from callscribe.errors import ConfigError, ModelMissing
from callscribe.models import Word
from callscribe.sound import SAMPLE_RATE, Sound

#: Seconds from one frame of an encoder to the next: 10 ms times its subsampling.
_FRAME_S = {"gigaam": 0.04, "nemo": 0.08}
#: Decoders that say when they write a token.
_TIMED = {"ctc", "rnnt", "tdt"}
#: What Parakeet v3 knows, by NVIDIA's model card (huggingface.co/nvidia/parakeet-tdt-0.6b-v3).
_EUROPEAN = frozenset(
    {"bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "it"}
    | {"lt", "lv", "mt", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv", "uk"}
)
#: What a model knows, by the beginning of its name.
_LANGUAGES = {
    "gigaam-v": frozenset({"ru"}),
    "nemo-fastconformer-ru": frozenset({"ru"}),
    "nemo-parakeet-tdt-0.6b-v3": _EUROPEAN,
    "nemo-parakeet": frozenset({"en"}),
}
#: Features of less sound than this have no frame, or no variance.
_SHORTEST = SAMPLE_RATE // 10
#: Marks that stand next to the word before them; others, such as a dash, keep their space.
_CLOSING = ".,!?:;…%»”)]}"

_CPU = "CPUExecutionProvider"
_CUDA = "CUDAExecutionProvider"

_Loaded = TypeVar("_Loaded")


class OnnxRecognizer:
    """One model in memory. onnx-asr cannot favour names and terms, so that it takes no vocabulary."""

    takes_vocabulary = False

    def __init__(
        self, folder: Path, model: str, *, device: str, threads: int, batch_size: int, name: str | None = None
    ) -> None:
        """`model` is onnx-asr's name or type, `name` what people call it. Raises `ModelMissing`, `ConfigError`."""
        self._frame = _frame(model)
        self._model = _model(folder, model, device, threads)
        self._known = languages(model)
        self._batch_size = batch_size
        self.name = f"onnx-asr {name or model} {quantization(folder) or 'float32'}"

    def recognize(
        self,
        clips: Iterable[Sound],
        language: str,
        vocabulary: Sequence[str] = (),  # noqa: ARG002
    ) -> Iterator[Heard]:
        """See `Recognizer`; a word's probability is the mean (of logarithms) over the tokens that spell it."""
        if self._known is not None and language not in self._known:
            raise ModelMissing(
                f"The speech model `{self.name}` does not know the language `{language}`, only "
                f"{', '.join(sorted(self._known))}; set CALLSCRIBE_ASR_MODEL to another one."
            )
        return self._heard(clips)

    def _heard(self, clips: Iterable[Sound]) -> Iterator[Heard]:
        for batch in batches(clips, self._batch_size):
            results = self._model.recognize([_long_enough(clip) for clip in batch])
            for clip, result in zip(batch, results, strict=True):
                yield _heard(result, len(clip) / SAMPLE_RATE, self._frame)


def languages(model: str) -> frozenset[str] | None:
    """The languages (ISO 639-1) that a model of onnx-asr knows; None where its name does not tell."""
    return next((known for start, known in _LANGUAGES.items() if model.startswith(start)), None)


def timed_words(
    tokens: Sequence[str], times: Sequence[float], log_probabilities: Sequence[float], *, length: float, frame: float
) -> list[Word]:
    """Words of tokens, where a space or `▁` before a token, or such a token, parts two words.

    `times` are seconds from the start of a clip of `length` seconds, one a token, at which a frame of `frame` seconds
    begins. A word lasts to the end of the frame of its last token, or to the next token if that is sooner. Marks
    belong to the word before them and change neither its times nor its probability; before the first word they say
    nothing.
    """
    words: list[Word] = []
    for group in _grouped(_pieces(tokens, times, log_probabilities, frame)):
        text = "".join(piece.text for piece in group)
        spelled = [piece for piece in group if piece.spells]
        if spelled:
            probability = math.exp(min(fmean(piece.log_probability for piece in spelled), 0.0))
            words.append(Word(spelled[0].start, spelled[-1].end, text, probability))
        elif words:
            space = "" if text[0] in _CLOSING else " "
            words[-1] = replace(words[-1], text=words[-1].text + space + text)
    return monotonic(words, 0.0, length)


def quantization(folder: Path) -> str | None:
    """`int8` where the folder holds no other weights, which are more exact."""
    weights = list(folder.glob("*.onnx"))
    return "int8" if weights and all("int8" in file.name for file in weights) else None


def sessions(device: str, threads: int) -> Manager:
    """What loads models for `cpu` or `cuda`; 0 threads: one per core. Raises `ConfigError` where CUDA is not there."""
    providers = [_CUDA, _CPU] if device == "cuda" else [_CPU]
    if providers[0] not in onnxruntime.get_available_providers():
        raise ConfigError(
            "This onnxruntime cannot use a GPU: install onnxruntime-gpu in its place, or set CALLSCRIBE_ASR_DEVICE=cpu."
        )
    # All sound is at the models' rate already: what resamples it is loaded by onnx-asr, and never runs.
    idle: OnnxSessionOptions = {"sess_options": _options(1), "providers": [_CPU]}
    return Manager(_options(threads or cores()), providers, resampler_config=idle)


def loaded(load: Callable[[], _Loaded], advice: str) -> _Loaded:
    """What `load` gives; raises `ModelMissing` with `advice` for whatever is wrong with a model's files."""
    try:
        return load()
    except Exception as exc:  # onnxruntime, onnx-asr, and the parsers of their files have no error in common
        raise ModelMissing(advice) from exc


@dataclass(frozen=True, slots=True)
class _Piece:
    #: Without a space; empty for a token that is nothing else.
    text: str
    #: Whether a space goes before it.
    apart: bool
    start: float
    end: float
    log_probability: float

    @property
    def spells(self) -> bool:
        return any(character.isalnum() for character in self.text)


def _pieces(
    tokens: Sequence[str], times: Sequence[float], log_probabilities: Sequence[float], frame: float
) -> Iterator[_Piece]:
    for token, start, later, log in zip(tokens, times, [*times[1:], math.inf], log_probabilities, strict=False):
        if token.startswith("<") and token.endswith(">"):  # <unk> and the like
            continue
        written = token.replace("▁", " ")
        yield _Piece(written.strip(), written.startswith(" "), start, min(start + frame, later), log)


def _grouped(pieces: Iterator[_Piece]) -> list[list[_Piece]]:
    groups: list[list[_Piece]] = []
    apart = True
    for piece in pieces:
        apart = apart or piece.apart
        if not piece.text:
            continue
        if apart:
            groups.append([])
        groups[-1].append(piece)
        apart = False
    return groups


def _heard(result: TimestampedResult, length: float, frame: float) -> Heard:
    tokens, times, logs = result.tokens or [], result.timestamps or [], result.logprobs or []
    words = timed_words(tokens, times, logs, length=length, frame=frame)
    return Heard(tuple(words), log_probability=fmean(logs) if logs else None)


def _frame(model: str) -> float:
    family, *kind = model.split("-")
    if family not in _FRAME_S or not _TIMED & set(kind):
        raise ConfigError(
            f"The model `{model}` is none that words and their times can be had from; set CALLSCRIBE_ASR_MODEL to "
            "another one, such as gigaam-v3-e2e-rnnt or nemo-parakeet-tdt-0.6b-v3."
        )
    return _FRAME_S[family]


def _model(folder: Path, model: str, device: str, threads: int) -> TimestampedResultsAsrAdapter:
    manager = sessions(device, threads)

    def load() -> TimestampedResultsAsrAdapter:
        # Without this file onnx-asr would take the features for those of an older model, and say nothing.
        (folder / "config.json").stat()
        adapter = manager.create_asr(model, folder, quantization=quantization(folder), offline=True).with_timestamps()
        # Parts and a vocabulary that do not belong together are found out only when they run.
        adapter.recognize(np.zeros(SAMPLE_RATE // 2, np.float32))
        return adapter

    return loaded(
        load,
        f"The speech model in {folder} cannot be loaded; delete the folder and run `callscribe models pull`, or set "
        "CALLSCRIBE_ASR_MODEL to another one.",
    )


def _long_enough(clip: Sound) -> Sound:
    return np.pad(clip, (0, max(0, _SHORTEST - len(clip))))


def _options(threads: int) -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    return options
