"""The documents say what is there: files, commands, settings, addresses, links."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from callscribe import __version__
from callscribe.api.app import create_app
from callscribe.cli import app
from callscribe.settings import Settings

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "callscribe"
READMES = [ROOT / "README.md", ROOT / "README.ru.md"]
DOCUMENTS = [*READMES, ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"CALLSCRIBE_[A-Z0-9_]*[A-Z0-9]")

readmes = pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)


def blocks(document: Path, kind: str) -> Iterator[str]:
    return (body for found, body in BLOCK.findall(document.read_text()) if found == kind)


def layout() -> set[str]:
    (block,) = blocks(ROOT / "docs" / "architecture.md", "text")
    return {name for line in block.splitlines() for name in re.split(r"  +", line)[0].split(", ")}


def is_usage(words: list[str]) -> bool:
    """Whether there is such a command, with these options."""
    command: Any = typer.main.get_command(app)
    while words and words[0] in getattr(command, "commands", {}):
        command = command.commands[words.pop(0)]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    return not hasattr(command, "commands") and {word for word in words if word.startswith("-")} <= known


def test_the_layout_names_every_module_and_nothing_else() -> None:
    modules = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py") if path.name != "__init__.py"}
    prompts = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.md")}
    assert layout() == modules | prompts


@pytest.mark.parametrize(
    ("words", "there"),
    [
        ("models pull small", True),
        ("transcribe --no-summary call.mp3", True),
        ("transcribe --voices call.mp3", False),
        ("download", False),
        ("models", False),
    ],
)
def test_a_usage_is_checked_against_the_command_line(words: str, there: bool) -> None:
    assert is_usage(words.split()) is there


@readmes
def test_commands_exist(readme: Path) -> None:
    usages = re.findall(r"^\$ \.venv/bin/callscribe (.*)$", "".join(blocks(readme, "console")), re.MULTILINE)
    assert len(usages) >= 3
    assert [usage for usage in usages if not is_usage(usage.split())] == []


@readmes
def test_make_targets_exist(readme: Path) -> None:
    named = set(re.findall(r"(?:\$ |`)(?:\w+=\w+ )?make (\w+)", readme.read_text()))
    assert {"run", "test"} <= named <= set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@readmes
def test_settings_exist(readme: Path) -> None:
    named = set(SETTING.findall(readme.read_text()))
    assert named <= {f"CALLSCRIBE_{name.upper()}" for name in Settings.model_fields}


@readmes
def test_addresses_exist(readme: Path) -> None:
    text = "".join(blocks(readme, "console")).replace("$TASK", "{task_id}")
    asked = set(re.findall(r"http://127\.0\.0\.1:8000(/api[/\w{}]*)", text))
    assert len(asked) >= 6
    assert asked <= set(create_app(Settings.model_construct()).openapi()["paths"])


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document: Path) -> None:
    links = re.findall(r"\]\((?!\w+:)([^)#]+)", document.read_text())
    assert [link for link in links if not (document.parent / link).exists()] == []


def test_the_changelog_ends_at_this_version() -> None:
    versions = re.findall(r"^## \[?(\d[\w.]*)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == __version__
