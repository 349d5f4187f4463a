"""Every model that can be chosen by name, with what is published of it."""

from dataclasses import dataclass
from typing import Literal

Engine = Literal["whisper", "onnx"]

#: The model that tells voices apart; all others hear words.
SPEAKERS = "wespeaker"
#: What no folder of a Whisper model goes without.
WEIGHTS = "model.bin"
_WHISPER_FILES = ("config.json", WEIGHTS, "tokenizer.json", "vocabulary.*")
#: How many bands features have; models without it take 80.
_BANDS = "preprocessor_config.json"

_PAPER = "Radford et al. 2022, Robust Speech Recognition, table 13: arxiv.org/abs/2212.04356"
_COMPARISON = "onnx-asr, comparison: istupakov.github.io/onnx-asr/comparison"
_BENCHMARKS = "onnx-asr, benchmarks: istupakov.github.io/onnx-asr/benchmarks"
_GIGAAM = "GigaAM, evaluation: github.com/salute-developers/GigaAM/blob/main/evaluation.md"
_NVIDIA = "NVIDIA, model card: huggingface.co/nvidia/parakeet-tdt-0.6b-v3"
_OPENAI = "openai/whisper, README: github.com/openai/whisper"
_FASTER = "faster-whisper, README: github.com/SYSTRAN/faster-whisper"
_TURBO = "faster-whisper, a user's report: github.com/SYSTRAN/faster-whisper/issues/1167"


@dataclass(frozen=True, slots=True)
class Wer:
    """A published word error rate."""

    #: ISO 639-1.
    language: str
    test_set: str
    #: Percent of the words.
    percent: float
    source: str
    #: Read aloud and recorded well, which is what tables compare.
    clean: bool = True


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be chosen by name. The figures are published ones, not ours."""

    name: str
    engine: Engine
    #: Where it is on the Hugging Face hub.
    repository: str
    #: Patterns of the files that it consists of.
    files: tuple[str, ...]
    #: A code, or how many there are.
    languages: str
    #: On disk, and so to download; in MB (1,000,000 bytes).
    size_mb: int
    licence: str
    wers: tuple[Wer, ...]
    #: Audio seconds per second (x), with hardware and source.
    speed: str
    #: When to choose it.
    advice: str

    def best_wer(self, language: str) -> float | None:
        """The lowest one published for clean read speech, in percent."""
        return min((wer.percent for wer in self.wers if wer.clean and wer.language == language), default=None)


def _fleurs(ru: float, en: float, source: str = _PAPER) -> tuple[Wer, ...]:
    return (Wer("ru", "FLEURS", ru, source), Wer("en", "FLEURS", en, source))


def _whisper(
    name: str,
    repository: str,
    size_mb: int,
    *,
    wers: tuple[Wer, ...],
    speed: str,
    advice: str,
    files: tuple[str, ...] = (),
) -> Model:
    return Model(name, "whisper", repository, (*_WHISPER_FILES, *files), "99", size_mb, "MIT", wers, speed, advice)


def _relative(times: int) -> str:
    return f"about {times} times as fast as large-v3 on an A100 ({_OPENAI})"


MODELS = {
    model.name: model
    for model in (
        _whisper(
            "tiny",
            "Systran/faster-whisper-tiny",
            78,
            wers=_fleurs(31.1, 12.4),
            speed=_relative(10),
            advice="trying things out",
        ),
        _whisper(
            "base",
            "Systran/faster-whisper-base",
            148,
            wers=(
                *_fleurs(20.5, 8.9),
                Wer("ru", "Russian LibriSpeech", 38.34, _COMPARISON),
                Wer("en", "VoxPopuli", 12.26, _COMPARISON, clean=False),
            ),
            speed=f"6.6x Russian, 9.2x English on 4 cores (i7-7700HQ) in onnx-asr ({_BENCHMARKS})",
            advice="a very small machine",
        ),
        _whisper(
            "small",
            "Systran/faster-whisper-small",
            486,
            wers=_fleurs(11.4, 6.1),
            speed=f"15x on 8 threads (i7-12700K), int8, batches of 8 ({_FASTER})",
            advice="a CPU",
        ),
        _whisper(
            "medium",
            "Systran/faster-whisper-medium",
            1530,
            wers=_fleurs(7.2, 4.4),
            speed=_relative(2),
            advice="a CPU that has time",
        ),
        _whisper(
            "large-v3-turbo",
            "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
            1620,
            wers=(
                Wer("ru", "Russian LibriSpeech", 10.27, _COMPARISON),
                Wer("en", "VoxPopuli", 11.54, _COMPARISON, clean=False),
            ),
            speed=f"19.5x Russian, 29.2x English on a T4 in onnx-asr ({_BENCHMARKS}); "
            f"5.5x on 4 threads (Ryzen 5950X), int8 ({_TURBO})",
            advice="a GPU, or many cores",
            files=(_BANDS,),
        ),
        _whisper(
            "large-v3",
            "Systran/faster-whisper-large-v3",
            3090,
            wers=_fleurs(3.1, 3.9, _GIGAAM),
            speed=f"the slowest; large-v3-turbo is about 8 times as fast on an A100 ({_OPENAI})",
            advice="a GPU, fewest mistakes",
            files=(_BANDS,),
        ),
        Model(
            "gigaam-v3-e2e-rnnt",
            "onnx",
            "istupakov/gigaam-v3-onnx",
            (
                "config.json",
                "v3_e2e_rnnt_encoder.onnx",
                "v3_e2e_rnnt_decoder.onnx",
                "v3_e2e_rnnt_joint.onnx",
                "v3_e2e_rnnt_vocab.txt",
            ),
            "ru",
            893,
            "MIT",
            (
                Wer("ru", "Russian LibriSpeech", 7.6, _COMPARISON),
                Wer("ru", "Russian LibriSpeech", 6.4, _GIGAAM),
                Wer("ru", "call centre", 12.6, _GIGAAM, clean=False),
                Wer("ru", "OpenSTT phone calls", 19.1, _GIGAAM, clean=False),
            ),
            f"42x on a Ryzen 9800X3D ({_COMPARISON}); 64x on a T4 ({_BENCHMARKS})",
            "Russian on a CPU",
        ),
        Model(
            "gigaam-v3-e2e-ctc",
            "onnx",
            "istupakov/gigaam-v3-onnx",
            ("config.json", "v3_e2e_ctc.onnx", "v3_e2e_ctc_vocab.txt"),
            "ru",
            886,
            "MIT",
            (
                Wer("ru", "Russian LibriSpeech", 7.8, _COMPARISON),
                Wer("ru", "Russian LibriSpeech", 6.4, _GIGAAM),
                Wer("ru", "call centre", 13.3, _GIGAAM, clean=False),
                Wer("ru", "OpenSTT phone calls", 20.0, _GIGAAM, clean=False),
            ),
            f"59x on a Ryzen 9800X3D ({_COMPARISON}); 136x on a T4 ({_BENCHMARKS})",
            "Russian, faster still",
        ),
        Model(
            "nemo-parakeet-tdt-0.6b-v3",
            "onnx",
            "istupakov/parakeet-tdt-0.6b-v3-onnx",
            ("config.json", "encoder-model.onnx", "encoder-model.onnx.data", "decoder_joint-model.onnx", "vocab.txt"),
            "25",
            2550,
            "CC-BY-4.0",
            (
                Wer("ru", "Russian LibriSpeech", 10.95, _COMPARISON),
                *_fleurs(5.51, 4.85, _NVIDIA),
                Wer("en", "LibriSpeech test-clean", 1.93, _NVIDIA),
                Wer("en", "AMI meetings", 11.31, _NVIDIA, clean=False),
                Wer("en", "VoxPopuli", 6.75, _COMPARISON, clean=False),
            ),
            f"9.7x Russian, 9.5x English on 4 cores (i7-7700HQ) ({_BENCHMARKS})",
            "English on a CPU",
        ),
        Model(
            SPEAKERS,
            "onnx",
            "Wespeaker/wespeaker-voxceleb-resnet34-LM",
            ("voxceleb_resnet34_LM.onnx",),
            "any",
            27,
            "CC-BY-4.0",
            (),
            "",
            "telling voices apart",
        ),
    )
}
