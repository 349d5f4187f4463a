"""Calls as rows for PostgreSQL's COPY, some hundred of them at a time."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np

from bench import corpus_speech, corpus_text, corpus_words
from bench.corpus_words import LANGUAGES, LEMMAS_OF_TOPIC, TAGS, TOPICS, Ints

#: Calls took place in the three years before.
END = datetime(2026, 7, 1, tzinfo=UTC)
SPAN = timedelta(days=3 * 365)

_ENGINE = "faster-whisper small int8"
_SUMMARY_SENTENCES = 6
_KINDS, _SHARES_OF_KINDS = ("key_point", "decision", "action_item"), (0.5, 0.2, 0.3)
_STATUSES, _SHARES_OF_STATUSES = ("done", "failed", "canceled"), (0.95, 0.03, 0.02)
_FACTS = {
    "container": "mp3",
    "codec": "mp3",
    "sample_rate": 44100,
    "channels": 1,
    "audio_tracks": 1,
    "has_video": False,
}
_COLUMNS = {
    "calls": "id created_at started_at finished_at filename size_bytes media_key playback_key language_asked language "
    "status stage progress duration facts prepared error_code error title tags called_at updated_at words topics "
    "sha256",
    "windows": 'call_id index start "end" speech audio_key language language_probability engine transcribed_at',
    "segments": 'id call_id window_index start "end" speaker text language words',
    "summaries": "call_id text engine participants created_at",
    "insights": 'call_id position kind text quote start "end" segments owner done_at',
}


@dataclass(frozen=True)
class Part:
    """Some calls that follow each other; this and the seed decide everything in them."""

    seed: int
    #: How many calls come before, and how many there are altogether.
    first_call: int
    all_calls: int
    #: Segments of each call, and the id of the first one.
    sizes: Ints
    first_segment: int


class Calls:
    """The calls of a part."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._rng = rng = np.random.default_rng([part.seed, part.first_call])
        self._lexicon = corpus_words.lexicon(part.seed)
        count = len(part.sizes)
        self.ids = [UUID(bytes=rng.bytes(16), version=4) for _ in range(count)]
        self._language = (rng.random(count) < 0.4).astype(np.int64)
        self._topic = corpus_text.zipf(rng, TOPICS, 20.0, count)
        people = rng.integers(2, 5, count)
        names = [corpus_words.speakers(language) for language in LANGUAGES]
        self._names = [
            [names[language][at] for at in corpus_text.zipf(rng, 1000, 50.0, int(number))]
            for language, number in zip(self._language, people, strict=True)
        ]
        self._speech = corpus_speech.speak(
            rng, self._lexicon, sizes=part.sizes, people=people, language=self._language, topic=self._topic
        )
        self._begins, self._ends = self._speech.begins() / 100, self._speech.ends() / 100

    def tables(self) -> Iterator[tuple[str, bytes]]:
        """COPY statements with their data."""
        rows: dict[str, list[str]] = {name: [] for name in _COLUMNS}
        first = np.cumsum(self._part.sizes) - self._part.sizes
        for call in range(len(self.ids)):
            for table, *values in self._rows(call, int(first[call]), int(first[call] + self._part.sizes[call])):
                rows[str(table)].append("\t".join(map(_copied, values)))
        for table, columns in _COLUMNS.items():
            data = self._segments() if table == "segments" else "".join(row + "\n" for row in rows[table]).encode()
            yield f"COPY {table} ({', '.join(columns.split())}) FROM STDIN", data

    def _segments(self) -> bytes:
        ids, speech = [str(found) for found in self.ids], self._speech
        at = zip(speech.call.tolist(), speech.window.tolist(), speech.speaker.tolist(), strict=True)
        times = zip(self._begins.tolist(), self._ends.tolist(), strict=True)
        heads = [
            f"{number}\t{ids[call]}\t{window}\t{start}\t{end}\t{self._names[call][speaker]}\t".encode()
            for number, ((call, window, speaker), (start, end)) in enumerate(
                zip(at, times, strict=True), self._part.first_segment
            )
        ]
        middles = [f"\t{name}\t[".encode() for name in LANGUAGES]
        return corpus_speech.rows(self._rng, speech, heads, [middles[self._language[call]] for call in speech.call])

    def _rows(self, call: int, first: int, last: int) -> Iterator[Sequence[object]]:
        rng, language, duration = self._rng, LANGUAGES[self._language[call]], round(self._ends[last - 1] + 1.5, 2)
        share = (self._part.first_call + call + rng.random()) / self._part.all_calls
        called = END - SPAN * (1 - share)
        created = called + timedelta(seconds=duration + rng.exponential(3600))
        finished = created + timedelta(seconds=5 + duration / 10)
        status = rng.choice(_STATUSES, p=_SHARES_OF_STATUSES)
        error = ("stage-failed", "A processing step failed.") if status == "failed" else (None, None)
        title = self._title(call)
        words = int(self._speech.first[last] - self._speech.first[first])
        tags = sorted({TAGS[at] for at in corpus_text.zipf(rng, len(TAGS), 5.0, int(rng.integers(0, 4)))})
        topics = [self._lexicon.text(self._lexicon.lemma_first[lemma]) for lemma in self._topics(call, 3)]
        folder, done = self.ids[call], status == "done"
        yield (
            *("calls", folder, created, created, finished, f"{title}.mp3", int(duration * 16000)),
            *(f"{folder}/source.mp3", f"{folder}/playback.mp3", "auto", language, status, "summarize"),
            *(1.0 if done else 0.9, duration, _FACTS | {"duration": duration}, True, *error, title, _Array(tags)),
            *(called, finished, words, _Array(topics), rng.bytes(32).hex()),
        )
        yield from self._windows(call, first, last, duration, finished)
        if done:
            yield from self._summary(call, first, last, finished)

    def _title(self, call: int) -> str:
        lemmas = self._topics(call, int(self._rng.integers(2, 5)))
        units = corpus_text.forms(self._rng, self._lexicon, lemmas)
        return " ".join(self._lexicon.text(unit) for unit in units).capitalize()

    def _topics(self, call: int, count: int) -> Ints:
        topics = self._lexicon.languages[self._language[call]].topics
        found: Ints = topics[self._topic[call], corpus_text.zipf(self._rng, LEMMAS_OF_TOPIC, 5.0, count)]
        return found

    def _windows(self, call: int, first: int, last: int, end: float, at: datetime) -> Iterator[Sequence[object]]:
        windows = self._speech.window[first:last]
        starts = [0.0, *(float(self._begins[first + cut]) for cut in np.flatnonzero(np.diff(windows)) + 1)]
        for index, (start, stop) in enumerate(zip(starts, [*starts[1:], end], strict=True)):
            key = f"{self.ids[call]}/windows/{index:04}.flac"
            language = LANGUAGES[self._language[call]]
            yield "windows", self.ids[call], index, start, stop, [[start, stop]], key, language, 0.98, _ENGINE, at

    def _summary(self, call: int, first: int, last: int, at: datetime) -> Iterator[Sequence[object]]:
        rng, names = self._rng, self._names[call]
        chosen = first + np.sort(rng.choice(last - first, min(last - first, int(rng.integers(5, 11))), replace=False))
        said = [self._speech.text(segment) for segment in chosen]
        speaker = self._speech.speaker[first:last]
        lasts = (self._ends - self._begins)[first:last]
        talk = [round(float(lasts[speaker == number].sum()), 2) for number in range(len(names))]
        participants = [
            {"name": name, "talk_time": time, "statements": said[number : number + 1]}
            for number, (name, time) in enumerate(zip(names, talk, strict=True))
        ]
        yield "summaries", self.ids[call], " ".join(said[:_SUMMARY_SENTENCES]), "extractive", participants, at
        for position, (segment, text) in enumerate(zip(chosen, said, strict=True)):
            kind = rng.choice(_KINDS, p=_SHARES_OF_KINDS)
            action = kind == "action_item"
            owner = names[int(rng.integers(len(names)))] if action and rng.random() < 0.6 else None
            yield (
                *("insights", self.ids[call], position, kind, text, text, self._begins[segment], self._ends[segment]),
                *(_Array([self._part.first_segment + int(segment)]), owner),
                at + timedelta(days=3) if action and rng.random() < 0.5 else None,
            )


class _Array(list[object]):
    """A list that is an array of PostgreSQL's, not JSON."""


def _copied(value: object) -> str:
    """A value as COPY reads it. Nothing here has quotes or backslashes but JSON, which then needs no more of them."""
    if value is None:
        return "\\N"
    if isinstance(value, _Array):
        return "{" + ",".join(map(str, value)) + "}"
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False)
    return str(value)
