"""Which embedder tells voices apart, as the settings say."""

from pathlib import Path
from typing import Any

import pytest

from callscribe.asr import catalog
from callscribe.errors import ConfigError, ModelMissing
from callscribe.settings import Settings
from callscribe.speakers.chosen import ConfiguredEmbedder
from callscribe.speakers.spectral import SpectralEmbedder
from callscribe.speakers.wespeaker import WeSpeaker
from tests.tiny_onnx import wespeaker


@pytest.fixture
def pulls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is asked of a hub that does not answer."""
    asked: list[str] = []

    def refuse(name: str, *_: Any) -> Path:
        asked.append(name)
        raise ModelMissing("The hub does not answer.")

    monkeypatch.setattr(catalog, "pull", refuse)
    return asked


def chosen(tmp_path: Path, model: str) -> ConfiguredEmbedder:
    return ConfiguredEmbedder(Settings(data_dir=tmp_path, speaker_model=model, asr_device="cpu", asr_threads=1))


def test_none(tmp_path: Path, pulls: list[str]) -> None:
    assert chosen(tmp_path, "none")() is None
    assert pulls == []


def test_the_built_in_one_that_somebody_chose_is_no_stopgap(tmp_path: Path, pulls: list[str]) -> None:
    found = chosen(tmp_path, "builtin")()
    assert isinstance(found, SpectralEmbedder)
    assert (found.is_stopgap, pulls) == (False, [])


def test_by_itself_the_built_in_one_stands_in_until_the_model_is_there(tmp_path: Path, pulls: list[str]) -> None:
    embedder = chosen(tmp_path, "auto")
    for _ in range(3):
        found = embedder()
        assert isinstance(found, SpectralEmbedder)
        assert found.is_stopgap
    assert pulls == ["wespeaker"], "the hub is not asked again and again"
    wespeaker(tmp_path / "models" / "wespeaker")
    assert isinstance(embedder(), WeSpeaker)


def test_a_gpu_is_left_to_the_speech_model(tmp_path: Path, pulls: list[str]) -> None:
    wespeaker(tmp_path / "models" / "wespeaker")
    settings = Settings(data_dir=tmp_path, asr_device="cuda", asr_threads=1)
    assert isinstance(ConfiguredEmbedder(settings)(), WeSpeaker)
    assert pulls == []


def test_a_folder(tmp_path: Path, pulls: list[str]) -> None:
    wespeaker(tmp_path / "mine")
    assert isinstance(chosen(tmp_path, str(tmp_path / "mine"))(), WeSpeaker)
    assert pulls == []


def test_a_model_that_was_chosen_is_used_or_fails(tmp_path: Path, pulls: list[str]) -> None:
    with pytest.raises(ModelMissing):
        chosen(tmp_path, "wespeaker")()
    for wrong in ("/nowhere/at-all", "nonsense", "small"):
        with pytest.raises(ConfigError, match=f"no model of voices in {wrong}; set CALLSCRIBE_SPEAKER_MODEL to auto,"):
            chosen(tmp_path, wrong)()
    assert pulls == ["wespeaker"]
