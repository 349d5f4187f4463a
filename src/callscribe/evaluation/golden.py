"""Calls as text, with marks at what a summary of them has to find; docs/evaluation.md has the format."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from callscribe.errors import BadRequest
from callscribe.evaluation.manifest import lines
from callscribe.models import InsightKind, Segment, SummaryLanguage, Transcript

#: Words a second: turns have the time that it takes to say them.
_SPEED = 2.5

_HEADER = ("title", "language", "template", "recorded")
_TURN = re.compile(r"(?P<name>[^:{}]+): (?P<text>[^{}]+?)(?P<marks>(?:\s*\{[^{}]*\})*)\s*")
_MARK = re.compile(r"\{([^{}]*)\}")
_KINDS = {"decision": InsightKind.DECISION, "action": InsightKind.ACTION_ITEM, "question": InsightKind.QUESTION}
_FACT = "fact: "
_VALUE = r'(owner|due|date)=(?:"([^"]+)"|([^\s"]+))'
_ACTION = re.compile(rf"action(?: {_VALUE})*")


@dataclass(frozen=True, slots=True)
class GoldenItem:
    """A decision, action item or open question that is in a call."""

    kind: InsightKind
    #: Positions in the call's segments of the turns in which it is said; never empty.
    turns: tuple[int, ...]
    owner: str | None = None
    #: Until when, as it was said, and the day that is.
    due: str | None = None
    due_date: date | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a summary should tell."""

    words: str
    #: Position in the call's segments of the turn in which it is said.
    turn: int


@dataclass(frozen=True, slots=True)
class GoldenCall:
    """A call with what is to be found in it."""

    #: The name of its file, without `.txt`.
    id: str
    title: str
    #: ISO 639-1 code.
    language: str
    template: str
    recorded: date
    #: One segment a turn.
    transcript: Transcript
    items: tuple[GoldenItem, ...]
    facts: tuple[Fact, ...]


def read(sources: Iterable[Path]) -> tuple[GoldenCall, ...]:
    """The calls of some files, and of all `*.txt` in some folders. Raises `BadRequest`, also where there is none."""
    calls: list[GoldenCall] = []
    for source in sources:
        files = sorted(source.glob("*.txt")) if source.is_dir() else [source]
        if not files:
            raise BadRequest(f"There is no call in {source}; give a folder with `.txt` files.")
        calls += map(parse, files)
    return tuple(calls)


def parse(file: Path) -> GoldenCall:
    """The call of one file. Raises `BadRequest` with the number of the first line that is wrong."""
    numbered = lines(file)
    header = dict(_header(numbered, file))
    language = header["language"]
    turns = _Turns(language)
    for place, line in numbered:
        try:
            turns.add(line)
        except ValueError as exc:
            raise BadRequest(f"{place}: {exc}.") from exc
    if not turns.segments:
        raise BadRequest(f"Nobody says anything in {file}; write a turn a line, as `Name: text`.")
    return GoldenCall(
        file.stem,
        header["title"],
        language,
        header["template"],
        date.fromisoformat(header["recorded"]),
        Transcript(tuple(turns.segments), language),
        tuple(turns.items),
        tuple(turns.facts),
    )


def _header(numbered: Iterator[tuple[str, str]], file: Path) -> Iterator[tuple[str, str]]:
    for key in _HEADER:
        place, line = next(numbered, (f"{file}", ""))
        value = line.removeprefix(f"{key}: ").strip()
        if not line.startswith(f"{key}: ") or not value:
            raise BadRequest(f"{place}: there is no `{key}`; begin with the lines {', '.join(_HEADER)}.")
        if key == "language" and value not in set(SummaryLanguage):
            raise BadRequest(f"{place}: `language` is wrong; give one of {', '.join(SummaryLanguage)}.")
        if key == "recorded":
            try:
                _day(value)
            except ValueError as exc:
                raise BadRequest(f"{place}: {exc}.") from exc
        yield key, value


@dataclass
class _Turns:
    """What the turns read so far are; a line that is wrong raises `ValueError`."""

    language: str
    segments: list[Segment] = field(default_factory=list)
    items: list[GoldenItem] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)

    def add(self, line: str) -> None:
        turn = _TURN.fullmatch(line)
        if not turn:
            raise ValueError("this is no turn; write it as `Name: text {marks}`, with no other braces")
        for mark in _MARK.findall(turn["marks"]):
            self._mark(mark)
        start = self.segments[-1].end if self.segments else 0.0
        end = round(start + len(turn["text"].split()) / _SPEED, 3)
        self.segments.append(Segment(start, end, turn["text"].strip(), (), self.language, turn["name"].strip()))

    def _mark(self, mark: str) -> None:
        position = len(self.segments)
        if mark.startswith(_FACT) and mark.removeprefix(_FACT).strip():
            self.facts.append(Fact(mark.removeprefix(_FACT).strip(), position))
        elif mark == "same":
            if not self.items:
                raise ValueError("{same} comes before any decision, action item or question; leave it out")
            self.items[-1] = replace(self.items[-1], turns=(*self.items[-1].turns, position))
        elif mark in _KINDS or _ACTION.fullmatch(mark):
            given = {key: quoted or bare for key, quoted, bare in re.findall(_VALUE, mark)}
            due_date = _day(given["date"]) if "date" in given else None
            kind = _KINDS[mark.partition(" ")[0]]
            self.items.append(GoldenItem(kind, (position,), given.get("owner"), given.get("due"), due_date))
        else:
            raise ValueError(f"there is no mark {{{mark}}}; see docs/evaluation.md for those there are")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as exc:
        raise ValueError(f"{text} is no day; write it as 2026-11-22") from exc
