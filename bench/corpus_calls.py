"""Calls as rows for PostgreSQL's COPY, some hundred of them at a time."""

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from uuid import UUID

import numpy as np

from bench import corpus_speech, corpus_text
from bench.corpus_words import LANGUAGES, NOUNS_OF_TOPIC, TAGS, TOPICS, Ints, lexicon, speakers

#: Calls took place in the three years before.
END = datetime(2026, 7, 1, tzinfo=UTC)
SPAN = timedelta(days=3 * 365)

_ENGINE = "faster-whisper small int8"
_ENGLISH = 0.4
_DONE, _FAILED = 0.95, 0.03  # the others were canceled
_SUMMARY_SENTENCES = 6
_KINDS = ("key_point", "key_point", "decision", "action_item")
_FACTS = {
    "container": "mp3",
    "codec": "mp3",
    "sample_rate": 44100,
    "channels": 1,
    "audio_tracks": 1,
    "has_video": False,
}
#: How flat popularity is: a few topics, people and tags are in many calls.
_FLAT_TOPICS, _FLAT_PEOPLE, _FLAT_TAGS = 20.0, 50.0, 5.0
_COLUMNS = {
    "calls": "id created_at started_at finished_at filename size_bytes media_key playback_key language_asked language "
    "status stage progress duration facts prepared error_code error title tags called_at updated_at words topics "
    "sha256",
    "windows": 'call_id index start "end" speech audio_key language language_probability engine transcribed_at',
    "segments": 'id call_id window_index start "end" speaker text language words',
    "summaries": "call_id text engine participants created_at",
    "insights": 'call_id position kind text quote start "end" segments owner done_at',
}

#: A table and the values of a row.
_Row = tuple[str, tuple[object, ...]]


@dataclass(frozen=True)
class Part:
    """Some calls that follow each other; this alone decides everything in them."""

    seed: int
    #: How many calls come before, and how many there are altogether.
    first_call: int
    all_calls: int
    #: Segments of each call, and the id of the first one.
    sizes: Ints
    first_segment: int

    @property
    def last_segment(self) -> int:
        """The id of the last one."""
        return self.first_segment + int(self.sizes.sum()) - 1


class Calls:
    """The calls of a part."""

    def __init__(self, part: Part) -> None:
        self._part, self._lexicon = part, lexicon(part.seed)
        # Python's generator gives single numbers in a tenth of the time of numpy's.
        self._random = random.Random(f"{part.seed} {part.first_call}")
        self._rng = rng = np.random.default_rng([part.seed, part.first_call])
        count = len(part.sizes)
        self.ids = [UUID(bytes=self._random.randbytes(16), version=4) for _ in range(count)]
        self._language = (rng.random(count) < _ENGLISH).astype(np.int64)
        self._topic = corpus_text.zipf(rng, TOPICS, _FLAT_TOPICS, count)
        self._names = [self._people(LANGUAGES[language]) for language in self._language]
        people = np.array([len(names) for names in self._names])
        self._speech = speech = corpus_speech.speak(
            rng, self._lexicon, sizes=part.sizes, people=people, language=self._language, topic=self._topic
        )
        self._begins, self._ends = (times.tolist() for times in (speech.begins() / 100, speech.ends() / 100))
        self._windows_of, self._speakers = speech.window.tolist(), speech.speaker.tolist()

    def copies(self) -> Iterator[tuple[str, bytes]]:
        """COPY statements with their data."""
        rows: dict[str, list[str]] = {table: [] for table in _COLUMNS}
        ends = np.cumsum(self._part.sizes).tolist()
        for call, (first, last) in enumerate(zip([0, *ends], ends, strict=False)):
            for table, values in self._rows(call, first, last):
                rows[table].append("\t".join(map(_copied, values)) + "\n")
        for table, columns in _COLUMNS.items():
            data = self._segments() if table == "segments" else "".join(rows[table]).encode()
            yield f"COPY {table} ({', '.join(columns.split())}) FROM STDIN", data

    def _people(self, language: str) -> list[str]:
        ranks: dict[int, None] = {}
        count = self._random.randint(2, 4)
        while len(ranks) < count:
            ranks[self._rank(len(speakers(language)), _FLAT_PEOPLE)] = None
        return [speakers(language)[rank] for rank in ranks]

    def _rank(self, ranks: int, flat: float) -> int:
        """As `corpus_text.zipf`, one at a time."""
        return min(int(flat * ((ranks + flat) / flat) ** self._random.random() - flat), ranks - 1)

    def _segments(self) -> bytes:
        calls = [str(call) for call in self.ids]
        columns = (self._speech.call.tolist(), self._windows_of, self._begins, self._ends, self._speakers)
        heads = [
            f"{number}\t{calls[call]}\t{window}\t{start}\t{end}\t{self._names[call][speaker]}\t".encode()
            for number, (call, window, start, end, speaker) in enumerate(
                zip(*columns, strict=True), self._part.first_segment
            )
        ]
        middles = np.array([f"\t{name}\t[".encode() for name in LANGUAGES], object)
        return corpus_speech.rows(self._rng, self._speech, heads, middles[self._language[self._speech.call]])

    def _rows(self, call: int, first: int, last: int) -> Iterator[_Row]:
        language, duration = LANGUAGES[self._language[call]], round(self._ends[last - 1] + 1.5, 2)
        called = END - SPAN * (1 - (self._part.first_call + call + self._random.random()) / self._part.all_calls)
        created = called + timedelta(seconds=duration + self._random.expovariate(1 / 3600))
        finished = created + timedelta(seconds=5 + duration / 10)
        lot = self._random.random()
        status = "done" if lot < _DONE else "failed" if lot < _DONE + _FAILED else "canceled"
        error = ("stage-failed", "The summary could not be written.") if status == "failed" else (None, None)
        title = " ".join(self._topical(call, self._random.randint(2, 4))).capitalize()
        tags = {TAGS[self._rank(len(TAGS), _FLAT_TAGS)] for _ in range(self._random.randint(0, 3))}
        words = int(self._speech.first[last] - self._speech.first[first])
        yield (
            "calls",
            (
                *(self.ids[call], created, created, finished, f"{title}.mp3", int(duration * 16000)),
                *(f"{self.ids[call]}/source.mp3", f"{self.ids[call]}/playback.mp3", "auto", language, status),
                *("summarize", 1.0 if status == "done" else 0.9, duration, _FACTS | {"duration": duration}, True),
                *(*error, title, _Array(sorted(tags)), called, finished, words, _Array(self._topical(call, 3))),
                self._random.randbytes(32).hex(),
            ),
        )
        yield from self._windows(call, first, last, duration, finished)
        if status == "done":
            yield from self._summary(call, first, last, finished)

    def _topical(self, call: int, count: int) -> list[str]:
        """Nouns of the call's topic, different ones."""
        lemmas = self._lexicon.languages[self._language[call]].topics[self._topic[call]]
        ranks = dict.fromkeys(self._rank(NOUNS_OF_TOPIC, _FLAT_TAGS) for _ in range(count))
        return [self._lexicon.text(self._lexicon.lemma_first[lemmas[rank]]) for rank in ranks]

    def _windows(self, call: int, first: int, last: int, duration: float, at: datetime) -> Iterator[_Row]:
        of = self._windows_of[first:last]
        cuts = [0.0, *(self._begins[first + of.index(window)] for window in range(1, of[-1] + 1)), duration]
        language = LANGUAGES[self._language[call]]
        for index, (start, end) in enumerate(pairwise(cuts)):
            key = f"{self.ids[call]}/windows/{index:04}.flac"
            yield "windows", (self.ids[call], index, start, end, [[start, end]], key, language, 0.98, _ENGINE, at)

    def _summary(self, call: int, first: int, last: int, at: datetime) -> Iterator[_Row]:
        count = min(last - first, self._random.randint(5, 10))
        chosen = sorted(self._random.sample(range(first, last), count))
        said = [self._speech.text(segment) for segment in chosen]
        participants = self._participants(call, first, last, said)
        yield "summaries", (self.ids[call], " ".join(said[:_SUMMARY_SENTENCES]), "extractive", participants, at)
        for position, (segment, text) in enumerate(zip(chosen, said, strict=True)):
            kind, owner, done = self._random.choice(_KINDS), None, None
            if kind == "action_item":
                owner = self._random.choice([None, *self._names[call]])
                done = self._random.choice([None, at + timedelta(days=3)])
            times, ids = (self._begins[segment], self._ends[segment]), _Array([self._part.first_segment + segment])
            yield "insights", (self.ids[call], position, kind, text, text, *times, ids, owner, done)

    def _participants(self, call: int, first: int, last: int, said: Sequence[str]) -> list[dict[str, object]]:
        talk = [0.0] * len(self._names[call])
        for segment in range(first, last):
            talk[self._speakers[segment]] += self._ends[segment] - self._begins[segment]
        return [
            {"name": name, "talk_time": round(time, 2), "statements": said[number : number + 1]}
            for number, (name, time) in enumerate(zip(self._names[call], talk, strict=True))
            if time
        ]


class _Array(list[object]):
    """An array of PostgreSQL's; other lists are JSON."""


def _copied(value: object) -> str:
    """A value as COPY reads it; nothing in this corpus has to be escaped."""
    if value is None:
        return "\\N"
    if isinstance(value, _Array):
        return "{" + ",".join(map(str, value)) + "}"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
