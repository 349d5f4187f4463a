"""Speech of which nothing was written, and words found there later."""

import pytest

from callscribe.asr.clips import Clip
from callscribe.asr.unheard import Told, completed, stretches
from callscribe.models import Span, Word


def told(text: str, start: float, step: float = 0.5, language: str = "en") -> list[Told]:
    return [
        Told(Word(start + i * step, start + (i + 0.8) * step, word, 0.9), language)
        for i, word in enumerate(text.split())
    ]


def text(words: list[Told]) -> str:
    return " ".join(one.word.text for one in words)


@pytest.mark.parametrize(
    ("spans", "words", "expected"),
    [
        ([(0, 3)], [(0.5, 1)], []),
        ([(0, 3), (4, 6)], [(0.5, 1)], [(4, 6)]),
        ([(0, 3), (4, 6)], [], [(0, 3), (4, 6)]),
        # Too short to be a sentence.
        ([(0, 3), (4, 5)], [(0.5, 1)], []),
        # A word that only touches it, and one without a length at its border, as models write what they did not hear.
        ([(0, 3), (4, 6)], [(2, 4.05)], [(4, 6)]),
        ([(0, 3), (4, 6)], [(1, 2), (6, 6)], [(4, 6)]),
        # Over both.
        ([(0, 3), (3.5, 6)], [(2, 4)], []),
    ],
)
def test_stretches_without_a_word(
    spans: list[tuple[float, float]], words: list[tuple[float, float]], expected: list[tuple[float, float]]
) -> None:
    clip = Clip(tuple(Span(*span) for span in spans))
    found = stretches(clip, [Word(start, end, "word", 0.9) for start, end in words])
    assert [(span.start, span.end) for span in found] == expected


def test_what_was_left_out_is_put_in_its_place() -> None:
    words = [*told("Move it to Friday.", 0), *told("What about the customers?", 10)]
    assert text(completed(words, told("I agree with that.", 5))) == (
        "Move it to Friday. I agree with that. What about the customers?"
    )


def test_what_was_there_at_another_time_is_not_doubled_but_gets_its_time() -> None:
    words = [*told("Which are left? Two tests do not pass.", 0, step=0.2), *told("I will fix them.", 10)]
    found = completed(words, told("two tests do not pass", 5))
    assert text(found) == "Which are left? two tests do not pass I will fix them."
    assert [one.word.start for one in found if one.word.text == "two"] == [5]


def test_another_language_stays_one() -> None:
    found = completed(told("Добрый день.", 0, language="ru"), told("Good morning.", 5))
    assert [one.language for one in found] == ["ru", "ru", "en", "en"]
