"""Words and turns become segments of one speaker each."""

import pytest

from callscribe.models import Segment, Turn, Voice, Word
from callscribe.speakers.align import align, turns


def line(text: str, start: float = 0.0, *, step: float = 1.0, spoken: float = 0.9, id: int = 7) -> Segment:
    words = tuple(Word(start + i * step, start + i * step + spoken, word, 0.9) for i, word in enumerate(text.split()))
    return Segment(words[0].start, words[-1].end, text, words, "en", None, id, 1)


def told(segments: list[Segment], *spoken: Turn) -> list[tuple[int | None, str]]:
    return [(speaker, segment.text) for segment, speaker in align(segments, spoken)]


@pytest.mark.parametrize(
    ("text", "spoken", "expected"),
    [
        ("a b c d", [Turn(0, 4, 0)], [(0, "a b c d")]),
        # A change inside, at the end of a sentence or not.
        ("a b. c d", [Turn(0, 2, 0), Turn(2, 4, 1)], [(0, "a b."), (1, "c d")]),
        ("a b c d", [Turn(0, 2, 0), Turn(2, 4, 1)], [(0, "a b"), (1, "c d")]),
        # A word belongs to the turn that it overlaps most.
        ("a b c d", [Turn(0, 2.2, 0), Turn(2.2, 4, 1)], [(0, "a b"), (1, "c d")]),
        # Turns that overlap each other.
        ("a b c d", [Turn(0, 3, 0), Turn(1.95, 4, 1)], [(0, "a b c d")]),
        # Words outside all turns: the nearest within a second, else whoever speaks before.
        ("a b c d", [Turn(0, 1, 0)], [(0, "a b c d")]),
        ("a b c d", [Turn(3, 4, 1)], [(1, "a b c d")]),
        ("a b c d", [], [(None, "a b c d")]),
        ("a b c d", [Turn(90, 99, 0)], [(None, "a b c d")]),
        # One word of another speaker in the middle is a mistake...
        ("a b c d e", [Turn(0, 2, 0), Turn(2, 3, 1), Turn(3, 5, 0)], [(0, "a b c d e")]),
        # ... unless it stands by itself.
        ("a b. c. d e", [Turn(0, 2, 0), Turn(2, 3, 1), Turn(3, 5, 0)], [(0, "a b."), (1, "c."), (0, "d e")]),
        ("a b c d", [Turn(0, 3, 0), Turn(3, 4, 1)], [(0, "a b c d")]),
        ("a b c. d", [Turn(0, 3, 0), Turn(3, 4, 1)], [(0, "a b c."), (1, "d")]),
        ("a. b c d", [Turn(0, 1, 1), Turn(1, 4, 0)], [(1, "a."), (0, "b c d")]),
        # ... and its turn covers it.
        ("a b. c. d e", [Turn(0, 2.5, 0), Turn(2.5, 3, 1), Turn(3, 5, 0)], [(0, "a b. c. d e")]),
    ],
)
def test_one_segment(text: str, spoken: list[Turn], expected: list[tuple[int | None, str]]) -> None:
    assert told([line(text)], *spoken) == expected


def test_the_first_part_keeps_the_id_and_all_keep_what_else_there_is() -> None:
    (first, _), (second, _) = align([line("a b. c d")], [Turn(0, 2, 0), Turn(2, 4, 1)])
    assert (first.id, second.id) == (7, None)
    assert [(part.start, part.end, len(part.words)) for part in (first, second)] == [(0.0, 1.9, 2), (2.0, 3.9, 2)]
    assert {(part.language, part.channel) for part in (first, second)} == {("en", 1)}


def test_a_pause_lets_a_single_word_stand_by_itself() -> None:
    slow = line("a b c d e", spoken=0.5)
    assert told([slow], Turn(0, 2, 0), Turn(2, 3, 1), Turn(3, 5, 0)) == [(0, "a b"), (1, "c"), (0, "d e")]


def test_a_corrected_text_is_not_split() -> None:
    segment = line("a b c d e")
    corrected = Segment(0, 4.9, "Something else", segment.words, "en")
    assert told([corrected], Turn(0, 2, 0), Turn(2, 5, 1)) == [(1, "Something else")]
    assert told([Segment(0, 4.9, "No words", (), "en")], Turn(0, 4, 0), Turn(4, 5, 1)) == [(0, "No words")]


def test_words_without_a_length() -> None:
    words = tuple(Word(at, at, text, 0.9) for at, text in ((1.0, "a"), (1.0, "b"), (3.0, "c"), (3.0, "d")))
    segment = Segment(1.0, 3.0, "a b c d", words, "en")
    assert told([segment], Turn(0, 2, 0), Turn(2.5, 4, 1)) == [(0, "a b"), (1, "c d")]


@pytest.mark.parametrize("speakers", [(0, 1), (1, 0)])
def test_words_without_a_length_between_two_turns_are_of_the_earlier_one(speakers: tuple[int, int]) -> None:
    words = tuple(
        Word(*bounds, text, 0.9) for text, bounds in zip("abcd", [(0, 1), (1, 2), (2, 2), (2, 2)], strict=True)
    )
    before, after = speakers
    assert told([Segment(0, 2, "a b c d", words, "en")], Turn(0, 2, before), Turn(2, 4, after)) == [(before, "a b c d")]


def test_many_segments_keep_their_order() -> None:
    lines = [line("a b c", 0), line("d e f", 10), line("g h i", 20)]
    spoken = Turn(0, 3, 0), Turn(10, 13, 1), Turn(20, 23, 0)
    assert told(lines, *spoken) == [(0, "a b c"), (1, "d e f"), (0, "g h i")]


def test_nothing() -> None:
    assert align([], [Turn(0, 1, 0)]) == []
    assert turns([], []) == []


def test_turns_of_one_speaker_are_joined_over_short_pauses() -> None:
    voices = [Voice(start, start + 2, (1.0,)) for start in (0, 2.5, 5, 9, 11)]
    found = turns(voices, [0, 0, 1, 1, 0])
    assert found == [Turn(0, 4.5, 0), Turn(5, 7, 1), Turn(9, 11, 1), Turn(11, 13, 0)]
