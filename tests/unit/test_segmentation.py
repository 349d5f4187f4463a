"""Clips and lines: tables for what they look like, random speech for what always holds."""

from itertools import pairwise
from random import Random

import pytest

from callscribe.asr.segmentation import lines, monotonic, unsqueezed
from callscribe.models import Segment, Span, Word

LINE_S = 15.0
ROUNDING = 1e-6
SEEDS = range(100)


def spans(*bounds: tuple[float, float]) -> list[Span]:
    return [Span(start, end) for start, end in bounds]


def words(text: str, *pauses: float, length: float = 0.4) -> list[Word]:
    """The text spoken evenly; after word n a pause of `pauses[n]`, or none."""
    found: list[Word] = []
    at = 0.0
    for index, word in enumerate(text.split()):
        found.append(Word(at, at + length, word, 0.9))
        at += length + (pauses[index] if index < len(pauses) else 0.0)
    return found


def texts(segments: list[Segment]) -> list[str]:
    return [segment.text for segment in segments]


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [
        ([], []),
        (words("hello"), ["hello"]),
        # A sentence of four words and more ends a line, a short one only before a breath.
        (words("We will ship on Friday. Who tests it?"), ["We will ship on Friday.", "Who tests it?"]),
        (words("Good. We will ship on Friday."), ["Good. We will ship on Friday."]),
        (words("Good. We will ship on Friday.", 0.4), ["Good.", "We will ship on Friday."]),
        # A long silence ends a line, whatever the punctuation.
        (words("so we will ship it", 0, 0.9), ["so we", "will ship it"]),
        (words("Готово? Да! Тогда в пятницу…", 0.35, 0.35), ["Готово?", "Да!", "Тогда в пятницу…"]),
    ],
)
def test_lines(spoken: list[Word], expected: list[str]) -> None:
    assert texts(lines(spoken, "en")) == expected


def test_a_long_sentence_is_cut_at_a_comma_or_a_breath() -> None:
    spoken = words("one two three four five six seven, eight nine ten eleven twelve", length=1.5)
    assert texts(lines(spoken, "en")) == ["one two three four five six seven,", "eight nine ten eleven twelve"]
    spoken = words("one two three four five six seven eight nine ten", 0, 0, 0, 0.6, length=2.0)
    assert texts(lines(spoken, "en"))[0] == "one two three four"


def rounded(found: list[Word]) -> list[tuple[float, float]]:
    return [(round(word.start, 2), round(word.end, 2)) for word in found]


def squeezed(text: str, start: float) -> list[Word]:
    return [Word(start + 0.02 * i, start + 0.02 * i + 0.02, word, 0.9) for i, word in enumerate(text.split())]


def test_an_utterance_in_no_time_is_spread_over_its_speech() -> None:
    before, after = Word(8, 8.4, "Well,", 0.9), Word(14, 14.4, "Good.", 0.9)
    heard = [before, *squeezed("aa bb cc dddd", 10), after]
    found = unsqueezed(heard, spans((7.9, 8.5), (9.9, 12.0), (13.9, 14.5)))
    assert rounded(found) == [(8, 8.4), (10, 10.4), (10.4, 10.8), (10.8, 11.2), (11.2, 12.0), (14, 14.4)]
    assert [word.text for word in found] == [word.text for word in heard]


def test_it_begins_with_the_speech_and_ends_before_the_next_word() -> None:
    heard = [*squeezed("aa bb cc dd", 10), Word(11.5, 12, "Good.", 0.9)]
    assert rounded(unsqueezed(heard, spans((8, 10.0), (10.7, 14.0))))[:4] == [
        (10.7, 10.9),
        (10.9, 11.1),
        (11.1, 11.3),
        (11.3, 11.5),
    ]


def test_a_pause_that_is_too_long_for_the_words_is_none_of_theirs() -> None:
    heard = squeezed("aa bb cc dd", 10)
    assert rounded(unsqueezed(heard, spans((9.9, 60.0))))[-1] == (11.8, 12.4)


@pytest.mark.parametrize(
    "heard",
    [
        [],
        words("one two three four five six seven"),
        squeezed("three words only", 10),
        # Nobody speaks after them, or somebody else does at once.
        squeezed("aa bb cc dd", 30),
        [*squeezed("aa bb cc dd", 10), Word(10.08, 14, "Good.", 0.9)],
    ],
    ids=["nothing", "speech", "few", "silence", "no room"],
)
def test_other_words_keep_their_times(heard: list[Word]) -> None:
    assert unsqueezed(heard, spans((0, 20))) == heard


def random_words(random: Random) -> list[Word]:
    found: list[Word] = []
    at = random.uniform(0, 10_000)
    for number in range(random.randrange(1, 300)):
        end = at + random.choice([0.0, random.uniform(0.05, 0.6), random.uniform(0.05, 0.6), random.uniform(1, 5)])
        mark = random.choices(["", ",", ".", "?", "…"], [30, 3, 2, 1, 1])[0]
        found.append(Word(at, end, f"w{number}{mark}", random.random()))
        at = end + random.choice([0.0, 0.0, random.uniform(0, 0.5), random.uniform(0, 3)])
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_keep_every_word_in_order_and_stay_short(seed: int) -> None:
    spoken = random_words(Random(seed))
    found = lines(spoken, "ru")
    assert [word for line in found for word in line.words] == spoken
    for line in found:
        assert (line.start, line.end) == (line.words[0].start, line.words[-1].end)
        assert line.text == " ".join(word.text for word in line.words)
        assert line.language == "ru"
        assert line.end - line.start <= LINE_S
    assert all(before.end <= after.start for before, after in pairwise(found))


def test_a_word_longer_than_a_line_is_a_line() -> None:
    spoken = words("well hmmmm yes", length=20.0)
    assert texts(lines(spoken, "en")) == ["well", "hmmmm", "yes"]


def test_ten_minutes_without_a_pause_or_a_mark_are_cut_too() -> None:
    spoken = words(" ".join(["word"] * 3000), length=0.2)
    found = lines(spoken, "en")
    assert sum(len(line.words) for line in found) == 3000
    assert all(5 < line.end - line.start <= LINE_S for line in found)


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        ([(1, 2), (2, 3)], [(1, 2), (2, 3)]),
        ([(1, 3), (2, 4)], [(1, 3), (3, 4)]),
        ([(5, 6), (1, 2)], [(5, 6), (6, 6)]),
        ([(4, 2)], [(4, 4)]),
        ([(-3, -1), (-1, 1)], [(0, 0), (0, 1)]),
        ([(9, 12), (13, 14)], [(9, 10), (10, 10)]),
    ],
)
def test_monotonic(times: list[tuple[float, float]], expected: list[tuple[float, float]]) -> None:
    found = monotonic([Word(start, end, "word", 0.5) for start, end in times], 0, 10)
    assert [(word.start, word.end) for word in found] == expected


@pytest.mark.parametrize("seed", SEEDS)
def test_times_never_go_back_and_stay_inside(seed: int) -> None:
    random = Random(seed)
    start = random.uniform(0, 1000)
    end = start + random.uniform(0, 50)
    spoken = [
        Word(random.uniform(start - 20, end + 20), random.uniform(start - 20, end + 20), str(number), random.random())
        for number in range(random.randrange(50))
    ]
    found = monotonic(spoken, start, end)
    assert [(word.text, word.probability) for word in found] == [(word.text, word.probability) for word in spoken]
    times = [time for word in found for time in (word.start, word.end)]
    assert times == sorted(times)
    assert all(start <= time <= end for time in times)
