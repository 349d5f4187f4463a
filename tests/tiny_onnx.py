"""Tiny ONNX models with the files, inputs and outputs of the real ones; onnx-asr's own code loads and decodes them.

The two speech models hear notes: every token of their vocabulary has a pitch, and is written once where that pitch is
loud in a frame. The speaker model describes a sound by how much each band of its spectrum moves.
"""

import json
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import onnx_asr.preprocessors

from callscribe.sound import SAMPLE_RATE, Sound

Array = npt.NDArray[Any]

#: What the speech models can write, and at which pitch in Hz they do.
PITCHES = {"▁при": 1000.0, "вет": 1500.0, ",": 2100.0, "▁мир": 2800.0, ".": 3700.0, "▁": 4800.0}
#: Seconds that a note sounds.
NOTE_S = 0.24
#: Size of the speaker model's vectors.
VECTOR = 48

_BLANK = "<blk>"
_GIGAAM, _PARAKEET = "gigaam-v3-e2e-rnnt", "nemo-parakeet-tdt-0.6b-v3"
#: A token that was written last is not written again.
_NEVER = -1000.0
#: What a note has to reach: the logarithm of its energy, and the same in standard deviations of its band, which no note
#: reaches that sounds for an eighth of the time.
_LOUD, _LOUD_NORMALISED = -1.0, 2.6
_STATE = 320


def gigaam(folder: Path, precision: str = "") -> str:
    """Write a model for GigaAM's RNN-T; `precision` is `.int8` or nothing. Returns onnx-asr's name for it."""
    _describe(folder, "v3_e2e_rnnt_vocab.txt", {"model_type": "gigaam", "version": "v3", "subsampling_factor": 4})
    bands, bias = _ears("gigaam_v3", 320, gain=1.0, loud=_LOUD)
    _write(
        folder / f"v3_e2e_rnnt_encoder{precision}.onnx",
        """encoder (float[b, 64, t] audio_signal, int64[b] length) => (float[b, v, f] encoded, int32[b] encoded_len) {
            levels = MatMul(bands, audio_signal)
            logits = Add(levels, bias)
            encoded = Slice(logits, from, to, axis, stride)
            last = Sub(length, one)
            before = Div(last, stride)
            frames = Add(before, one)
            encoded_len = Cast<to = 6>(frames)
        }""",
        bands=bands,
        bias=bias,
        **_every(4),
    )
    _write(
        folder / f"v3_e2e_rnnt_decoder{precision}.onnx",
        """decoder (int64[1, 1] x, float[1, 1, 320] "h.1", float[1, 1, 320] "c.1")
            => (float[1, 1, 320] dec, float[1, 1, 320] h, float[1, 1, 320] c) {
            dec = Gather(memory, x)
            h = Identity("h.1")
            c = Identity("c.1")
        }""",
        memory=_memory(_STATE),
    )
    _write(
        folder / f"v3_e2e_rnnt_joint{precision}.onnx",
        """joiner (float[1, v, 1] enc, float[1, 320, 1] dec) => (float[1, 1, 1, v] joint) {
            written = Slice(dec, from, size, axis)
            logits = Add(enc, written)
            joint = Reshape(logits, shape)
        }""",
        **{"from": np.array([0]), "size": np.array([_size()]), "axis": np.array([1]), "shape": np.array([1, 1, 1, -1])},
    )
    return _GIGAAM


def parakeet(folder: Path, precision: str = "") -> str:
    """Write a model for NeMo's TDT; `precision` is `.int8` or nothing. Returns onnx-asr's name for it."""
    _describe(folder, "vocab.txt", {"model_type": "nemo-conformer-tdt", "features_size": 128, "subsampling_factor": 8})
    bands, bias = _ears("nemo128", 512, gain=4.0, loud=_LOUD_NORMALISED)
    _write(
        folder / f"encoder-model{precision}.onnx",
        """encoder (float[b, 128, t] audio_signal, int64[b] length)
            => (float[b, v, f] outputs, int64[b] encoded_lengths) {
            levels = MatMul(bands, audio_signal)
            logits = Add(levels, bias)
            outputs = Slice(logits, from, to, axis, stride)
            last = Sub(length, one)
            before = Div(last, stride)
            encoded_lengths = Add(before, one)
        }""",
        bands=bands,
        bias=bias,
        **_every(8),
    )
    # A loud frame is left by two steps, and a silent one by one: the second of five durations is not chosen, since
    # onnx-asr takes a step after a blank without a duration.
    _write(
        folder / f"decoder_joint-model{precision}.onnx",
        """decoder_joint (float[1, v, 1] encoder_outputs, int32[1, 1] targets, int32[1] target_length,
            float[2, 1, 320] input_states_1, float[2, 1, 320] input_states_2)
            => (float[1, 1, 1, w] outputs, float[2, 1, 320] output_states_1, float[2, 1, 320] output_states_2) {
            levels = Reshape(encoder_outputs, shape)
            remembered = Gather(memory, targets)
            written = Reshape(remembered, shape)
            tokens = Add(levels, written)
            loudest = ReduceMax<axes = [3], keepdims = 1>(levels)
            above = Sub(loudest, bar)
            durations = Mul(above, choice)
            outputs = Concat<axis = 3>(tokens, durations)
            output_states_1 = Identity(input_states_1)
            output_states_2 = Identity(input_states_2)
        }""",
        shape=np.array([1, 1, 1, -1]),
        memory=_memory(_size()),
        bar=bias[-1] + np.float32(1e-3),
        choice=np.array([0, 0, 1, 0, 0], np.float32),
    )
    return _PARAKEET


def wespeaker(folder: Path) -> None:
    """Write a speaker model."""
    weights = np.random.default_rng(7).standard_normal((80, VECTOR)).astype(np.float32)
    _write(
        folder / "voxceleb_resnet34_LM.onnx",
        """resnet (float[b, t, 80] feats) => (float[b, d] embs) {
            squares = Mul(feats, feats)
            movement = ReduceMean<axes = [1], keepdims = 0>(squares)
            projected = MatMul(movement, weights)
            embs = Add(projected, bias)
        }""",
        weights=weights,
        bias=np.full(VECTOR, 1e-3, np.float32),
    )


def notes(played: Sequence[tuple[str, float]], length: float) -> Sound:
    """Sound of `length` seconds with the notes of tokens, each from its second on, over a little noise."""
    sound = (1e-3 * np.random.default_rng(1).standard_normal(round(length * SAMPLE_RATE))).astype(np.float32)
    at = np.arange(round(NOTE_S * SAMPLE_RATE)) / SAMPLE_RATE
    swell = np.minimum(1.0, np.minimum(at, NOTE_S - at) / 0.02)
    for token, start in played:
        first = round(start * SAMPLE_RATE)
        sound[first : first + len(at)] += 0.3 * swell * np.sin(2 * np.pi * PITCHES[token] * at)
    return sound


def _size() -> int:
    return len(PITCHES) + 1


def _describe(folder: Path, vocabulary: str, config: dict[str, Any]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{token} {number}\n" for number, token in enumerate([*PITCHES, _BLANK])]
    (folder / vocabulary).write_text("".join(lines), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps(config), encoding="utf-8")


def _ears(preprocessor: str, fft: int, *, gain: float, loud: float) -> tuple[Array, Array]:
    """Weights of shape (tokens, bands) that listen to the band of each pitch, and a bias that is the blank's logit."""
    with files(onnx_asr.preprocessors).joinpath("data", "fbanks.npz").open("rb") as file:
        filters = np.load(file)[preprocessor]
    bands = np.zeros((_size(), filters.shape[1]), np.float32)
    for row, pitch in enumerate(PITCHES.values()):
        middle = filters[round(pitch * fft / SAMPLE_RATE)].argmax()
        bands[row, middle - 1 : middle + 2] = gain / 3
    bias = np.zeros((_size(), 1), np.float32)
    bias[-1] = gain * loud
    return bands, bias


def _memory(width: int) -> Array:
    """What each token written last does to the logits; the blank, which stands for none, does nothing."""
    memory = np.zeros((_size(), width), np.float32)
    np.fill_diagonal(memory[: len(PITCHES)], _NEVER)
    return memory


def _every(stride: int) -> dict[str, Array]:
    """What takes every so manieth frame."""
    end = np.array([np.iinfo(np.int64).max])
    return {
        "from": np.array([0]),
        "to": end,
        "axis": np.array([2]),
        "stride": np.array([stride]),
        "one": np.array([1]),
    }


def _write(path: Path, graph: str, **constants: Array) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    model = onnx.parser.parse_model(f'<ir_version: 8, opset_import: ["" : 17]> {graph}')
    model.graph.initializer.extend(onnx.numpy_helper.from_array(value, name) for name, value in constants.items())
    onnx.checker.check_model(model)
    path.write_bytes(model.SerializeToString())
