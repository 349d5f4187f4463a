"""The words of the page, a file a language; those of errors and warnings come from the API."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import cast

import streamlit as st

#: Languages by their own names.
LANGUAGES = {"en": "English", "ru": "Русский"}
COOKIE = "callscribe_language"


def language() -> str:
    """The language that was chosen on the page, else the browser's, else English."""
    chosen = st.context.cookies.get(COOKIE)
    if chosen in LANGUAGES:
        return chosen
    wanted = (st.context.locale or "").partition("-")[0].lower()
    return wanted if wanted in LANGUAGES else "en"


def text(name: str, **values: object) -> str:
    """What the page says there, as in `text("upload.drop")`; `values` fill its `{places}`."""
    words = catalog(language())[name]
    if isinstance(words, list):
        raise TypeError(f"{name} has plural forms; use `plural`")
    return words.format(**values) if values else words


def known(name: str) -> str | None:
    """What the page says there, or None: the names of some texts end with a code that we need not know."""
    words = catalog(language()).get(name)
    return words if isinstance(words, str) else None


def language_name(code: str) -> str:
    """That of a language by its ISO 639-1 code, which stands for it where we do not know it."""
    return known(f"language.{code}") or code


def plural(name: str, number: int, **values: object) -> str:
    """The form that fits the number, which fills `{n}`."""
    spoken = language()
    forms = cast(list[str], catalog(spoken)[name])
    return forms[_form(spoken, number)].format(n=number, **values)


def texts(*sections: str) -> dict[str, str]:
    """All texts of these sections by the rest of their names, for a component."""
    wanted = {}
    for name, words in catalog(language()).items():
        section, _, rest = name.partition(".")
        if section in sections and isinstance(words, str):
            wanted[rest] = words
    return wanted


@cache
def catalog(language: str) -> Mapping[str, str | list[str]]:
    """All texts of a language by section and name."""
    sections = tomllib.loads(Path(__file__).with_name(f"{language}.toml").read_text("utf-8"))
    return {f"{section}.{name}": words for section, names in sections.items() for name, words in names.items()}


def _form(language: str, number: int) -> int:
    """Which plural form, as CLDR has it for whole numbers: one, few (Russian only), many or other."""
    if language == "en":
        return 0 if number == 1 else 1
    if number % 10 == 1 and number % 100 != 11:
        return 0
    return 1 if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14) else 2
