"""`callscribe eval` on the sample calls with the fixture model."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from callscribe.cli.eval import evaluate
from callscribe.errors import BadRequest
from tests.scoring import utterances
from tests.service import CALL_EN, CALL_RU, MODEL


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a CallScribe with the fixture model, and in it `list.jsonl` with both samples."""
    for name, value in {"DATA_DIR": tmp_path / "data", "ASR_MODEL": MODEL, "ASR_THREADS": 2, "LLM_URL": ""}.items():
        monkeypatch.setenv(f"CALLSCRIBE_{name}", str(value))
    items = []
    for sample in (CALL_EN, CALL_RU):
        said = utterances(sample)
        turns = [{name: line[name] for name in ("start", "end", "speaker")} for line in said]
        text = " ".join(line["text"] for line in said)
        items.append({"audio": str(sample), "id": sample.stem, "text": text, "turns": turns})
    write_list(tmp_path, *items)
    return tmp_path


def write_list(folder: Path, *items: dict[str, Any]) -> None:
    (folder / "list.jsonl").write_text("".join(f"{json.dumps(item)}\n" for item in items))


def command(*arguments: str | Path) -> Result:
    app = typer.Typer()
    app.command("eval")(evaluate)
    return CliRunner().invoke(app, list(map(str, arguments)), env={"COLUMNS": "200"})


def test_both_samples(data: Path) -> None:
    done = command(data / "list.jsonl", "--json", data / "figures.json", "--files")
    assert done.exit_code == 0, done.output
    figures = json.loads((data / "figures.json").read_text())
    assert {file["id"]: file["language"] for file in figures["files"]} == {CALL_EN.stem: "en", CALL_RU.stem: "ru"}
    for file in figures["files"]:
        assert file["wer"] <= 0.15
        assert file["wer"] <= file["wer_raw"]
        assert file["cer"] <= 0.15
        assert file["rtfx"] > 0
        assert [errors["collar_s"] for errors in file["der"]] == [0.25, 0.0]
        assert file["audio_s"] >= utterances(CALL_EN if file["language"] == "en" else CALL_RU)[-1]["end"]
    assert figures["total"]["files"] == 2
    assert figures["peak_memory_mb"] > 20
    assert figures["failed"] == []
    lines = [line.split() for line in done.stdout.splitlines() if line.strip()]
    assert [line[0] for line in lines[:4]] == ["language", "en", "ru", "all"]
    assert CALL_EN.stem in done.stdout


def test_a_file_without_sound_is_in_the_table_and_the_exit_code(data: Path) -> None:
    (data / "call.mp3").write_text("no sound")
    write_list(data, {"audio": "call.mp3", "text": "words"})
    done = command(data / "list.jsonl", "--json", "-")
    assert done.exit_code == 1
    (failure,) = json.loads(done.stdout)["failed"]
    assert failure["id"] == "call.mp3"
    assert "not an audio or video file" in failure["reason"]
    done = command(data / "list.jsonl")
    assert done.exit_code == 1
    assert "call.mp3" in done.stdout
    assert "not an audio or video file" in done.stdout


def test_what_cannot_be_read_or_written_is_said_in_one_line(data: Path) -> None:
    missing = command(data / "none.jsonl")
    assert isinstance(missing.exception, BadRequest)
    (data / "call.mp3").write_text("no sound")
    write_list(data, {"audio": "call.mp3", "text": "words"})
    unwritable = command(data / "list.jsonl", "--json", data / "none" / "figures.json")
    assert isinstance(unwritable.exception, BadRequest)
    assert "--json" in str(unwritable.exception)


def test_the_command_starts_without_what_only_speakers_need() -> None:
    program = "import sys, callscribe.cli.eval, callscribe.evaluation.tables\n" + (
        "sys.exit(any(name in sys.modules for name in ('pandas', 'sklearn', 'pyannote.metrics')))"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
