"""docs/evaluation.md says what is so."""

import contextlib
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from callscribe.cli.eval import evaluate
from callscribe.cli.eval_summaries import evaluate_summaries
from callscribe.evaluation import golden, manifest
from callscribe.evaluation.corpora import Source
from callscribe.evaluation.normalize import normalized
from tests.scoring import utterances
from tests.service import CALL_EN, ROOT

PAGE, _, SUMMARIES = (ROOT / "docs" / "evaluation.md").read_text().partition("\n## Summaries\n")


def block(kind: str, page: str = PAGE) -> str:
    found = re.search(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    assert found
    return found[1]


def options(command: Callable[..., None]) -> set[str]:
    app = typer.Typer(add_completion=False)
    app.command()(command)
    parameters = typer.main.get_command(app).params
    return {option for parameter in parameters for option in parameter.opts if option.startswith("--")}


def groups() -> list[tuple[bool, list[str]]]:
    """Texts that are the same, as the table of rules gives them, and whether without fillers."""
    rules = PAGE.partition("| rule | the same |\n|---|---|\n")[2].partition("\n\n")[0]
    return [
        ("--drop-fillers" in rule, re.findall(r"`([^`]+)`", group))
        for rule, same in (line.strip("|").split("|") for line in rules.splitlines())
        for group in same.split("; ")
    ]


@pytest.mark.parametrize(("drop_fillers", "texts"), groups())
def test_the_rules_are_kept(drop_fillers: bool, texts: list[str]) -> None:
    forms = [[token.text for token in normalized(text.split(), drop_fillers=drop_fillers)] for text in texts]
    assert len(forms) >= 2
    assert all(form == forms[0] for form in forms)


def test_the_rules_are_many() -> None:
    assert len(groups()) >= 20


def test_options_and_corpora_exist() -> None:
    assert set(re.findall(r"^\| `(--[\w-]+)", PAGE, re.MULTILINE)) == options(evaluate)
    assert set(re.findall(r"^\| `(--[\w-]+)", SUMMARIES, re.MULTILINE)) == options(evaluate_summaries)
    assert set(re.findall(r"^\| `([a-z][\w-]+)` \| a (?:part|table)", PAGE, re.MULTILINE)) == set(Source) - {"manifest"}


def test_the_list_is_understood(tmp_path: Path) -> None:
    lines = block("json")
    for name in ("42.flac", "43.mp3"):
        (tmp_path / "calls").mkdir(exist_ok=True)
        (tmp_path / "calls" / name).touch()
    (tmp_path / "list.jsonl").write_text(lines)
    assert [item.id for item in manifest.read(tmp_path / "list.jsonl")] == ["calls/42.flac", "call 43"]
    table = PAGE.partition("| field | |\n|---|---|\n")[2].partition("\n\n")[0]
    fields = {key for line in lines.splitlines() for key in json.loads(line)}
    assert set(re.findall(r"^\| `(\w+)`", table, re.MULTILINE)) == fields


def test_a_sample_becomes_a_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(block("python"), {})
    file = tmp_path / "list.jsonl"
    file.write_text(output.getvalue())
    (tmp_path / "samples").symlink_to(CALL_EN.parent)
    (item,) = manifest.read(file)
    assert len(item.turns) == len(utterances(CALL_EN))
    assert item.audio.samefile(CALL_EN)


@pytest.mark.parametrize(
    "page", [SUMMARIES, (ROOT / "tests" / "data" / "golden" / "README.md").read_text()], ids=["docs", "golden"]
)
def test_marks_are_understood(tmp_path: Path, page: str) -> None:
    marks = re.findall(r"^\| `(\{.*?\})` \|", page, re.MULTILINE)
    assert len(marks) == 5
    header = block("text", page).partition("\n\n")[0]
    file = tmp_path / "call.txt"
    file.write_text(f"{header}\n\n" + "".join(f"Fern: Yes. {mark.replace('DAY', '2026-10-09')}\n" for mark in marks))
    call = golden.parse(file)
    assert [len(item.turns) for item in call.items] == [1, 1, 2]
    assert call.items[1].owner
    assert call.items[1].due
    assert call.items[1].due_date
    assert len(call.facts) == 1


def test_the_call_with_marks_is_understood(tmp_path: Path) -> None:
    file = tmp_path / "call.txt"
    file.write_text(block("text", SUMMARIES))
    call = golden.parse(file)
    assert [item.turns for item in call.items] == [(1, 2), (3,), (4,)]
    assert [fact.turn for fact in call.facts] == [0]
