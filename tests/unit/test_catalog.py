"""Which model is chosen, what a folder holds, and what the list shows."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from onnx_asr.loader import create_asr_resolver
from onnx_asr.resolver import model_repos
from typer.testing import CliRunner

from callscribe.asr import catalog, onnx
from callscribe.asr.published import MODELS, SPEAKERS, Model
from callscribe.cli.models import app
from callscribe.errors import ConfigError
from tests import tiny_onnx
from tests.service import MODEL

RUSSIAN, ENGLISH = "gigaam-v3-e2e-rnnt", "nemo-parakeet-tdt-0.6b-v3"
BY_ONNX = [name for name, model in MODELS.items() if model.engine == "onnx" and name != SPEAKERS]


@pytest.mark.parametrize(
    ("asked", "override", "device", "language", "name"),
    [
        ("auto", None, "cpu", "ru", RUSSIAN),
        ("auto", None, "cpu", "en", "small"),
        ("auto", None, "cpu", "de", "small"),
        ("auto", None, "cpu", "", "small"),
        ("auto", None, "cuda", "ru", "large-v3-turbo"),
        ("auto", None, "cuda", "", "large-v3-turbo"),
        ("auto", ENGLISH, "cpu", "en", ENGLISH),
        ("auto", "/models/mine", "cuda", "ru", "/models/mine"),
        ("medium", None, "cpu", "ru", "medium"),
        ("medium", None, "cuda", "", "medium"),
        ("medium", RUSSIAN, "cpu", "ru", RUSSIAN),
        ("medium", "auto", "cpu", "ru", RUSSIAN),
    ],
)
def test_the_model_for_a_language(asked: str, override: str | None, device: str, language: str, name: str) -> None:
    assert catalog.chosen(asked, override, device, language) == name


def test_all_that_auto_stands_for() -> None:
    assert catalog.automatic("cpu") == (RUSSIAN, "small", SPEAKERS)
    assert catalog.automatic("cuda") == ("large-v3-turbo", SPEAKERS)


def test_a_device_that_is_set_is_taken() -> None:
    assert (catalog.device_for("cpu"), catalog.device_for("cuda")) == ("cpu", "cuda")


def test_what_runs_a_model(tmp_path: Path) -> None:
    assert catalog.engine_of("small") == catalog.engine_of(str(MODEL)) == "whisper"
    tiny_onnx.gigaam(tmp_path / "mine")
    assert catalog.engine_of(ENGLISH) == catalog.engine_of(str(tmp_path / "mine")) == "onnx"
    with pytest.raises(ConfigError, match=r"^The model `wespeaker` tells voices apart and hears no words; choose one"):
        catalog.engine_of(SPEAKERS)
    with pytest.raises(ConfigError, match=r"^There is no speech model called `giant`; choose one of tiny, base, small"):
        catalog.engine_of("giant")
    with pytest.raises(ConfigError, match=rf"^There is no speech model in {tmp_path}: name a folder with model\.bin"):
        catalog.engine_of(str(tmp_path))


@pytest.mark.parametrize("precision", ["", ".int8"])
def test_a_folder_is_known_by_its_files(tmp_path: Path, precision: str) -> None:
    for write, language in ((tiny_onnx.gigaam, "ru"), (tiny_onnx.parakeet, "en")):
        folder = tmp_path / write.__name__
        name = write(folder, precision)
        assert catalog.local_folder(str(folder), tmp_path) == folder
        assert catalog.main_language(str(folder)) == catalog.main_language(name) == language
    assert catalog.onnx_model(str(tmp_path / "gigaam"), tmp_path / "gigaam") == RUSSIAN
    assert catalog.onnx_model(str(tmp_path / "parakeet"), tmp_path / "parakeet") == "nemo-conformer-tdt"


@pytest.mark.parametrize(
    ("file", "model"),
    [
        ("v3_e2e_ctc.onnx", "gigaam-v3-e2e-ctc"),
        ("v3_e2e_ctc.int8.onnx", "gigaam-v3-e2e-ctc"),
        ("v2_rnnt_encoder.onnx", "gigaam-v3-rnnt"),
        ("v3_ctc.int8.onnx", "gigaam-v3-ctc"),
    ],
)
def test_models_of_one_family_are_told_apart(tmp_path: Path, file: str, model: str) -> None:
    (tmp_path / file).touch()
    assert catalog.onnx_model(str(tmp_path), tmp_path) == model


@pytest.mark.parametrize("config", [None, "{", "[]", '{"type": "tdt"}'])
def test_a_folder_that_does_not_say_what_it_is_is_told(tmp_path: Path, config: str | None) -> None:
    (tmp_path / "model.onnx").touch()
    if config:
        (tmp_path / "config.json").write_text(config)
    with pytest.raises(ConfigError, match=r"cannot be told: config\.json there must hold its model_type"):
        catalog.onnx_model(str(tmp_path), tmp_path)


@pytest.mark.parametrize("precision", ["", ".int8"])
def test_a_model_by_name_is_here_when_all_its_files_are(tmp_path: Path, precision: str) -> None:
    folder = tmp_path / RUSSIAN
    tiny_onnx.gigaam(folder, precision)
    assert catalog.local_folder(RUSSIAN, tmp_path) == folder
    (folder / f"v3_e2e_rnnt_joint{precision}.onnx").unlink()
    assert catalog.local_folder(RUSSIAN, tmp_path) is None


def test_files_of_two_precisions_are_no_model(tmp_path: Path) -> None:
    folder = tmp_path / RUSSIAN
    tiny_onnx.gigaam(folder)
    joint = folder / "v3_e2e_rnnt_joint.onnx"
    joint.rename(folder / "v3_e2e_rnnt_joint.int8.onnx")
    assert catalog.local_folder(RUSSIAN, tmp_path) is None


def test_the_files_of_8_bits_hold_their_data_themselves(tmp_path: Path) -> None:
    folder = tmp_path / ENGLISH
    tiny_onnx.parakeet(folder, ".int8")
    assert catalog.local_folder(ENGLISH, tmp_path) == folder
    tiny_onnx.parakeet(tmp_path / "other" / ENGLISH)
    assert catalog.local_folder(ENGLISH, tmp_path / "other") is None
    (tmp_path / "other" / ENGLISH / "encoder-model.onnx.data").touch()
    assert catalog.local_folder(ENGLISH, tmp_path / "other") is not None


def test_what_tells_voices_apart_is_found(tmp_path: Path) -> None:
    assert catalog.local_folder(SPEAKERS, tmp_path) is None
    (tmp_path / SPEAKERS).mkdir()
    tiny_onnx.wespeaker(tmp_path / SPEAKERS)
    assert catalog.local_folder(SPEAKERS, tmp_path) == tmp_path / SPEAKERS


@pytest.mark.parametrize("name", BY_ONNX)
def test_names_repositories_and_files_are_those_of_onnx_asr(name: str, tmp_path: Path) -> None:
    assert MODELS[name].repository == model_repos[name]
    tmp_path.joinpath("config.json").write_text("{}")
    for file in MODELS[name].files:
        (tmp_path / file).touch()
    found = create_asr_resolver(name, tmp_path, offline=True).resolve_model()
    assert {path.name for path in found.values()} | {"config.json", "encoder-model.onnx.data"} >= set(
        MODELS[name].files
    )
    known = onnx.languages(name)
    assert known is not None
    assert MODELS[name].languages in {str(len(known)), *known}


def test_every_model_has_what_the_list_needs() -> None:
    for name, model in MODELS.items():
        assert name == model.name
        assert model.size_mb > 0
        assert model.licence
        assert all(0 < wer.percent < 100 and "/" in wer.source for wer in model.wers)


def test_the_best_published_figure_is_that_of_clean_speech() -> None:
    assert MODELS[RUSSIAN].best_wer("ru") == 6.4
    assert MODELS[RUSSIAN].best_wer("en") is None
    assert MODELS["large-v3-turbo"].best_wer("en") is None


def listed(models: Path, *options: str) -> str:
    settings = {"CALLSCRIBE_MODELS_DIR": str(models), "CALLSCRIBE_ASR_DEVICE": "cpu", "COLUMNS": "100"}
    done = CliRunner().invoke(app, ["list", *options], env=os.environ | settings)
    assert done.exit_code == 0, done.stderr
    return done.stdout


def test_the_list_marks_what_auto_takes_and_what_is_here(tmp_path: Path) -> None:
    tiny_onnx.gigaam(tmp_path / RUSSIAN)
    heading, *lines = listed(tmp_path).splitlines()
    assert heading.split() == ["model", "MB", "WER", "ru", "WER", "en", "languages", "licence", "here", "for"]
    rows = {line.split()[0]: " ".join(line.split()) for line in lines}
    assert rows["small"] == "small 486 11.4 6.1 99 MIT auto: others; a CPU"
    assert rows[RUSSIAN].startswith(f"{RUSSIAN} 893 6.4 ru MIT yes auto: ru; Russian on")
    assert rows["medium"] == "medium 1530 7.2 4.4 99 MIT a CPU that has time"
    assert max(map(len, lines)) <= 100
    assert set(MODELS) <= set(rows)


def test_the_list_for_programs_has_everything(tmp_path: Path) -> None:
    tiny_onnx.gigaam(tmp_path / RUSSIAN)
    rows: dict[str, dict[str, Any]] = {row["name"]: row for row in json.loads(listed(tmp_path, "--json"))}
    assert list(rows) == list(MODELS)
    russian = rows[RUSSIAN]
    assert (russian["auto"], russian["folder"], russian["wer_ru"]) == (["ru"], str(tmp_path / RUSSIAN), 6.4)
    assert {"language": "ru", "test_set": "call centre", "percent": 12.6, "clean": False}.items() <= (
        russian["wers"][2].items()
    )
    assert (rows["small"]["auto"], rows["small"]["folder"]) == (["others"], None)
    assert rows[SPEAKERS]["auto"] == ["speakers"]


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_the_documents_say_the_same(model: Model) -> None:
    text = (Path(__file__).parents[2] / "docs" / "models.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if f"`{model.name}`" in line]
    assert any(str(model.size_mb) in line and model.licence in line for line in lines)
    assert any(all(f"{wer.percent:g}" in line for wer in model.wers) for line in lines)
    if model.engine == "onnx":
        assert any(model.repository in line and all(f"`{file}`" in line for file in model.files) for line in lines)
