"""What somebody types into a search box, understood.

`перенести релиз` asks for calls in which both words are said somewhere, in any form; `"перенести релиз"` for the words
next to each other; `-релиз` for calls without it; `a OR b` for either; `рел*` for words that begin so.
"""

import re
import unicodedata
from dataclasses import dataclass

from callscribe.errors import BadRequest

#: Words and phrases a question may have.
MOST_TERMS = 20

_QUOTES = str.maketrans(dict.fromkeys("«»“”„‟″", '"'))
# An opening quote that is never closed goes to the end.
_TOKEN = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_OR = frozenset({"OR", "ИЛИ", "|", "||"})
_AND = frozenset({"AND", "И", "&", "&&"})
# Shorter ones begin too many words.
_SHORTEST_PREFIX = 2


@dataclass(frozen=True, slots=True)
class Term:
    """A word, a phrase, or the beginning of a word. `ё` is `е` in it."""

    text: str
    #: The words have to follow each other.
    phrase: bool = False
    #: Longer words that begin so count too.
    prefix: bool = False
    #: The call must not have it.
    negated: bool = False

    def __str__(self) -> str:
        text = f'"{self.text}"' if self.phrase else self.text
        return f"{'-' * self.negated}{text}{'*' * self.prefix}"


#: Terms that a call has to meet all.
Group = tuple[Term, ...]


@dataclass(frozen=True, slots=True)
class Query:
    """Groups of terms; a call that meets one of them is found."""

    groups: tuple[Group, ...]

    @property
    def wanted(self) -> tuple[Term, ...]:
        """The terms that are to be found and shown."""
        return tuple(term for group in self.groups for term in group if not term.negated)

    def __str__(self) -> str:
        return " OR ".join(" ".join(map(str, group)) for group in self.groups)


def normal(text: str) -> str:
    """Text as it is compared: composed, with `е` for `ё`, and without control characters."""
    composed = unicodedata.normalize("NFC", text).translate(str.maketrans("ёЁ", "еЕ"))
    return "".join(char if char.isprintable() else " " for char in composed)


def parse(text: str) -> Query:
    """Understand a question. Raises `BadRequest` where there is no word in it, or too many."""
    groups: list[list[Term]] = [[]]
    for sign, quoted, bare in _TOKEN.findall(normal(text).translate(_QUOTES)):
        if bare in _OR:
            groups.append([])
        elif bare not in _AND and (term := _bare(bare) if bare else _quoted(sign, quoted)):
            groups[-1].append(term)
    query = Query(tuple(tuple(dict.fromkeys(group)) for group in groups if group))
    if not query.groups:
        raise BadRequest("q: there is no word in it to look for.")
    if sum(map(len, query.groups)) > MOST_TERMS:
        raise BadRequest(f"q: at most {MOST_TERMS} words and phrases can be looked for at once.")
    return query


def _quoted(sign: str, text: str) -> Term | None:
    words = " ".join(text.split())
    return Term(words, phrase=True, negated=bool(sign)) if _has_word(words) else None


def _bare(token: str) -> Term | None:
    word = token.lstrip("-")
    prefix = word.endswith("*")
    word = word.strip("*")
    if not _has_word(word):
        return None
    return Term(word, prefix=prefix and len(word) >= _SHORTEST_PREFIX, negated=token.startswith("-"))


def _has_word(text: str) -> bool:
    return any(char.isalnum() for char in text)
