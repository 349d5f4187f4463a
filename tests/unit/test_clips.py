"""Clips: tables for what they look like, random speech for what always holds."""

from itertools import pairwise
from random import Random

import pytest

from callscribe.asr.clips import Clip, clips
from callscribe.models import Span, Word

CLIP_S = 28.0
ROUNDING = 1e-6
SEEDS = range(100)


def spans(*bounds: tuple[float, float]) -> list[Span]:
    return [Span(start, end) for start, end in bounds]


def bounds(found: list[Clip]) -> list[tuple[float, float]]:
    return [(clip.start, clip.end) for clip in found]


@pytest.mark.parametrize(
    ("speech", "expected"),
    [
        ([], []),
        (spans((3, 5)), [(3, 5)]),
        (spans((0, 10), (11, 27)), [(0, 27)]),
        (spans((0, 28)), [(0, 28)]),
        # Parted at the longest silence, not as late as possible.
        (spans((0, 13), (18, 26), (27, 40)), [(0, 13), (18, 40)]),
        # A silence before the twelfth second would make a clip too short.
        (spans((0, 2), (8, 19), (20, 26), (26.5, 40)), [(0, 19), (20, 40)]),
        # Nobody pauses: equal parts.
        (spans((10, 70)), [(10, 30), (30, 50), (50, 70)]),
        # Silence counts for nothing.
        (spans((0, 1), (100, 101)), [(0, 101)]),
    ],
)
def test_clips(speech: list[Span], expected: list[tuple[float, float]]) -> None:
    assert bounds(clips(speech)) == expected


def test_clips_may_be_shorter() -> None:
    assert bounds(clips(spans((0, 4), (5, 8), (9.5, 13)), 7.0)) == [(0, 8), (9.5, 13)]


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
def test_clips_hold_all_speech_and_nothing_else_in_order_and_stay_short(seed: int) -> None:
    speech = random_speech(Random(seed))
    found = clips(speech)
    assert all(0 < clip.length <= CLIP_S + ROUNDING for clip in found)
    pieces = [span for clip in found for span in clip.spans]
    assert all(before.end <= after.start for before, after in pairwise(pieces))
    for span in speech:
        inside = [piece for piece in pieces if piece.start < span.end and span.start < piece.end]
        assert (inside[0].start, inside[-1].end) == (span.start, span.end)
        assert all(before.end == after.start for before, after in pairwise(inside))
    assert sum(clip.length for clip in found) == pytest.approx(sum(span.end - span.start for span in speech))


@pytest.mark.parametrize("seed", SEEDS)
def test_no_other_way_has_fewer_clips(seed: int) -> None:
    random = Random(seed)
    at, speech = 0.0, []
    for _ in range(random.randrange(60)):
        start, at = at, at + random.uniform(0.3, CLIP_S)
        speech.append(Span(start, at))
        at += random.uniform(0.3, 10)
    taken: list[float] = []
    for span in speech:
        length = span.end - span.start
        if not taken or taken[-1] + length > CLIP_S:
            taken.append(0.0)
        taken[-1] += length
    assert len(clips(speech)) == len(taken)


def test_a_part_that_is_too_long_by_a_rounding_error_is_a_clip_all_the_same() -> None:
    speech = spans((58.529291351869794, 142.5292913518698))
    found = clips(speech)
    assert len(found) == 3
    assert found[0].length > CLIP_S
    assert (found[0].start, found[-1].end) == (speech[0].start, speech[0].end)


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (0.0, 1.0, (100.0, 101.0)),
        (2.5, 3.0, (200.5, 201.0)),
        (4.0, 5.0, (300.0, 301.0)),
        # Over a silence that was left out: where most of it is.
        (1.2, 2.1, (101.2, 102.0)),
        (1.9, 3.0, (200.0, 201.0)),
        # Outside the clip.
        (-1.0, 0.5, (100.0, 100.5)),
        (4.5, 9.0, (300.5, 301.0)),
        (7.0, 9.0, (301.0, 301.0)),
        # Without a length.
        (0.5, 0.5, (100.5, 100.5)),
        (3.0, 3.0, (201.0, 201.0)),
    ],
)
def test_words_are_where_they_are_said(start: float, end: float, expected: tuple[float, float]) -> None:
    clip = Clip(tuple(spans((100, 102), (200, 202), (300, 301))))
    (word,) = clip.in_call([Word(start, end, "word", 0.5)])
    assert (word.start, word.end) == pytest.approx(expected)
    assert (word.text, word.probability) == ("word", 0.5)


def test_the_silence_before_a_sentence_does_not_part_its_first_word_from_it() -> None:
    clip = Clip((Span(8, 12), Span(18, 21)))
    said = [Word(3.2, 3.5, "release?", 0.5), Word(3.6, 4.2, "How", 0.5), Word(4.3, 4.5, "long", 0.5)]
    found = clip.in_call(said)
    assert [word.start for word in found] == pytest.approx([11.2, 18, 18.3])
    # A sentence of one word may as well have the silence after it, and in the middle of one there is none to be had.
    for before, text in (("release?", "No."), ("the", "release")):
        _, word = clip.in_call([Word(3.2, 3.5, before, 0.5), Word(3.6, 4.2, text, 0.5)])
        assert (word.start, word.end) == pytest.approx((11.6, 12))
