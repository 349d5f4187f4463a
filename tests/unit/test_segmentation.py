"""Clips and lines: tables for what they look like, random speech for what always holds."""

from itertools import pairwise
from random import Random

import pytest

from callscribe.asr.segmentation import clips, lines, monotonic
from callscribe.models import Segment, Span, Word

CLIP_S, LINE_S = 28.0, 15.0
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
    ("speech", "expected"),
    [
        ([], []),
        (spans((3, 5)), spans((3, 5))),
        (spans((0, 10), (11, 27)), spans((0, 27))),
        (spans((0, 28)), spans((0, 28))),
        # Parted at the longest silence, not as late as possible.
        (spans((0, 13), (18, 26), (27, 40)), spans((0, 13), (18, 40))),
        # A silence before the twelfth second would make a clip too short.
        (spans((0, 2), (8, 13), (14, 20), (20.5, 40)), spans((0, 13), (14, 40))),
        # Nobody pauses: equal parts.
        (spans((10, 70)), spans((10, 30), (30, 50), (50, 70))),
        (spans((0, 1), (100, 101)), spans((0, 1), (100, 101))),
    ],
)
def test_clips(speech: list[Span], expected: list[Span]) -> None:
    assert clips(speech) == expected


def random_speech(random: Random) -> list[Span]:
    """Speech as voice activity detection gives it, on a grid of 32 ms, with stretches of any length."""
    found: list[Span] = []
    at = random.randrange(100_000)
    for _ in range(random.randrange(40)):
        length = random.choice([random.randrange(1, 100), random.randrange(1, 1000), 875 * random.randrange(1, 5)])
        found.append(Span(at * 0.032, (at + length) * 0.032))
        at += length + random.randrange(1, 200)
    return found


@pytest.mark.parametrize("seed", SEEDS)
def test_clips_cover_all_speech_in_order_and_stay_short(seed: int) -> None:
    speech = random_speech(Random(seed))
    found = clips(speech)
    assert all(0 < clip.end - clip.start <= CLIP_S + ROUNDING for clip in found)
    assert all(before.end <= after.start for before, after in pairwise(found))
    for span in speech:
        inside = [clip for clip in found if clip.start < span.end and span.start < clip.end]
        assert inside[0].start <= span.start
        assert inside[-1].end >= span.end
        assert all(before.end == after.start for before, after in pairwise(inside))
    edges = {edge for span in speech for edge in (span.start, span.end)}
    assert not found or {found[0].start, found[-1].end} <= edges


@pytest.mark.parametrize("seed", SEEDS)
def test_no_other_way_has_fewer_clips(seed: int) -> None:
    random = Random(seed)
    at, speech = 0.0, []
    for _ in range(random.randrange(60)):
        start, at = at, at + random.uniform(0.3, CLIP_S)
        speech.append(Span(start, at))
        at += random.uniform(0.3, 10)
    taken: list[list[Span]] = []
    for span in speech:
        if not taken or span.end - taken[-1][0].start > CLIP_S:
            taken.append([])
        taken[-1].append(span)
    assert len(clips(speech)) == len(taken)


def test_a_part_that_is_too_long_by_a_rounding_error_is_a_clip_all_the_same() -> None:
    speech = spans((58.529291351869794, 142.5292913518698))
    found = clips(speech)
    assert len(found) == 3
    assert found[0].end - found[0].start > CLIP_S
    assert (found[0].start, found[-1].end) == (speech[0].start, speech[0].end)


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
