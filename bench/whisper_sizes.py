"""Whisper models of the real sizes with random weights: as fast and as large as the real ones, and they say nothing.

Only names for measurements; the text that they write is made of made-up words. Sizes are those of Radford et al. 2022,
table 1, and the files are of the kind that faster-whisper downloads: weights in float16, with a tokenizer of 51,865
tokens.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from ctranslate2.specs.whisper_spec import WhisperSpec
from faster_whisper.tokenizer import _LANGUAGE_CODES
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

Weights = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Size:
    """Of a Whisper model."""

    width: int
    heads: int
    layers: int


SIZES = {"tiny": Size(384, 6, 4), "base": Size(512, 8, 6), "small": Size(768, 12, 12)}

_MELS, _POSITIONS, _LENGTH, _SEED = 80, 1500, 448, 1
_TEXT_TOKENS = 50257
#: All of Whisper's languages but Cantonese, which came with large-v3.
_LANGUAGES = [f"<|{code}|>" for code in _LANGUAGE_CODES if code != "yue"]
_SPECIALS = [
    *("<|endoftext|>", "<|startoftranscript|>", *_LANGUAGES, "<|translate|>", "<|transcribe|>"),
    *("<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>"),
]
_TIMES = [f"<|{number * 0.02:.2f}|>" for number in range(_POSITIONS + 1)]
#: What the decoder's last layer norm adds, and how much likelier English is than other languages for that.
_SHIFT, _ENGLISH = 0.3, 20.0
#: A place says more about the next token than the one before it and all layers do, so that no text goes in circles.
_PLACE, _GAIN = np.float32(10.0), np.float32(0.5)


def build(name: str, folder: Path) -> Path:
    """Write the model into `folder`, in some ten seconds for `small`; the same at every time."""
    size, random = SIZES[name], np.random.default_rng(_SEED)
    vocabulary = tokenizer()
    spec: Any = WhisperSpec(size.layers, size.heads, size.layers, size.heads)
    _fill_encoder(spec.encoder, size, random)
    _fill_decoder(spec.decoder, size, random, _number(vocabulary, "<|en|>"))
    spec.register_vocabulary([vocabulary.id_to_token(number) for number in range(vocabulary.get_vocab_size())])
    spec.config.suppress_ids = []
    spec.config.suppress_ids_begin = [_number(vocabulary, "<|endoftext|>")]
    spec.config.lang_ids = [_number(vocabulary, token) for token in _LANGUAGES]
    spec.config.alignment_heads = [[layer, 0] for layer in range(size.layers // 2, size.layers)]
    spec.validate()
    spec.optimize("float16")
    folder.mkdir(parents=True, exist_ok=True)
    spec.save(str(folder))
    features = {"chunk_length": 30, "feature_size": _MELS, "hop_length": 160, "n_fft": 400, "sampling_rate": 16000}
    (folder / "preprocessor_config.json").write_text(json.dumps(features), encoding="utf-8")
    vocabulary.save(str(folder / "tokenizer.json"))
    return folder


def tokenizer() -> Tokenizer:
    """Bytes, made-up words and parts of words, and after these Whisper's special tokens where Whisper has them."""
    pieces = sorted(pre_tokenizers.ByteLevel.alphabet())
    # What faster-whisper never lets a model write begins with these, and must not be the space, which words begin with.
    marks = [f"Ġ{mark}" for mark in ("-", "'", "â")]
    filler = (("Ġ" if number % 3 else "") + f"w{number:05d}" for number in range(_TEXT_TOKENS))
    # CTranslate2 calls a model multilingual only if it has an empty token.
    text = [*pieces, *marks, *(next(filler) for _ in range(_TEXT_TOKENS - len(pieces) - len(marks) - 1)), ""]
    merges = [("Ġ", mark[1:]) for mark in marks]
    found = Tokenizer(models.BPE(vocab={token: number for number, token in enumerate(text)}, merges=merges))
    found.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    found.decoder = decoders.ByteLevel()
    found.add_special_tokens(_SPECIALS)
    found.add_tokens(_TIMES)
    return found


def _fill_encoder(spec: Any, size: Size, random: np.random.Generator) -> None:
    for layer, inputs in ((spec.conv1, _MELS), (spec.conv2, size.width)):
        layer.weight = _normal(random, size.width, inputs, 3)
        layer.bias = np.zeros(size.width, np.float32)
    spec.position_encodings.encodings = _normal(random, _POSITIONS, size.width) * np.float32(size.width**0.5)
    _fill_norm(spec.layer_norm, size)
    for layer in spec.layer:
        _fill_attention(layer.self_attention, (3, 1), size, random)
        _fill_rest(layer.ffn, size, random)


def _fill_decoder(spec: Any, size: Size, random: np.random.Generator, english: int) -> None:
    """The embeddings of special tokens are zeros, so that no text holds one: their scores stay near 0."""
    embeddings = np.zeros((_TEXT_TOKENS + len(_SPECIALS) + len(_TIMES), size.width), np.float32)
    embeddings[: _TEXT_TOKENS - 1] = random.standard_normal((_TEXT_TOKENS - 1, size.width), np.float32)
    shift = _SHIFT * random.standard_normal(size.width, np.float32)
    embeddings[english] = _ENGLISH / np.square(shift).sum() * shift
    spec.embeddings.weight = spec.projection.weight = embeddings
    spec.position_encodings.encodings = _PLACE * random.standard_normal((_LENGTH, size.width), np.float32)
    spec.layer_norm.gamma, spec.layer_norm.beta = np.ones_like(shift), shift
    for layer in spec.layer:
        _fill_attention(layer.self_attention, (3, 1), size, random)
        _fill_attention(layer.attention, (1, 2, 1), size, random)
        _fill_rest(layer.ffn, size, random)


def _fill_attention(spec: Any, widths: tuple[int, ...], size: Size, random: np.random.Generator) -> None:
    """`widths`: how many times the model's width comes out of each linear layer."""
    _fill_norm(spec.layer_norm, size)
    for linear, times in zip(spec.linear, widths, strict=True):
        _fill_linear(linear, times * size.width, size.width, random)
    spec.linear[-1].weight *= _GAIN


def _fill_rest(spec: Any, size: Size, random: np.random.Generator) -> None:
    _fill_norm(spec.layer_norm, size)
    _fill_linear(spec.linear_0, 4 * size.width, size.width, random)
    _fill_linear(spec.linear_1, size.width, 4 * size.width, random)
    spec.linear_1.weight *= _GAIN


def _fill_linear(spec: Any, outputs: int, inputs: int, random: np.random.Generator) -> None:
    spec.weight, spec.bias = _normal(random, outputs, inputs), np.zeros(outputs, np.float32)


def _fill_norm(spec: Any, size: Size) -> None:
    spec.gamma, spec.beta = np.ones(size.width, np.float32), np.zeros(size.width, np.float32)


def _normal(random: np.random.Generator, outputs: int, *inputs: int) -> Weights:
    """What goes through them keeps its variance."""
    scale = np.float32(np.prod(inputs)) ** np.float32(-0.5)
    return random.standard_normal((outputs, *inputs), np.float32) * scale


def _number(vocabulary: Tokenizer, token: str) -> int:
    number = vocabulary.token_to_id(token)
    assert number is not None, token
    return number
