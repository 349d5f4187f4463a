"""Stretches that one voice is likely to speak."""

import pytest

from callscribe.models import Segment, Word
from callscribe.speakers.pieces import pieces


def segment(*words: tuple[float, float, str]) -> Segment:
    said = tuple(Word(*word, 0.9) for word in words)
    return Segment(said[0].start, said[-1].end, " ".join(word.text for word in said), said, "en")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([(0, 1, "a"), (1, 2, "b")], [(0, 2)]),
        # At a pause, and at the end of a sentence.
        ([(0, 1, "a"), (1.3, 2.3, "b")], [(0, 1), (1.3, 2.3)]),
        ([(0, 1, "a."), (1, 2, "b")], [(0, 1), (1, 2)]),
        # What is too short goes with its neighbour.
        ([(0, 0.3, "a."), (0.3, 2, "b")], [(0, 2)]),
        ([(0, 1, "a."), (1, 1.2, "b.")], [(0, 1.2)]),
        ([(0, 1, "a."), (1.4, 1.6, "b."), (1.8, 3, "c")], [(0, 1), (1.4, 3)]),
        ([(0, 1, "a."), (1.2, 1.4, "b."), (1.8, 3, "c")], [(0, 1.4), (1.8, 3)]),
        # ... unless that is far.
        ([(0, 1, "a"), (1.6, 1.9, "b")], [(0, 1), (1.6, 1.9)]),
        ([(0, 0.2, "a")], [(0, 0.2)]),
        # Too little to be heard.
        ([(0, 1, "a"), (1.6, 1.7, "b")], [(0, 1)]),
        # What is long is cut into equal parts.
        ([(i, i + 1, "a") for i in range(7)], [(0, 7 / 3), (7 / 3, 14 / 3), (14 / 3, 7)]),
        # Nothing can be heard of a word without a length.
        ([(1, 1, "a")], []),
    ],
)
def test_one_segment(words: list[tuple[float, float, str]], expected: list[tuple[float, float]]) -> None:
    found = [(span.start, span.end) for span in pieces([segment(*words)])]
    assert found == [pytest.approx(bounds) for bounds in expected]


def test_they_are_in_order_of_time() -> None:
    found = pieces([segment((5, 6, "a")), segment((0, 1, "b"))])
    assert [span.start for span in found] == [0, 5]


def test_nothing() -> None:
    assert pieces([]) == []
    assert pieces([Segment(0, 1, "corrected", (), "en")]) == []
