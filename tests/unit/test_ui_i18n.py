"""The page says everything in each of its languages."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from callscribe.models import CallStatus, LanguageChoice
from callscribe.summary import templates
from callscribe.ui import i18n
from callscribe.ui.i18n import LANGUAGES, catalog

UI = Path(i18n.__file__).parents[1]
#: How many plural forms whole numbers have, as CLDR has them.
FORMS = {"en": 2, "ru": 3}
ALL = sorted(catalog("en"))

languages = pytest.mark.parametrize("language", sorted(LANGUAGES))


def forms(words: str | list[str]) -> list[str]:
    return [words] if isinstance(words, str) else words


def places(words: str | list[str]) -> set[str]:
    """What is to be filled in."""
    return {name for form in forms(words) for _, name, _, _ in Formatter().parse(form) if name is not None}


def names(argument: ast.expr) -> Iterator[tuple[str, bool]]:
    """The names that an expression can be, and whether they are whole."""
    match argument:
        case ast.Constant(value=str(name)):
            yield name, True
        case ast.JoinedStr(values=[ast.Constant(value=str(beginning)), *_]):
            yield beginning, False
        case ast.IfExp(body=one, orelse=other):
            yield from (*names(one), *names(other))


def asked(file: Path) -> Iterator[tuple[str, bool]]:
    """What a module asks for by `text` and `plural`."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("text", "plural"):
            yield from names(node.args[0])


def test_the_checks_know_every_language() -> None:
    assert FORMS.keys() == LANGUAGES.keys()


@languages
def test_every_text_is_there(language: str) -> None:
    assert sorted(catalog(language)) == ALL


@languages
def test_no_text_is_blank(language: str) -> None:
    blank = [name for name, words in catalog(language).items() if not all(form.strip() for form in forms(words))]
    assert blank == []


@pytest.mark.parametrize("name", ALL)
def test_a_text_has_the_same_places_in_every_language(name: str) -> None:
    found = {language: places(catalog(language)[name]) for language in LANGUAGES}
    assert found == dict.fromkeys(LANGUAGES, found["en"])


@languages
def test_plurals_have_the_forms_of_the_language(language: str) -> None:
    found = {name: len(words) for name, words in catalog(language).items() if isinstance(words, list)}
    assert found == {name: FORMS[language] for name in ALL if isinstance(catalog("en")[name], list)}


@pytest.mark.parametrize("file", sorted(UI.glob("*.py")), ids=lambda file: file.name)
def test_every_text_that_a_page_asks_for_is_there(file: Path) -> None:
    missing = [
        name
        for name, is_whole in asked(file)
        if not (name in ALL if is_whole else any(known.startswith(name) for known in ALL))
    ]
    assert missing == []


def test_asking_is_found() -> None:
    home = set(asked(UI / "home.py"))
    assert {("home.in-progress", True), ("home.first-title", True), ("home.title", True), ("home.more", True)} <= home
    assert ("status.", False) in set(asked(UI / "rows.py"))


def test_what_is_named_by_the_service_is_there() -> None:
    wanted = {f"status.{status}" for status in CallStatus} | {f"language.{choice}" for choice in LanguageChoice}
    wanted |= {f"upload.template-{template}" for template in templates.names(None)}
    assert wanted <= set(ALL)


def test_every_text_that_uploads_ask_for_is_there_and_used() -> None:
    code = "".join(file.read_text() for file in [*(UI / "assets" / "upload").glob("*.js"), UI / "assets" / "upload.js"])
    python = (UI / "upload.py").read_text()
    said = {f"upload.{name}" for name in re.findall(r'\bsay\("([a-z-]+)"', code)}
    assert len(said) > 20
    assert said <= set(ALL)
    ours = {name.partition(".")[2] for name in ALL if name.startswith("upload.")}
    named = {name for name in ours if f'"{name}"' in code or f"upload.{name}" in python}
    built = {name for name in ours if name.startswith("template-") or name.endswith("-hint")}
    assert ours - named - built == set()
