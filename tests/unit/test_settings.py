"""The settings, and the places that tell of them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from callscribe import cli
from callscribe.settings import Settings
from tools.settings_reference import settings

ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No setting comes from the environment, nor from a file `.env`."""
    for name in [name for name in os.environ if name.startswith("CALLSCRIBE_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def printed(form: str) -> str:
    """What the script prints for a user who has set nothing."""
    environment = {"HOME": "/home/somebody", "PATH": os.defpath}
    command = [sys.executable, str(ROOT / "tools/settings_reference.py"), form]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True, timeout=60).stdout


def test_the_example_file_tells_of_every_setting() -> None:
    assert (ROOT / ".env.example").read_text() == printed("env")


def test_the_readme_tells_of_every_setting() -> None:
    assert f"<!-- settings: begin -->\n{printed('markdown')}<!-- settings: end -->" in (ROOT / "README.md").read_text()


def test_the_russian_readme_names_every_setting_with_its_default() -> None:
    table = (ROOT / "README.ru.md").read_text().partition("<!-- settings: begin -->")[2].partition("<!-- settings: end")
    of_both = [
        [line.split(" | ")[:2] for line in text.splitlines()[2:]] for text in (table[0][1:], printed("markdown"))
    ]
    assert of_both[0] == of_both[1]


def test_settings_are_in_the_order_of_the_code_and_explained() -> None:
    assert [setting.name for setting in settings()] == [f"CALLSCRIBE_{name.upper()}" for name in Settings.model_fields]
    assert all(setting.meaning.endswith(".") for setting in settings())


def test_the_example_file_changes_nothing_even_where_it_is_uncommented(tmp_path: Path) -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    (tmp_path / ".env").write_text("\n".join(line.removeprefix("# ") for line in lines if "# CALLSCRIBE_" in line))
    assert Settings() == Settings.model_construct()
    (tmp_path / ".env").write_text("CALLSCRIBE_PORT=9001\n")
    assert Settings().port == 9001


def test_variables_win_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("CALLSCRIBE_PORT=9001\n")
    monkeypatch.setenv("CALLSCRIBE_PORT", "9002")
    assert Settings().port == 9002


def test_the_home_folder_may_be_written_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/somebody")
    monkeypatch.setenv("CALLSCRIBE_DATA_DIR", "~/calls")
    assert Settings().data_dir == Path("/home/somebody/calls")
    assert Settings().models == Path("/home/somebody/calls/models")


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        (
            {"WINDOW_S": "700"},
            "CALLSCRIBE_WINDOW_MAX_S must not be smaller than CALLSCRIBE_WINDOW_S.",
        ),
        (
            {"HEARTBEAT_S": "10"},
            "CALLSCRIBE_HEARTBEAT_TIMEOUT_S must be at least three times CALLSCRIBE_HEARTBEAT_S.",
        ),
        (
            {"PORT": "eighty"},
            "CALLSCRIBE_PORT: Input should be a valid integer, unable to parse string as an integer.",
        ),
        (
            {"JOB_ATTEMPTS": "0"},
            "CALLSCRIBE_JOB_ATTEMPTS: Input should be greater than or equal to 1.",
        ),
        (
            {"KAFKA_OPTIONS": "sasl.password=a secret"},
            'CALLSCRIBE_KAFKA_OPTIONS: It must look like {"name": "value"}.',
        ),
        (
            {"S3_SECRET_KEY": "a secret"},
            "CALLSCRIBE_S3_ACCESS_KEY and CALLSCRIBE_S3_SECRET_KEY must be set together.",
        ),
        (
            {"DATABASE_URL": "nonsense with a secret"},
            "CALLSCRIBE_DATABASE_URL must look like postgresql://user:password@host:5432/name.",
        ),
    ],
)
def test_a_wrong_setting_is_named_in_one_sentence(
    environment: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(f"CALLSCRIBE_{name}", value)
    monkeypatch.setattr("sys.argv", ["callscribe", "worker", "llm"])
    with pytest.raises(SystemExit, match="1"):
        cli.main()
    assert capsys.readouterr() == ("", f"Error: {sentence}\n")
