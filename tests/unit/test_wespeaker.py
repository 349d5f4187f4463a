"""Speaker embeddings, on a tiny model that onnx-asr loads and runs as it does the real ones."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnxruntime
import pytest

from callscribe.errors import ConfigError, ModelMissing
from callscribe.ports import SpeakerEmbedder
from callscribe.sound import SAMPLE_RATE, Sound
from callscribe.speakers.wespeaker import WeSpeaker
from tests.tiny_onnx import VECTOR, gigaam, wespeaker

DEEP, HIGH = (300.0, 500.0, 900.0), (2500.0, 3300.0, 5200.0)


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> SpeakerEmbedder:
    folder = tmp_path_factory.mktemp("wespeaker")
    wespeaker(folder)
    return WeSpeaker(folder, device="cpu", threads=1)


def voice(timbre: tuple[float, ...], seconds: float, seed: int) -> Sound:
    """Syllables of a few pitches over a little noise; another seed says something else."""
    random = np.random.default_rng(seed)
    at = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    syllables = np.maximum(0, np.sin(2 * np.pi * (4 * at + random.random()))) ** 2
    tones = sum(np.sin(2 * np.pi * (pitch * at + random.random())) for pitch in timbre)
    return np.asarray(0.1 * syllables * tones + 1e-4 * random.standard_normal(len(at)), np.float32)


def distance(one: Sound, other: Sound) -> float:
    return float(1 - one @ other)


def test_one_voice_is_near_itself_and_far_from_another(embedder: SpeakerEmbedder) -> None:
    deep, deep_too, high, high_too = embedder.embed(
        [voice(DEEP, 2.0, 1), voice(DEEP, 3.1, 2), voice(HIGH, 2.0, 3), voice(HIGH, 0.8, 4)]
    )
    assert distance(deep, deep_too) < 0.1
    assert distance(high, high_too) < 0.1
    assert distance(deep, high) > 0.3


def test_vectors_have_length_one_and_are_float32(embedder: SpeakerEmbedder) -> None:
    vectors = embedder.embed([voice(DEEP, 0.2, 1), voice(HIGH, 5.0, 2), voice(HIGH, 1.5, 3)])
    assert vectors.shape == (3, VECTOR)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)


def test_no_pieces_give_no_vectors(embedder: SpeakerEmbedder) -> None:
    assert embedder.embed([]).shape == (0, VECTOR)


def test_pieces_of_unequal_length_are_the_same_together_as_alone(embedder: SpeakerEmbedder) -> None:
    lengths = (0.2, 1.5, 2.0, 0.7, 2.0, 6.3, 2.0)
    pieces = [voice(DEEP if at % 2 else HIGH, seconds, at) for at, seconds in enumerate(lengths)]
    alone = np.concatenate([embedder.embed([piece]) for piece in pieces])
    np.testing.assert_allclose(embedder.embed(pieces), alone, atol=1e-5)


def test_more_pieces_than_a_batch_keep_their_order(embedder: SpeakerEmbedder) -> None:
    pieces = [voice(DEEP if at % 3 else HIGH, 1.5, at) for at in range(40)]
    vectors = embedder.embed(pieces)
    deep, high = embedder.embed([voice(DEEP, 1.5, 100), voice(HIGH, 1.5, 101)])
    assert [distance(vector, deep) < distance(vector, high) for vector in vectors] == [at % 3 > 0 for at in range(40)]


@pytest.mark.parametrize("samples", [1, 100, 399, 3200])
def test_a_short_piece_is_repeated(embedder: SpeakerEmbedder, samples: int) -> None:
    piece = voice(HIGH, 1.0, 5)[:samples]
    repeated = np.resize(piece, round(1.5 * SAMPLE_RATE))
    np.testing.assert_allclose(embedder.embed([piece]), embedder.embed([repeated]), atol=1e-6)


def test_how_loud_a_voice_is_does_not_matter(embedder: SpeakerEmbedder) -> None:
    piece = voice(DEEP, 2.0, 6)
    loud, soft = embedder.embed([piece, piece * np.float32(0.01)])
    assert distance(loud, soft) < 1e-3


def test_a_piece_is_left_as_it_was(embedder: SpeakerEmbedder) -> None:
    piece = voice(DEEP, 2.0, 7)
    before = piece.copy()
    embedder.embed([piece])
    np.testing.assert_array_equal(piece, before)


def test_it_says_what_it_is_and_where_two_speakers_part(embedder: SpeakerEmbedder) -> None:
    assert (embedder.name, embedder.is_stopgap, embedder.threshold) == ("wespeaker", False, 0.7)


def missing(folder: Path) -> None:
    folder.rmdir()


def empty(folder: Path) -> None:
    assert not list(folder.iterdir())


def cut(folder: Path) -> None:
    wespeaker(folder)
    (file,) = folder.iterdir()
    file.write_bytes(file.read_bytes()[:1000])


def twice(folder: Path) -> None:
    wespeaker(folder)
    (file,) = folder.iterdir()
    (folder / "other.onnx").write_bytes(file.read_bytes())


def of_another_kind(folder: Path) -> None:
    gigaam(folder)
    for file in folder.iterdir():
        if "encoder" not in file.name:
            file.unlink()


@pytest.mark.parametrize("prepare", [missing, empty, cut, twice, of_another_kind])
def test_a_folder_without_one_whole_model_is_a_missing_model(prepare: Callable[[Path], None], tmp_path: Path) -> None:
    folder = tmp_path / "model"
    folder.mkdir()
    prepare(folder)
    with pytest.raises(
        ModelMissing, match="cannot be loaded; delete the folder and run `callscribe models pull`"
    ) as got:
        WeSpeaker(folder, device="cpu", threads=1)
    assert str(folder) in str(got.value)
    assert got.value.__cause__ is not None


def test_cuda_is_refused_where_onnxruntime_has_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(onnxruntime, "get_available_providers", lambda: ["CPUExecutionProvider"])
    wespeaker(tmp_path)
    with pytest.raises(ConfigError, match="onnxruntime-gpu"):
        WeSpeaker(tmp_path, device="cuda", threads=1)
