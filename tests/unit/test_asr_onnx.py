"""The ONNX speech engines, on tiny models that onnx-asr loads and decodes as it does the real ones."""

import math
import shutil
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import onnxruntime
import pytest

from callscribe.asr import onnx as engine
from callscribe.asr.hardware import cores
from callscribe.asr.onnx import OnnxRecognizer, languages, timed_words
from callscribe.asr.recognizer import Heard, Recognizer
from callscribe.errors import ConfigError, ModelMissing
from callscribe.sound import SAMPLE_RATE, Sound
from tests.tiny_onnx import NOTE_S, gigaam, notes, parakeet

MAKERS = (gigaam, parakeet)
#: Seconds of a frame, and what rounding adds.
FRAMES = {"gigaam": 0.0401, "parakeet": 0.0801}
PLAYED = [("▁при", 0.5), ("вет", 0.8), (",", 1.1), ("▁мир", 2.0), (".", 2.5)]
SPACED = [("▁мир", 0.2), ("▁", 0.6), ("вет", 1.0)]
SILENCE = np.zeros(SAMPLE_RATE, np.float32)

Maker = Callable[[Path], str]


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    asked: list[object] = []

    def refuse(*whom: object) -> NoReturn:
        asked.append(whom)
        raise OSError("no network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    yield
    assert not asked


@pytest.fixture(params=MAKERS, ids=lambda maker: maker.__name__)
def maker(request: pytest.FixtureRequest) -> Maker:
    made: Maker = request.param
    return made


def load(maker: Maker, folder: Path, batch_size: int = 4) -> OnnxRecognizer:
    return OnnxRecognizer(folder, maker(folder), device="cpu", threads=1, batch_size=batch_size)


def texts(heard: Heard) -> list[str]:
    return [word.text for word in heard.words]


def test_words_are_heard_where_they_are_said(maker: Maker, tmp_path: Path) -> None:
    recognizer: Recognizer = load(maker, tmp_path)
    (heard,) = recognizer.recognize([notes(PLAYED, 3.0)], "ru")
    assert texts(heard) == ["привет,", "мир."]
    frame = FRAMES[maker.__name__]
    hello, world = heard.words
    assert hello.start == pytest.approx(0.5, abs=frame)
    assert hello.end == pytest.approx(0.8 + frame, abs=frame)
    assert world.start == pytest.approx(2.0, abs=frame)
    assert world.end - world.start == pytest.approx(frame, abs=1e-3)
    assert 0.8 < hello.probability < 1
    assert heard.log_probability is not None
    assert math.log(0.8) < heard.log_probability < 0


def test_a_token_of_space_parts_words(maker: Maker, tmp_path: Path) -> None:
    (heard,) = load(maker, tmp_path).recognize([notes(SPACED, 3.0)], "ru")
    assert texts(heard) == ["мир", "вет"]


def test_what_is_played_elsewhere_is_heard_there(maker: Maker, tmp_path: Path) -> None:
    (heard,) = load(maker, tmp_path).recognize([notes([("▁мир", 1.5)], 3.0)], "ru")
    assert texts(heard) == ["мир"]
    assert heard.words[0].start == pytest.approx(1.5, abs=FRAMES[maker.__name__])


@pytest.mark.parametrize("sound", [SILENCE, notes([], 2.0), SILENCE[:0], SILENCE[:1], SILENCE[:50]])
def test_silence_and_a_scrap_of_sound_say_nothing(maker: Maker, tmp_path: Path, sound: Sound) -> None:
    assert list(load(maker, tmp_path).recognize([sound], "ru")) == [Heard(())]


def test_clips_of_unequal_length_are_heard_together_as_alone(maker: Maker, tmp_path: Path) -> None:
    clips = [notes(PLAYED, 3.0), notes(SPACED, 2.5), SILENCE, notes(PLAYED[3:], 7.1), SILENCE[:10], notes(PLAYED, 4.4)]
    recognizer = load(maker, tmp_path, batch_size=4)
    alone = [heard for clip in clips for heard in recognizer.recognize([clip], "ru")]
    assert [texts(heard) for heard in alone] == [
        ["привет,", "мир."], ["мир", "вет"], [], ["мир."], [], ["привет,", "мир."]
    ]  # fmt: skip
    for together, single in zip(recognizer.recognize(clips, "ru"), alone, strict=True):
        assert texts(together) == texts(single)
        for word, expected in zip(together.words, single.words, strict=True):
            assert (word.start, word.end) == (expected.start, expected.end)
            assert word.probability == pytest.approx(expected.probability, abs=1e-3)


def test_no_clips_give_nothing(tmp_path: Path) -> None:
    assert list(load(gigaam, tmp_path).recognize([], "ru")) == []


def test_a_batch_is_given_before_the_next_is_heard(tmp_path: Path) -> None:
    unreadable: Any = np.zeros(SAMPLE_RATE, np.int16)
    found = load(gigaam, tmp_path, batch_size=1).recognize([notes(PLAYED, 3.0), unreadable], "ru")
    assert texts(next(found)) == ["привет,", "мир."]
    with pytest.raises(ValueError, match="float32"):
        next(found)


def test_what_is_said_softly_is_less_certain(tmp_path: Path) -> None:
    recognizer = load(gigaam, tmp_path)
    loud, soft = recognizer.recognize([notes(PLAYED, 3.0), notes(PLAYED, 3.0) * np.float32(0.6)], "ru")
    assert texts(soft) == texts(loud)
    assert soft.words[1].probability < loud.words[1].probability - 0.02
    assert soft.log_probability is not None
    assert loud.log_probability is not None
    assert soft.log_probability < loud.log_probability


def test_a_word_cut_off_by_the_end_of_the_clip_ends_with_it(maker: Maker, tmp_path: Path) -> None:
    clip = notes([("▁мир", 2.9 - NOTE_S)], 2.9)[: round(2.75 * SAMPLE_RATE)]
    (heard,) = load(maker, tmp_path).recognize([clip], "ru")
    assert texts(heard) == ["мир"]
    assert heard.words[0].start < heard.words[0].end <= 2.75


def test_a_language_the_model_lacks_is_refused_at_once(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match=r"does not know the language `en`, only ru; set CALLSCRIBE_ASR_MODEL"):
        load(gigaam, tmp_path / "ru").recognize([SILENCE], "en")
    european = load(parakeet, tmp_path / "eu")
    with pytest.raises(ModelMissing, match="`ja`"):
        european.recognize([SILENCE], "ja")
    assert list(european.recognize([SILENCE], "en")) == [Heard(())]


def test_languages_are_those_of_the_models_card() -> None:
    assert languages("gigaam-v3-e2e-rnnt") == frozenset({"ru"})
    assert languages("nemo-parakeet-tdt-0.6b-v2") == frozenset({"en"})
    known = languages("nemo-parakeet-tdt-0.6b-v3")
    assert known is not None
    assert len(known) == 25
    assert {"ru", "en", "uk", "de"} <= known
    assert languages("nemo-conformer-tdt") is None


def test_a_type_of_model_takes_any_language(tmp_path: Path) -> None:
    parakeet(tmp_path)
    recognizer = OnnxRecognizer(tmp_path, "nemo-conformer-tdt", device="cpu", threads=1, batch_size=1)
    assert [texts(heard) for heard in recognizer.recognize([notes(PLAYED, 3.0)], "ja")] == [["привет,", "мир."]]


def test_the_name_tells_engine_model_and_precision(tmp_path: Path) -> None:
    recognizer = load(gigaam, tmp_path)
    assert recognizer.name == "onnx-asr gigaam-v3-e2e-rnnt float32"
    assert not recognizer.takes_vocabulary
    called = OnnxRecognizer(tmp_path, "gigaam-v3-e2e-rnnt", device="cpu", threads=1, batch_size=1, name="ours")
    assert called.name == "onnx-asr ours float32"


@pytest.mark.parametrize("build", [gigaam, parakeet])
def test_int8_is_used_where_there_is_nothing_else(build: Callable[[Path, str], str], tmp_path: Path) -> None:
    model = build(tmp_path, ".int8")
    recognizer = OnnxRecognizer(tmp_path, model, device="cpu", threads=1, batch_size=1)
    assert recognizer.name.endswith(" int8")
    assert [texts(heard) for heard in recognizer.recognize([notes(PLAYED, 3.0)], "ru")] == [["привет,", "мир."]]
    build(tmp_path, "")
    assert engine.quantization(tmp_path) is None


def test_threads_are_as_asked_for_or_one_per_core() -> None:
    for threads, expected in ((3, 3), (0, cores())):
        options = engine.sessions("cpu", threads).default_onnx_config["sess_options"]
        assert options is not None
        assert options.intra_op_num_threads == expected


def test_cuda_is_refused_where_onnxruntime_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    with pytest.raises(ConfigError, match="onnxruntime-gpu"):
        OnnxRecognizer(tmp_path, gigaam(tmp_path), device="cuda", threads=1, batch_size=1)


def test_cuda_goes_before_the_cpu_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    providers = ["CUDAExecutionProvider", "CPUExecutionProvider"]
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: providers)
    assert engine.sessions("cuda", 1).default_onnx_config["providers"] == providers
    assert engine.sessions("cpu", 1).default_onnx_config["providers"] == providers[1:]


@pytest.mark.parametrize("model", ["whisper-base", "nemo-canary-1b-v2", "silero", ""])
def test_a_model_without_times_is_refused(model: str, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="set CALLSCRIBE_ASR_MODEL"):
        OnnxRecognizer(tmp_path, model, device="cpu", threads=1, batch_size=1)


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 9])


def garble(file: Path) -> None:
    file.write_bytes(b"\xff\x00" * 50)


def drop_last_line(file: Path) -> None:
    file.write_text("".join(file.read_text(encoding="utf-8").splitlines(keepends=True)[:-1]), encoding="utf-8")


def drop_first_line(file: Path) -> None:
    file.write_text("".join(file.read_text(encoding="utf-8").splitlines(keepends=True)[1:]), encoding="utf-8")


@pytest.mark.parametrize("damage", [Path.unlink, cut, garble])
@pytest.mark.parametrize(
    ("build", "part"),
    [
        *((gigaam, f"v3_e2e_rnnt_{part}") for part in ("encoder.onnx", "decoder.onnx", "joint.onnx", "vocab.txt")),
        *((parakeet, part) for part in ("encoder-model.onnx", "decoder_joint-model.onnx", "vocab.txt")),
        (gigaam, "config.json"),
        (parakeet, "config.json"),
    ],
)
def test_a_damaged_file_is_a_missing_model(
    build: Maker, part: str, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    model = build(tmp_path)
    damage(tmp_path / part)
    with pytest.raises(
        ModelMissing, match="cannot be loaded; delete the folder and run `callscribe models pull`"
    ) as got:
        OnnxRecognizer(tmp_path, model, device="cpu", threads=1, batch_size=1)
    assert str(tmp_path) in str(got.value)
    assert got.value.__cause__ is not None


@pytest.mark.parametrize(
    ("build", "vocabulary", "damage"),
    [
        (gigaam, "v3_e2e_rnnt_vocab.txt", drop_first_line),
        (gigaam, "v3_e2e_rnnt_vocab.txt", drop_last_line),
        (parakeet, "vocab.txt", drop_last_line),
    ],
)
def test_a_vocabulary_of_another_model_is_a_missing_model(
    build: Maker, vocabulary: str, damage: Callable[[Path], None], tmp_path: Path
) -> None:
    model = build(tmp_path)
    damage(tmp_path / vocabulary)
    with pytest.raises(ModelMissing):
        OnnxRecognizer(tmp_path, model, device="cpu", threads=1, batch_size=1)


def test_parts_of_two_models_are_a_missing_model(tmp_path: Path) -> None:
    model = gigaam(tmp_path / "a")
    parakeet(tmp_path / "b")
    shutil.copy(tmp_path / "b/encoder-model.onnx", tmp_path / "a/v3_e2e_rnnt_encoder.onnx")
    with pytest.raises(ModelMissing):
        OnnxRecognizer(tmp_path / "a", model, device="cpu", threads=1, batch_size=1)


def test_a_model_that_is_not_there_is_not_looked_for_elsewhere(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(ModelMissing):
            OnnxRecognizer(folder, "gigaam-v3-e2e-rnnt", device="cpu", threads=1, batch_size=1)


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ([], []),
        (["▁при", "вет", "▁мир"], [("привет", 0.0, 1.1), ("мир", 2.0, 2.1)]),
        ([" при", "вет", " мир"], [("привет", 0.0, 1.1), ("мир", 2.0, 2.1)]),
        (["н", "о", " ", "я"], [("но", 0.0, 1.1), ("я", 3.0, 3.1)]),
        (["▁", "да", "▁", "▁", "нет"], [("да", 1.0, 1.1), ("нет", 4.0, 4.1)]),
        (["да", "▁нет"], [("да", 0.0, 0.1), ("нет", 1.0, 1.1)]),
        (["▁да", ",", "▁нет", "?", "!"], [("да,", 0.0, 0.1), ("нет?!", 2.0, 2.1)]),
        (["▁да", "▁.", "▁нет"], [("да.", 0.0, 0.1), ("нет", 2.0, 2.1)]),
        (["▁Рим", "▁—", "▁город"], [("Рим —", 0.0, 0.1), ("город", 2.0, 2.1)]),
        (["▁«", "Мир", "»", "▁да"], [("«Мир»", 1.0, 1.1), ("да", 3.0, 3.1)]),
        ([",", "▁да"], [("да", 1.0, 1.1)]),
        (["▁...", "▁—"], []),
        (["▁1", "2", ".", "5", "▁%"], [("12.5%", 0.0, 3.1)]),
        (["▁из", "-", "за"], [("из-за", 0.0, 2.1)]),
        (["▁o", "'", "clock"], [("o'clock", 0.0, 2.1)]),
        (["▁да", "<unk>", "<|nospeech|>", "▁нет"], [("да", 0.0, 0.1), ("нет", 3.0, 3.1)]),
    ],
)
def test_tokens_become_words(tokens: list[str], expected: list[tuple[str, float, float]]) -> None:
    times = [float(at) for at in range(len(tokens))]
    words = timed_words(tokens, times, [-0.1] * len(tokens), length=20.0, frame=0.1)
    assert [(word.text, word.start, round(word.end, 6)) for word in words] == expected


@pytest.mark.parametrize(
    ("times", "length", "expected"),
    [
        ([0.0, 0.04, 1.0], 2.0, [(0.0, 0.12), (1.0, 1.08)]),
        ([0.0, 0.0, 0.0], 2.0, [(0.0, 0.0), (0.0, 0.08)]),
        ([0.0, 0.4, 0.44], 2.0, [(0.0, 0.44), (0.44, 0.52)]),
        ([0.0, 1.0, 0.5], 2.0, [(0.0, 0.5), (0.5, 0.58)]),
        ([1.0, 1.2, 0.5], 2.0, [(1.0, 1.0), (1.0, 1.0)]),
        ([0.0, 0.1, 1.96], 2.0, [(0.0, 0.18), (1.96, 2.0)]),
        ([0.0, 0.1, 2.5], 2.0, [(0.0, 0.18), (2.0, 2.0)]),
    ],
)
def test_words_end_by_the_next_token_and_never_go_back(
    times: list[float], length: float, expected: list[tuple[float, float]]
) -> None:
    words = timed_words(["▁a", "b", "▁c"], times, [-0.1] * 3, length=length, frame=0.08)
    assert [(round(word.start, 6), round(word.end, 6)) for word in words] == expected


def test_a_words_probability_is_that_of_the_tokens_that_spell_it() -> None:
    words = timed_words(["▁a", "b", ",", "▁c"], [0.0, 0.1, 0.2, 0.3], [-0.2, -0.4, -5.0, 1e-6], length=1.0, frame=0.1)
    assert [word.probability for word in words] == [pytest.approx(math.exp(-0.3)), 1.0]
