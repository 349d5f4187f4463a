"""What counts as the same: text of both languages in one form in which words can be compared.

The rules are in docs/evaluation.md. They do not depend on the language, so that a text may mix both.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from callscribe.evaluation.numbers import in_digits
from callscribe.evaluation.spelling import is_filler, spelled_out
from callscribe.evaluation.tokens import Token, split

_CURRENCIES = frozenset("$€£₽")
_COMPOUNDS: dict[tuple[str, ...], str] = {("per", "cent"): "%", ("e", "mail"): "email"}


def normalized(pieces: Sequence[str], *, drop_fillers: bool = False) -> list[Token]:
    """The words of a text that comes in pieces, such as words or lines; each knows the piece in which it begins."""
    tokens = [token for token in split(pieces) if not (drop_fillers and is_filler(token.text))]
    spelled = [Token(word, token.piece) for token in tokens for word in spelled_out(token.text)]
    return _amounts(in_digits(list(_compounds(spelled))))


def _compounds(tokens: Sequence[Token]) -> Iterator[Token]:
    at = 0
    while at < len(tokens):
        one = _COMPOUNDS.get(tuple(token.text for token in tokens[at : at + 2]))
        yield Token(one, tokens[at].piece) if one else tokens[at]
        at += 2 if one else 1


def _amounts(tokens: Sequence[Token]) -> list[Token]:
    """`$ 5` as it is said: `5 $`."""
    rest = list(tokens)
    for at, (sign, amount) in enumerate(pairwise(tokens)):
        between = at and _is_number(tokens[at - 1]), at + 2 < len(tokens) and tokens[at + 2].text in _CURRENCIES
        if sign.text in _CURRENCIES and _is_number(amount) and not any(between):
            rest[at : at + 2] = Token(amount.text, sign.piece), Token(sign.text, amount.piece)
    return rest


def _is_number(token: Token) -> bool:
    return token.text[0].isdecimal()
