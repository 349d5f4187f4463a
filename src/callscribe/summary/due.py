"""Until when something is to be done: the words in a sentence, and the day that they mean."""

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from callscribe.summary import due_words as words_of


@dataclass(frozen=True, slots=True)
class Due:
    """A phrase that can say until when something is to be done."""

    #: Verbatim, with its preposition.
    words: str
    #: Characters of the text: the first, and the one after the last.
    begin: int
    end: int


def _rows(table: str) -> list[list[str]]:
    return [line.split() for line in table.strip().splitlines()]


def _either(words: list[str]) -> str:
    return "(?:" + "|".join(sorted(words, key=len, reverse=True)) + ")"


_WEEKDAYS = {word: number for number, row in enumerate(_rows(words_of.WEEKDAYS)) for word in row}
_MONTHS = {word: number for number, row in enumerate(_rows(words_of.MONTHS), 1) for word in row}
_UNITS = {word: unit for unit, row in words_of.UNITS.items() for word in row.split()}
_EN, _RU = words_of.ORDINALS_EN.split(), words_of.ORDINALS_RU.split()
_COUNTS = {word: number for number, row in enumerate(_rows(words_of.CARDINALS), 1) for word in row}
_NUMBERS = _COUNTS | words_of.TENS | {word: number for row in (_EN, _RU) for number, word in enumerate(row, 1)}
_RU_END = "(?:ого|ому|ое|его|ему|е)"
_SMALL = f"(?:{_either(_EN[:9])}|{_either(_RU[:9])}{_RU_END}|[1-9](?:st|nd|rd|th|-?(?:го|му|е|ого|ому)))"
_BIG = (
    f"(?:(?:twenty|thirty)(?:-| ){_either(_EN[:9])}|{_either([*_EN[9:], 'thirtieth'])}"
    f"|(?:двадцать|тридцать) {_either(_RU[:9])}{_RU_END}|{_either([*_RU[9:], 'тридцат'])}{_RU_END}"
    r"|[1-3]\d(?:st|nd|rd|th|-?(?:го|му|е|ого|ому)))"
)
_COUNT = _either([*_COUNTS])
_TENS = _either(["twenty", "двадцать", "двадцати", *words_of.TENS])
_NUMBER = rf"(?:{_TENS}(?:-| ){_COUNT}|{_TENS}|{_COUNT}|\d{{1,2}})"
_SLOTS = {
    **words_of.SLOTS,
    "weekday": f"(?P<weekday>{_either([*_WEEKDAYS])})",
    "month": f"(?P<month>{_either([*_MONTHS])})",
    "nth": f"(?P<day>{_BIG}|{_SMALL})",
    "big_day": f"(?P<day>{_BIG})",
    "small_day": f"(?P<day>{_SMALL})",
    "day": rf"(?P<day>{_BIG}|{_SMALL}|\d{{1,2}})",
    "digits": r"(?P<day>\d{1,2})",
    "nth_count": f"(?P<day>{_NUMBER})",
    "count": _COUNT,
    "span": rf"(?:(?!{_TENS}(?:-| ){_COUNT}\b){_NUMBER}(?:-| (?:to |or |или )?))?(?P<n>{_NUMBER})",
    "unit": rf"(?P<work>(?:working|business|рабоч\w+) )?(?P<unit>{_either([*_UNITS])})",
    "event": _either(words_of.EVENTS_EN.split()),
    "событие": _either(words_of.EVENTS_RU.split()) + r"\w*",
}
#: People hesitate between the words of a phrase.
_FILLER = re.compile(r",?\s(?:um|uh|er|э-э|ну)\b,?")


def _expand(pattern: str) -> str:
    while (filled := re.sub(r"\{(\D\w*)\}", lambda slot: _SLOTS[slot[1]], pattern)) != pattern:
        pattern = filled
    return pattern.replace(" ", r"\s+")


def _compile(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w-])(?:{'|'.join(patterns)})(?!\w|'s\b)")


def _nameless(patterns: Iterable[str]) -> str:
    return "|".join(re.sub(r"\(\?P<\w+>", "(?:", _expand(pattern)) for pattern in patterns)


@cache
def _rules() -> list[tuple[str, re.Pattern[str]]]:
    return [(meaning, _compile(_expand(core))) for meaning, _, core in words_of.DAYS]


@cache
def _piece() -> re.Pattern[str]:
    days = [(meaning == "days 0", f"(?:{before})(?:{core})") for meaning, before, core in words_of.DAYS]
    kinds = {
        "never": words_of.NEVER,
        "today": [phrase for is_today, phrase in days if is_today],
        "day": [phrase for is_today, phrase in days if not is_today],
        "open": words_of.OPEN,
        "hour": words_of.HOURS,
    }
    return _compile(*(f"(?P<{kind}>{_nameless(patterns)})" for kind, patterns in kinds.items()))


_DEADLINE = _compile(_expand("{to}|within|в течение"))
_PAST_BEFORE, _PAST_AFTER, _PAST_RU = map(re.compile, (words_of.PAST_BEFORE, words_of.PAST_AFTER, words_of.PAST_RU))
_SPLIT = re.compile(r"[,;:—]|\b(?:а|и|но|что)\b")


def find(text: str) -> list[Due]:
    """Every phrase of a text that can say until when something is to be done, in order."""
    plain, found = _plain(text), []
    for run in _runs(plain):
        begin, end = run[0].start(), run[-1].end()
        if any(piece.lastgroup in ("today", "day", "open") for piece in run) and not _is_past(plain, begin, end):
            found.append(Due(text[begin:end], begin, end))
    return found


def best(text: str) -> Due | None:
    """The phrase that says until when.

    A deadline goes before the mere time of an event, a day before a condition, and what is said last before what was
    said first: people name what stands in the way first, and promise then.
    """
    found = find(text)
    return max(found, key=_weight) if found else None


def resolve(words: str, called_on: date) -> date | None:
    """The day that the words mean, said on the day of the call; None where they name none."""
    text = _plain(words)
    if any(piece.lastgroup == "never" for piece in _piece().finditer(text)):
        return None
    for meaning, pattern in _rules():
        if match := pattern.search(text):
            name, *numbers = meaning.split()
            return _MEANINGS[name](called_on, match, *map(int, numbers))
    return None


def _weight(due: Due) -> tuple[bool, bool, int]:
    text = _plain(due.words)
    return any(rule.search(text) for _, rule in _rules()), bool(_DEADLINE.search(text)), due.begin


def _plain(text: str) -> str:
    """The text as the tables expect it, with every character in its place."""
    text = text.replace("İ", "I").lower().replace("ё", "е").replace("’", "'")
    return _FILLER.sub(lambda filler: " " * len(filler[0]), text)


def _runs(text: str) -> Iterator[list[re.Match[str]]]:
    """Pieces that belong together: a day with its hours, or a condition alone."""
    run: list[re.Match[str]] = []
    for piece in _piece().finditer(text):
        if run and not _belongs(text[run[-1].end() : piece.start()], run[-1], piece):
            yield run
            run = []
        if piece.lastgroup != "never":
            run.append(piece)
    if run:
        yield run


def _is_past(text: str, begin: int, end: int) -> bool:
    """Whether a sentence tells what happened on a day."""
    if _DEADLINE.search(text[begin:end]):
        return False
    # Speech may come without punctuation: what is far away does not count.
    before = re.split(r"[.!?…]", text[max(begin - 150, 0) : begin])[-1]
    after = re.split(r"[.!?…,;]", text[end : end + 100])[0]
    part = " ".join(_SPLIT.split(before)[-1].split()[-6:] + _SPLIT.split(after)[0].split()[:4])
    return bool(_PAST_BEFORE.search(before) or _PAST_AFTER.search(after) or _PAST_RU.search(part))


def _belongs(between: str, before: re.Match[str], piece: re.Match[str]) -> bool:
    joined = between.isspace() or (between.strip() == "," and piece.lastgroup != "day")
    return joined and {before.lastgroup, piece.lastgroup} <= {"today", "day", "hour"}


def _number(text: str) -> int:
    """The value of a number or an ordinal, in words or digits."""
    if digits := re.match(r"\d+", text):
        return int(digits[0])
    parts = re.findall(r"[^\W\d_]+", text)
    return sum(_NUMBERS.get(part) or _NUMBERS[re.sub(rf"{_RU_END}$", "", part)] for part in parts)


def _valid(year: int, month: int, day: int) -> date | None:
    return date(year, month, day) if 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1] else None


def _clamped(year: int, month: int, day: int) -> date:
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return date(year, month, min(day, monthrange(year, month)[1]))


def _first(days: Iterable[date | None], called_on: date) -> date | None:
    return next((day for day in days if day and day >= called_on), None)


def _date(called_on: date, match: re.Match[str]) -> date | None:
    month, day = _MONTHS.get(match["month"]) or int(match["month"]), _number(match["day"])
    if match["year"]:
        return _first([_valid(2000 + int(match["year"]) % 100, month, day)], called_on)
    # A leap day can be eight years off.
    return _first((_valid(called_on.year + years, month, day) for years in range(9)), called_on)


def _day(called_on: date, match: re.Match[str], ahead: int) -> date | None:
    day, months = _number(match["day"]), range(called_on.month - 1 + ahead, called_on.month + 12)
    return _first((_valid(called_on.year + month // 12, month % 12 + 1, day) for month in months), called_on)


def _named(called_on: date, match: re.Match[str], day: int) -> date | None:
    return _first((_clamped(called_on.year + years, _MONTHS[match["month"]], day) for years in (0, 1)), called_on)


def _weekday(called_on: date, match: re.Match[str]) -> date:
    return called_on + timedelta((_WEEKDAYS[match["weekday"]] - called_on.weekday() - 1) % 7 + 1)


def _week(called_on: date, _: re.Match[str], weeks: int, weekday: int) -> date:
    day = called_on + timedelta(7 * weeks + weekday - called_on.weekday())
    return day if day >= called_on else day + timedelta(7)


def _span(called_on: date, match: re.Match[str]) -> date:
    number, unit = _number(match.groupdict().get("n") or "1"), _UNITS[match["unit"]]
    if unit == "month":
        return _clamped(called_on.year, called_on.month + number, called_on.day)
    if match["work"] and unit == "day":
        day = called_on
        while number:
            day += timedelta(1)
            number -= day.weekday() < 5
        return day
    hours = number * {"minute": 0, "hour": 1, "day": 24, "week": 7 * 24, "fortnight": 14 * 24}[unit]
    return called_on + timedelta(hours // 24)


_MEANINGS: dict[str, Callable[..., date | None]] = {
    "date": _date,
    "day": _day,
    "days": lambda called_on, _, days: called_on + timedelta(days),
    "month": lambda called_on, _, months, day: _clamped(called_on.year, called_on.month + months, day),
    "named": _named,
    "quarter": lambda called_on, _, ahead: _clamped(called_on.year, 3 * ((called_on.month + 2) // 3 + ahead), 31),
    "span": _span,
    "week": _week,
    "weekday": _weekday,
    "weekday_next": lambda called_on, match: _week(called_on, match, 1, _WEEKDAYS[match["weekday"]]),
    "year": lambda called_on, _: date(called_on.year, 12, 31),
}
