import pytest

from callscribe.models import Segment
from callscribe.summary.text import count_words, cut, is_cyrillic, sentences
from tests.transcripts import said


def texts(*lines: str) -> list[str]:
    return [sentence.text for sentence in sentences(said(*lines).segments)]


def test_cuts_at_closing_marks() -> None:
    assert texts("Hi! Ready? Version 3.5 is out.") == ["Hi!", "Ready?", "Version 3.5 is out."]


def test_an_abbreviation_ends_no_sentence() -> None:
    assert texts("Ask Mr. Smith.", "Это стоит 5 тыс. рублей.") == ["Ask Mr. Smith.", "Это стоит 5 тыс. рублей."]


def test_without_punctuation_a_segment_is_a_sentence() -> None:
    assert texts("one two", "three four") == ["one two", "three four"]


def test_an_endless_sentence_is_cut() -> None:
    found = texts(" ".join(f"word{i}" for i in range(100)))
    assert [count_words(text) for text in found] == [40, 40, 20]


def test_another_speaker_ends_a_sentence() -> None:
    segments = [Segment(0, 1, "We need.", (), "en", "A"), Segment(1, 2, "and", (), "en", "A")]
    segments.append(Segment(2, 3, "no.", (), "en", "B"))
    assert [sentence.speaker for sentence in sentences(segments)] == ["A", "B"]


def test_no_word_is_lost() -> None:
    lines = ["One. two three", "", "  ", "Four five! Six", "seven"]
    assert " ".join(texts(*lines)).split() == " ".join(lines).split()


@pytest.mark.parametrize(
    ("text", "words", "short"),
    [
        ("One two. Three four.", 4, "One two. Three four."),
        ("One two. Three four.", 3, "One two."),
        ("one two three four", 3, "one two …"),
        ("", 3, ""),
    ],
)
def test_cut(text: str, words: int, short: str) -> None:
    assert cut(text, words) == short


@pytest.mark.parametrize(("text", "cyrillic"), [("Релиз API v2", True), ("The релиз is late", False), ("42", False)])
def test_is_cyrillic(text: str, cyrillic: bool) -> None:
    assert is_cyrillic(text) == cyrillic
