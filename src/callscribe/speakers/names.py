"""Who a speaker may be, by the names said in the call: offered with the evidence, never applied. Pure functions.

Whoever introduces themselves has that name; whoever speaks right after somebody was addressed probably has theirs.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files

from callscribe.models import Segment

#: What an introduction and what an address is worth.
_INTRODUCED, _ADDRESSED = 3, 1
#: Seconds within which somebody who was addressed answers, and after which a sentence that lacks its end is over.
_ANSWER, _PAUSE = 10.0, 2.0
_SENTENCE = re.compile(r"\S.*?(?:[.!?…][\"'»”)]*(?=\s|$)|$)", re.DOTALL)
_END = re.compile(r"[.!?…][\"'»”)]*$")
_EDGES = " \n\t.!?…\"'«»“”()—–-"

# Atomic throughout: no word is tried in part, and no text takes more than linear time.
_CAPITALISED = r"(?:(?!(?i:mr|mrs|ms|dr)\b)[A-ZА-ЯЁ][a-zа-яё]++(?:-[A-ZА-ЯЁ][a-zа-яё]++)?+)"
_NAME = rf"(?>\b{_CAPITALISED}(?: {_CAPITALISED}){{0,2}}+)(?![\w'’])"
# Engines without capitals write what follows "my name is" like any other word.
_PLAIN = r"\b[a-zа-яё]++(?!['’])"
_VOCATIVE = re.compile(r"(.{1,4}[бвгджзклмнпрстфхцчшщ])([ая])")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name for a speaker, and the sentence that speaks for it most."""

    #: As the transcript calls them now.
    speaker: str
    #: In the nominative, in the form said, with the surname or patronymic if one was said.
    name: str
    #: The sentence, verbatim from its segment.
    quote: str
    #: Seconds from the start of the call: of the sentence where its words have times, else of its segment.
    start: float
    end: float
    #: Under which the segment is stored, None before it is.
    segment_id: int | None
    #: Three for each introduction and one for each address.
    votes: int


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    start: float
    end: float
    #: Of its segment in the call.
    position: int
    #: False if it may go on with what the segment before began.
    opens: bool


class _Language:
    """What names there are, and how people are introduced and addressed: one sentence at a time."""

    def __init__(self, data: Mapping[str, str]) -> None:
        self._given = {_folded(name): name for name in data["given"].split()}
        self._callable = {_folded(form): name for name in self._given.values() if (form := _short(name))} | self._given
        self._vague = {_folded(name) for name in data["vague"].split()}
        greeting, filler = _either(data["greetings"]), _either(data["fillers"])
        self._greeting, self._opener = re.compile(greeting), re.compile(f"{greeting}|{filler}")
        self._call = re.compile(f"(?:(?P<greeting>{greeting}) |(?P<filler>{filler}) )?(?P<name>{_NAME})")
        self._first = re.compile(f"(?:(?i:and|or|и|или) )?(?P<name>{_NAME})")
        #: Who is thanked spoke before, more likely than they speak next.
        self.thanks = re.compile(rf"\b{_either(data['thanks'])}\b")
        self._you = re.compile(rf"\b{_either(data['second_person'])}\b")
        self._imperative = re.compile(rf"{_either(data['imperatives'])}\b")
        self._relative = re.compile(rf"{_either(data['relatives'])}\b")
        self._aside = re.compile(_either(data["asides"]))
        self._role = re.compile(rf"\b{_either(data['roles'])}$")
        self._introductions = [_introduction(line, greeting) for line in data["introductions"].strip().splitlines()]

    def introduced(self, text: str) -> str | None:
        """The name by which the speaker introduces themselves."""
        for pattern in self._introductions:
            for match in pattern.finditer(text):
                said = match[match.lastgroup or 0]
                known = self._known(said, self._given)
                if known or (match.lastgroup == "any" and said[0].isupper()):
                    return known or said
        return None

    def addressed(self, text: str, opens: bool) -> str | None:
        """The name of whom the sentence is said to; `opens` is whether the text has its beginning."""
        clauses = [clause for part in text.split(",") if (clause := part.strip(_EDGES))]
        return (self._at_start(clauses, text) if opens else None) or self._at_end(clauses, text)

    def _at_start(self, clauses: Sequence[str], text: str) -> str | None:
        head = next((at for at, clause in enumerate(clauses) if not self._opener.fullmatch(clause)), -1)
        call, name = self._call_of(clauses[head]) if clauses else (None, None)
        if call is None:
            return None
        rest, greeted = clauses[head + 1 :], call["greeting"] or (head and self._greeting.fullmatch(clauses[head - 1]))
        # A name alone is an answer more often than a call.
        answered = not rest and not greeted and not head and text[-1] not in "?!,"
        if answered or (rest and self._is_about(rest, text)):
            return None
        if greeted or _folded(call["name"]) not in self._vague:
            return name
        asked = rest and text.endswith("?") and self._you.search(rest[0])
        return name if asked or (rest and self._imperative.match(rest[0])) else None

    def _at_end(self, clauses: Sequence[str], text: str) -> str | None:
        call, name = self._call_of(clauses[-1]) if len(clauses) > 1 and _END.search(text) else (None, None)
        if call is None or call["filler"]:
            return None
        last = clauses[-2].split()[-1]
        if self._role.search(clauses[-2]) or self._aside.fullmatch(clauses[-2]) or self._known(last, self._given):
            return None
        # "March, April" and "Richmond, Virginia" call nobody.
        return None if _folded(call["name"]) in self._vague and last[0].isupper() and not call["greeting"] else name

    def _is_about(self, rest: Sequence[str], text: str) -> bool:
        """Whether what follows a name at the start of a sentence is said about somebody, or names the next one."""
        if (first := self._first.match(rest[0])) and self._known(first["name"], self._callable):
            return True
        if self._relative.match(rest[0]):
            return len(rest) > 1 or not text.endswith("?")
        return len(rest) > 1 and bool(self._aside.fullmatch(rest[0])) and not self._you.search(text)

    def _call_of(self, clause: str) -> tuple[re.Match[str], str] | tuple[None, None]:
        match = self._call.fullmatch(clause)
        name = self._known(match["name"], self._callable) if match else None
        return (match, name) if match and name else (None, None)

    def _known(self, said: str, names: Mapping[str, str]) -> str | None:
        """The name as it is written, with what is said behind it; None: it is no name."""
        name = names.get(_folded(said))
        return " ".join([name, *said.split()[1:]]) if name else None


def _folded(name: str) -> str:
    """What names are compared by: the first of its words."""
    return name.split(maxsplit=1)[0].casefold().replace("ё", "е")


def _short(name: str) -> str | None:
    """What somebody with this Russian name is called without its last vowel, as «Лен» and «Вань» are."""
    match = _VOCATIVE.fullmatch(name)
    return match and match[1] + ("ь" if match[2] == "я" else "")


def _either(lines: str) -> str:
    return f"(?i:{'|'.join(lines.strip().splitlines())})"


def _introduction(line: str, greeting: str) -> re.Pattern[str]:
    parts = {
        "<open>": rf"(?:^\W*|, ?)(?:{greeting},? )?",
        "<close>": r"(?:$|[.!…;]|,(?! (?:да|верно|правильно|right|correct|isn['’]t it|is it)\?))",
        "<name>": f"(?P<name>(?-i:{_NAME}))",
        "<any>": f"(?P<any>(?-i:{_NAME}|{_PLAIN}))",
    }
    return re.compile(re.sub("<[a-z]+>", lambda match: parts[match[0]], line), re.IGNORECASE)


_TABLES = tomllib.loads(files("callscribe.speakers").joinpath("given_names.toml").read_text(encoding="utf-8"))
_LANGUAGES = {code: _Language(table) for code, table in _TABLES.items()}


def is_default(name: str) -> bool:
    """Whether a speaker still has the name the program gave them, such as `Speaker 1` or «Спикер 2»."""
    return bool(re.fullmatch(r"(?:Speaker|Спикер) \d+", name))


def suggestions(segments: Sequence[Segment]) -> list[Suggestion]:
    """Names for speakers who have none yet: in the order in which they first speak, of each the likeliest first.

    `segments` are all those of a call, in order of time. A name is for the speaker with most votes for it, and for
    nobody if two have as many; a speaker may get several. Takes time in proportion to the length of the call.
    """
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    best: dict[tuple[str, str], Suggestion] = {}
    for vote in _votes(segments):
        tally[vote.name][vote.speaker] += vote.votes
        best[vote.name, vote.speaker] = max(best.get((vote.name, vote.speaker), vote), vote, key=lambda one: one.votes)
    leaders = {name: _leader(counts) for name, counts in tally.items()}
    found = [
        replace(one, votes=tally[one.name][one.speaker])
        for one in best.values()
        if leaders[one.name] == one.speaker and is_default(one.speaker)
    ]
    order = {speaker: number for number, speaker in enumerate(dict.fromkeys(segment.speaker for segment in segments))}
    return sorted(found, key=lambda one: (order[one.speaker], -one.votes, one.start))


def _leader(counts: Counter[str]) -> str | None:
    """Who has most votes; None if two have as many."""
    (first, most), *others = counts.most_common(2)
    return None if any(votes == most for _, votes in others) else first


def _votes(segments: Sequence[Segment]) -> list[Suggestion]:
    """Each introduction and each answered address by itself."""
    answers = _answers(segments)
    votes: list[Suggestion] = []
    #: By position of the answer: who was addressed before it, and whether to be thanked.
    calls: dict[int, list[tuple[Suggestion, bool]]] = defaultdict(list)
    for sentence in _sentences(segments):
        segment, answer = segments[sentence.position], answers[sentence.position]
        language = _LANGUAGES.get(segment.language)
        if segment.speaker is None or language is None:
            continue
        text, evidence = " ".join(sentence.text.split()), (sentence.text, sentence.start, sentence.end, segment.id)
        introduced, called = language.introduced(text), language.addressed(text, sentence.opens)
        if introduced:
            votes.append(Suggestion(segment.speaker, introduced, *evidence, _INTRODUCED))
        # «Это я, Иван» is no address.
        if called and called != introduced and answer is not None:
            speaker, start = segments[answer].speaker, segments[answer].start
            if speaker is not None and sentence.start <= start <= sentence.end + _ANSWER:
                vote = Suggestion(speaker, called, *evidence, _ADDRESSED)
                calls[answer].append((vote, bool(language.thanks.search(text))))
    return votes + [vote for before in calls.values() for vote in _meant(before)]


def _meant(calls: Sequence[tuple[Suggestion, bool]]) -> list[Suggestion]:
    """Of those addressed before one answer the one it is expected of; nobody if that may be several."""
    asked = [vote for vote, thanked in calls if not thanked] or [vote for vote, _ in calls]
    return asked if len({_folded(vote.name) for vote in asked}) == 1 else []


def _answers(segments: Sequence[Segment]) -> list[int | None]:
    """For each segment the position of the first one of the next turn."""
    answers: list[int | None] = [None] * len(segments)
    for at in range(len(segments) - 2, -1, -1):
        answers[at] = at + 1 if segments[at + 1].speaker != segments[at].speaker else answers[at + 1]
    return answers


def _sentences(segments: Sequence[Segment]) -> Iterator[_Sentence]:
    for position, (before, segment) in enumerate(zip([None, *segments], segments, strict=False)):
        words = segment.words if len(segment.words) == len(segment.text.split()) else ()
        opens = before is None or before.speaker != segment.speaker or bool(_END.search(before.text.rstrip()))
        opens = opens or (before is not None and segment.start - before.end > _PAUSE)
        said = 0
        for match in _SENTENCE.finditer(segment.text):
            first, said = said, said + len(match[0].split())
            start, end = (words[first].start, words[said - 1].end) if words else (segment.start, segment.end)
            yield _Sentence(match[0], start, end, position, opens or first > 0)
