"""Numbers in words become numbers in digits: `двадцати пяти`, `twenty-fifth` and `25` are the same.

Pure, for English and Russian, and for both in one text. Ordinals become plain numbers, since `5 мая` is read as
`пятое мая`. Numbers in words that are read out digit by digit stay apart.
"""

from collections.abc import Sequence
from decimal import Decimal

from callscribe.evaluation.numerals import ENGLISH, RUSSIAN, Numeral
from callscribe.evaluation.tokens import Token

_WORDS = RUSSIAN | ENGLISH
_HALVES = (("с", "половиной"), ("and", "a", "half"))
_WHOLE = frozenset({"целая", "целой", "целую", "целых", "целые", "целым", "целыми"})
#: More digits than anybody says, and more than can be computed with exactly.
_DIGITS = 15


def in_digits(tokens: Sequence[Token]) -> list[Token]:
    """The same with every number in digits: without leading zeros, with a point before decimals."""
    words = [token.text for token in tokens]
    done: list[Token] = []
    at = 0
    while at < len(words):
        value, end = _year(words, at) or _number(words, at)
        done.append(tokens[at] if value is None else Token(_text(value), tokens[at].piece))
        at = end
    return done


def _number(words: Sequence[str], at: int) -> tuple[Decimal | None, int]:
    """The longest number that begins at a word, and where it ends; None and the next word where none begins."""
    if words[at] == "a" and (article := _numeral(words, at + 1)) and article.multiplies:
        reader = _Reader(words, at + 1)
    else:
        reader = _Reader(words, at)
    while reader.read():
        pass
    return (reader.value, reader.at) if reader.begun else (None, at + 1)


def _year(words: Sequence[str], at: int) -> tuple[Decimal, int] | None:
    """`nineteen eighty four` and `twenty oh five`: a century of 17 to 20 before a year, in English words."""
    century = ENGLISH.get(words[at])
    if not century or not 17 <= century.value <= 20 or century.ordinal or at + 1 == len(words):
        return None
    zero = words[at + 1] in ("oh", "o")
    start = at + 1 + zero
    if start == len(words) or words[start] not in ENGLISH:
        return None
    year, end = _number(words, start)
    if year is None or not (1 <= year <= 9 if zero else 10 <= year <= 99):
        return None
    return century.value * 100 + year, end


def _numeral(words: Sequence[str], at: int) -> Numeral | None:
    if at >= len(words):
        return None
    word = words[at]
    if word[0].isdecimal() and len(word) <= _DIGITS:
        return Numeral(Decimal(word), whole=True)
    return _WORDS.get(word)


class _Reader:
    """Takes word after word into a number as long as they make one."""

    def __init__(self, words: Sequence[str], at: int) -> None:
        self._words = words
        self.at = at
        self.begun = False
        self._total = Decimal(0)
        #: What the next `million` or `thousand` multiplies; None: nothing yet.
        self._group: Decimal | None = None
        #: The next of them is smaller than the last.
        self._limit = Decimal("Infinity")
        #: Nothing can be added to the group.
        self._fixed = False
        self._ended = False

    @property
    def value(self) -> Decimal:
        return self._total + (self._group or 0)

    def read(self) -> bool:
        """Whether the next words belonged to the number."""
        if self._ended:
            return False
        if self._is_integer() and (self._half() or self._point() or self._russian_decimals()):
            return True
        after_and = self._goes_on_after_and()
        numeral = _numeral(self._words, self.at + after_and)
        if not numeral or not self._take(numeral):
            return False
        self.at += 1 + after_and
        self.begun = True
        self._ended = numeral.ordinal
        return True

    def _take(self, numeral: Numeral) -> bool:
        value, group = numeral.value, self._group
        if numeral.multiplies and value > 100:
            if value >= self._limit:
                return False
            self._total += value if group is None else group * value
            self._group, self._limit, self._fixed = None, value, False
        elif numeral.multiplies:
            if group is not None and not 1 <= group <= 99:
                return False
            self._group, self._fixed = value * (1 if group is None else group), False
        elif numeral.whole or not value:
            if group is not None or value >= self._limit or (self.begun and not value):
                return False
            self._group, self._fixed = value, True
        elif self._adds(value):
            self._group = (group or 0) + value
        else:
            return False
        return True

    def _adds(self, value: Decimal) -> bool:
        group = self._group or Decimal(0)
        if self._fixed:
            return False
        if value < 10:
            return group % 10 == 0 and group % 100 != 10
        return group % (100 if value < 100 else 1000) == 0

    def _is_integer(self) -> bool:
        return self._group is not None and self._group == self._group.to_integral_value()

    def _goes_on_after_and(self) -> bool:
        """`two hundred and three`, but not `two hundred and three hundred`."""
        is_round = self.begun and not self._fixed and (self._group or Decimal(0)) % 100 == 0
        if not is_round or list(self._words[self.at : self.at + 1]) != ["and"]:
            return False
        numeral, then = (_numeral(self._words, self.at + ahead) for ahead in (1, 2))
        another = then is not None and then.multiplies and then.value == 100
        return numeral is not None and not numeral.whole and numeral.value < 100 and not another

    def _half(self) -> bool:
        for words in _HALVES:
            if tuple(self._words[self.at : self.at + len(words)]) == words:
                return self._decimals(Decimal("0.5"), self.at + len(words))
        return False

    def _point(self) -> bool:
        """`three point one four`, `three point fourteen`."""
        if list(self._words[self.at : self.at + 1]) != ["point"]:
            return False
        end = self.at + 1
        digits = ""
        while (numeral := _numeral(self._words, end)) and numeral.value < 10 and not numeral.ordinal:
            digits += str(numeral.value)
            end += 1
        if not digits and numeral and numeral.value < 100 and not numeral.ordinal:
            number, end = _number(self._words, end)
            digits = str(number)
        return digits.isdecimal() and len(digits) < _DIGITS and self._decimals(Decimal(f"0.{digits}"), end)

    def _russian_decimals(self) -> bool:
        """`две целых и пять десятых`."""
        if self.at + 1 >= len(self._words) or self._words[self.at] not in _WHOLE:
            return False
        parts = _Reader(self._words, self.at + (2 if self._words[self.at + 1] == "и" else 1))
        while (numeral := _numeral(self._words, parts.at)) and not numeral.ordinal and parts.read():
            pass
        if not parts.begun or not numeral or not numeral.ordinal or numeral.value not in (10, 100, 1000):
            return False
        return parts.value < numeral.value and self._decimals(parts.value / numeral.value, parts.at + 1)

    def _decimals(self, decimals: Decimal, end: int) -> bool:
        self._group = (self._group or 0) + decimals
        self._fixed = True
        self.at = end
        return True


def _text(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
