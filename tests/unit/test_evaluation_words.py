"""Error rates of words against those counted by hand."""

import pytest

from callscribe.evaluation.words import Edit, Errors, Kind, compare, confidence, confusions, total
from callscribe.models import Segment, Transcript, Word


def heard(*lines: str) -> Transcript:
    """A word a second."""
    segments = []
    second = 0.0
    for line in lines:
        words = tuple(Word(second + i, second + i + 0.9, text, 1.0) for i, text in enumerate(line.split()))
        segments.append(Segment(second, second + len(words), line, words, "en"))
        second += len(words)
    return Transcript(tuple(segments), "en")


@pytest.mark.parametrize(
    ("said", "written", "errors", "rate"),
    [
        ("we ship on friday", "We ship on Friday.", Errors(4, 0, 0, 0), 0.0),
        ("we ship on friday", "we shop on friday", Errors(4, 1, 0, 0), 0.25),
        ("we ship on friday", "we ship friday", Errors(4, 0, 1, 0), 0.25),
        ("we ship on friday", "we ship it on friday", Errors(4, 0, 0, 1), 0.25),
        ("a b", "x y z", Errors(2, 2, 0, 1), 1.5),
        ("a b", "", Errors(2, 0, 2, 0), 1.0),
        ("", "a b", Errors(0, 0, 0, 2), None),
        ("", "", Errors(0, 0, 0, 0), None),
    ],
)
def test_words(said: str, written: str, errors: Errors, rate: float | None) -> None:
    found = compare(said, heard(written)).words
    assert (found, found.rate) == (errors, rate)


def test_characters() -> None:
    assert compare("abcd ef", heard("abxd f")).characters == Errors(7, 1, 1, 0)


def test_raw_words_are_counted_without_normalisation() -> None:
    comparison = compare("It is twenty five percent", heard("It's 25 %"))
    assert comparison.words == Errors(4, 0, 0, 0)
    assert comparison.raw_words == Errors(5, 2, 3, 0)


def test_fillers_count_unless_dropped() -> None:
    assert compare("uh yes", heard("yes")).words == Errors(2, 0, 1, 0)
    assert compare("uh yes", heard("yes"), drop_fillers=True).words == Errors(1, 0, 0, 0)


def test_edits_tell_the_words_around_and_the_second() -> None:
    comparison = compare("we will ship it on friday after lunch", heard("we will", "shop it friday after the lunch"))
    assert comparison.edits == (
        Edit(Kind.SUBSTITUTION, "ship", "shop", "we will ship it on friday", "we will shop it friday after", 2.0),
        Edit(Kind.DELETION, "on", "", "will ship it on friday after lunch", "will shop it friday after the lunch", 4.0),
        Edit(Kind.INSERTION, "", "the", "on friday after lunch", "it friday after the lunch", 6.0),
    )


def test_words_left_out_at_the_end_have_the_second_of_the_last_one_heard() -> None:
    comparison = compare("one thing more", heard("one thing"))
    assert [(edit.reference, edit.at) for edit in comparison.edits] == [("more", 1.0)]
    assert [edit.at for edit in compare("one thing", heard("")).edits] == [None, None]


def test_a_line_without_words_is_taken_as_a_whole() -> None:
    line = Segment(7.0, 9.0, "some other words", (), "en")
    comparison = compare("some words", Transcript((line,), "en"))
    assert [(edit.kind, edit.hypothesis, edit.at) for edit in comparison.edits] == [(Kind.INSERTION, "other", 7.0)]


def test_a_corpus_is_summed_and_not_averaged() -> None:
    corpus = total([Errors(90, 0, 0, 0), Errors(10, 5, 3, 2)])
    assert (corpus, corpus.rate) == (Errors(100, 5, 3, 2), 0.1)
    assert total([]).rate is None


def test_the_confidence_interval_is_that_of_a_bootstrap_over_ten_files_or_more() -> None:
    files = [Errors(100, wrong, 0, 0) for wrong in (0, 2, 4, 6, 8, 12, 14, 16, 18, 20)]
    interval = confidence(files)
    assert interval is not None
    # The mean is 10 % and its standard error 2.1 points.
    assert interval == pytest.approx((0.06, 0.14), abs=0.01)
    assert confidence(files) == interval
    assert confidence([Errors(100, 10, 0, 0)] * 10) == (0.1, 0.1)
    assert confidence(files[:9]) is None
    assert confidence([Errors(0, 0, 0, 1)] * 10) is None


def test_confusions_are_counted_over_the_corpus_and_shown_as_first_met() -> None:
    first = compare("ship it and ship more", heard("shop it and shop more"))
    second = compare("ship the old one and go now", heard("shop the one and go and now"))
    found = confusions([("first", first.edits), ("second", second.edits)], most=1)
    (swapped,) = found[Kind.SUBSTITUTION]
    assert (swapped.count, swapped.example.reference, swapped.example.hypothesis) == (3, "ship", "shop")
    assert (swapped.file, swapped.example) == ("first", first.edits[0])
    assert [(one.count, one.example.reference, one.file) for one in found[Kind.DELETION]] == [(1, "old", "second")]
    assert len(found[Kind.INSERTION]) == 1
    assert confusions([("first", first.edits)], most=0) == {kind: [] for kind in Kind}


def test_equally_frequent_mistakes_are_in_the_order_of_the_recording() -> None:
    edits = compare("so we will ship it now", heard("so now")).edits
    left_out = confusions([("call", edits)], most=20)[Kind.DELETION]
    assert [one.example.reference for one in left_out] == ["we", "will", "ship", "it"]
