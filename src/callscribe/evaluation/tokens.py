"""Text as tokens that can be compared, each of which knows where in the text it comes from."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

_APOSTROPHES = str.maketrans(dict.fromkeys("’ʼ‘`´′", "'") | dict.fromkeys("‐‑‒–—−", "-"))
_BREVE = "\N{COMBINING BREVE}"

_LETTERS = r"[^\W\d_]+"
_WORD = rf"{_LETTERS}(?:'{_LETTERS})*"
# 10 000 and 10,000; then 10 and 10.5 and 10,5.
_NUMBER = r"[0-9]{1,3}(?:(?: [0-9]{3})+|(?:,[0-9]{3})+)(?![0-9])(?:[.,][0-9]+)?|[0-9]+(?:[.,][0-9]+)?"
_ENDING = (
    r"(?:(?:-м|-?(?:й|го|му|я|ю|е|х|ми|ти|ый|ой|ий|ая|ое|ые|ых|ого|ому|ым|ыми|ую|ом|ью|ей|и)|st|nd|rd|th)(?![^\W_]))?"
)
_TOKEN = re.compile(rf"(?P<number>{_NUMBER}){_ENDING}|{_WORD}|[%$€£₽&]")
_GROUPED = re.compile(r"[0-9]{1,3}(?:[ ,][0-9]{3})+(?:[.,][0-9]+)?")
_SEPARATOR = re.compile(r"[ ,](?=[0-9]{3}(?![0-9]))")
_PLAIN = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a number in digits or a sign."""

    text: str
    #: Position of the piece of text in which it begins.
    piece: int


def plain(pieces: Sequence[str]) -> list[Token]:
    """The words in lower case without punctuation, and otherwise as they are written."""
    return list(_found(_PLAIN, [_lower(piece.replace("№", " ")) for piece in pieces]))


def split(pieces: Sequence[str]) -> list[Token]:
    """Words, numbers and signs: without case, accents, punctuation, hyphens and the endings of numbers in digits.

    A number is in digits with a point before its decimals, whatever groups it was written in.
    """
    return list(_found(_TOKEN, [_without_accents(_lower(piece.replace("№", "номер "))) for piece in pieces]))


def _found(pattern: re.Pattern[str], pieces: Sequence[str]) -> Iterator[Token]:
    starts = list(accumulate((len(piece) + 1 for piece in pieces), initial=0))
    for match in pattern.finditer(" ".join(pieces)):
        number = match.groupdict().get("number")
        yield Token(_ungrouped(number) if number else match[0], bisect_right(starts, match.start()) - 1)


def _ungrouped(number: str) -> str:
    if _GROUPED.fullmatch(number):
        number = _SEPARATOR.sub("", number)
    return number.replace(",", ".")


def _lower(text: str) -> str:
    """In one form of Unicode, with one kind of apostrophe, hyphen and space."""
    return " ".join(unicodedata.normalize("NFKC", text.translate(_APOSTROPHES)).lower().split())


def _without_accents(text: str) -> str:
    """Of the marks on letters only that of й stays, which is a letter of its own: ё is е, é is e."""
    kept: list[str] = []
    for sign in unicodedata.normalize("NFD", text):
        if not unicodedata.combining(sign) or (sign == _BREVE and kept and kept[-1] == "и"):
            kept.append(sign)
    return unicodedata.normalize("NFC", "".join(kept))
