"""Corrections as pure functions: what they promise for any text and any words."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from callscribe import editing
from callscribe.editing import Correction, Renaming
from callscribe.errors import BadRequest
from callscribe.models import CorrectionKind, Segment, Word

quick = settings(database=None, deadline=None, max_examples=60)

texts = st.lists(st.text("abЖё.,", min_size=1, max_size=5), min_size=1, max_size=8).map(" ".join)


@st.composite
def segments(draw: st.DrawFn) -> Segment:
    """As engines write them: words that spell the text and do not go back; or without any words."""
    parts = draw(texts).split()
    moments = sorted(draw(st.lists(st.floats(0, 100), min_size=2 * len(parts), max_size=2 * len(parts))))
    words = [Word(moments[2 * i], moments[2 * i + 1], part, 0.5) for i, part in enumerate(parts)]
    kept = draw(st.sampled_from([words, words, words, []]))
    return Segment(moments[0], moments[-1], " ".join(parts), tuple(kept), "en", None, 1)


def line(text: str, start: float = 0.0) -> Segment:
    """A word a second, with a pause of half a second after each."""
    words = [Word(start + i, start + i + 0.5, word, 0.9) for i, word in enumerate(text.split())]
    return Segment(start, words[-1].end, text, tuple(words), "en", None, 1)


def times(segment: Segment) -> list[tuple[str, float, float]]:
    return [(word.text, round(word.start, 6), round(word.end, 6)) for word in segment.words]


def assert_sound(segment: Segment) -> None:
    """The words spell the text, never go back and stay inside."""
    assert " ".join(word.text for word in segment.words) == segment.text
    moments = [segment.start, *(moment for word in segment.words for moment in (word.start, word.end)), segment.end]
    assert moments == sorted(moments)


@quick
@given(segments(), texts)
def test_another_text_has_words_with_times(segment: Segment, text: str) -> None:
    after = editing.with_text(segment, text)
    assert after.text == text
    assert (after.start, after.end, after.id) == (segment.start, segment.end, segment.id)
    assert_sound(after)


@quick
@given(segments(), st.data())
def test_words_that_stay_keep_their_times(segment: Segment, data: st.DataObject) -> None:
    words = [replace(word, text=f"w{i}") for i, word in enumerate(segment.words)]
    segment = replace(segment, words=tuple(words), text=" ".join(word.text for word in words))
    stays = data.draw(st.lists(st.booleans(), min_size=len(words), max_size=len(words)))
    after = editing.with_text(
        segment, " ".join(word.text.upper() if stay else "new" for word, stay in zip(words, stays, strict=True))
    )
    for before, now, stay in zip(words, after.words, stays, strict=True):
        if stay:
            assert now == replace(before, text=before.text.upper())
        else:
            assert now.probability == 1.0


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("one two three", [("one", 0, 0.5), ("two", 1, 1.5), ("three", 2, 2.5)]),
        ("one tooo three", [("one", 0, 0.5), ("tooo", 1, 1.5), ("three", 2, 2.5)]),
        ("one a bcd three", [("one", 0, 0.5), ("a", 1, 1.125), ("bcd", 1.125, 1.5), ("three", 2, 2.5)]),
        ("onetwo three", [("onetwo", 0, 1.5), ("three", 2, 2.5)]),
        ("one three", [("one", 0, 0.5), ("three", 2, 2.5)]),
        ("one two and three", [("one", 0, 0.5), ("two", 1, 1.5), ("and", 1.5, 2), ("three", 2, 2.5)]),
        ("oh one two three", [("oh", 0, 0), ("one", 0, 0.5), ("two", 1, 1.5), ("three", 2, 2.5)]),
    ],
)
def test_new_words_take_the_time_of_what_they_replace(text: str, expected: list[tuple[str, float, float]]) -> None:
    assert times(editing.with_text(line("one two three"), text)) == expected


@pytest.mark.parametrize("at", [4, 3])
def test_a_split_at_a_word_is_a_split_at_its_time(at: int) -> None:
    first, second = editing.split(replace(line("one two three", 5), speaker="Anna"), at)
    assert (first.text, first.start, first.end, first.id) == ("one", 5, 5.5, 1)
    assert (second.text, second.start, second.end, second.id) == ("two three", 6, 7.5, None)
    assert (first.speaker, second.speaker, second.language) == ("Anna", "Anna", "en")
    assert first.words + second.words == line("one two three", 5).words


def test_a_split_inside_a_word_shares_out_its_time() -> None:
    first, second = editing.split(line("one three"), 5)
    assert times(first) == [("one", 0, 0.5), ("t", 1, 1.1)]
    assert times(second) == [("hree", 1.1, 1.5)]


def test_a_split_without_words_shares_out_the_time_of_the_segment() -> None:
    first, second = editing.split(Segment(0, 10, "ab cd  efghi", (), "en", None, 1), 3)
    assert times(first) == [("ab", 0, 2.222222)]
    assert times(second) == [("cd", 2.222222, 4.444444), ("efghi", 4.444444, 10)]


@pytest.mark.parametrize("at", [-1, 0, 1, 5, 6, 99])
def test_both_parts_of_a_split_have_text(at: int) -> None:
    with pytest.raises(BadRequest, match="both parts must have text"):
        editing.split(Segment(0, 1, " one  ", (), "en"), at)


def test_rounding_keeps_words_inside() -> None:
    segment = Segment(0.1, 0.5, "abc", (Word(0.1, 0.5, "abc", 0.9),), "en")  # 0.1 + (0.5 - 0.1) is more than 0.5
    for part in editing.split(segment, 1):
        assert_sound(part)


@quick
@given(segments(), st.data())
def test_a_split_that_is_merged_again_has_lost_nothing(segment: Segment, data: st.DataObject) -> None:
    if len(segment.text) < 2:
        return
    at = data.draw(st.integers(1, len(segment.text) - 1))
    first, second = editing.split(segment, at)
    for part in (first, second):
        assert_sound(part)
    assert segment.start == first.start <= first.end <= second.start <= second.end == segment.end
    whole = editing.merge(first, second)
    assert_sound(whole)
    assert (whole.start, whole.end, whole.id) == (segment.start, segment.end, segment.id)
    assert whole.text.replace(" ", "") == segment.text.replace(" ", "")


@quick
@given(segments(), segments())
def test_any_two_segments_can_be_merged(first: Segment, second: Segment) -> None:
    """Also those that overlap, as where two people speak at once."""
    whole = editing.merge(replace(first, speaker="Anna"), replace(second, speaker="Mark", id=2))
    assert_sound(whole)
    assert (whole.text, whole.speaker, whole.id) == (f"{first.text} {second.text}", "Anna", 1)
    assert whole.end == max(first.end, second.end)


def identified(found: Sequence[Segment]) -> list[tuple[int | None, Segment]]:
    """Segments compare equal whatever their ids are."""
    return [(segment.id, segment) for segment in found]


@quick
@given(st.lists(segments(), min_size=1, max_size=4), st.data())
def test_undoing_all_corrections_gives_exactly_the_original(lines: list[Segment], data: st.DataObject) -> None:
    before = [replace(each, id=number) for number, each in enumerate(sorted(lines, key=lambda each: each.start), 1)]
    present, ids = list(before), count(len(before) + 1)
    made: list[Correction] = []
    for number in range(data.draw(st.integers(1, 12))):
        kind = data.draw(st.sampled_from(CorrectionKind))
        if kind is CorrectionKind.RENAME:
            renaming = _renaming(present, data)
            present = [_renamed(each, renaming) for each in present]
            made.append(Correction(number, datetime.now(UTC), kind, (), (), renaming))
            continue
        old, new = _corrected(kind, present, data, ids)
        gone = {each.id for each in old}
        present = sorted(
            [each for each in present if each.id not in gone] + new, key=lambda each: (each.start, each.id or 0)
        )
        made.append(Correction(number, datetime.now(UTC), kind, tuple(old), tuple(new)))
    assert identified(editing.undo(present, made)) == identified(before)
    assert identified(editing.undo(present, [])) == identified(present)


def _renaming(present: list[Segment], data: st.DataObject) -> Renaming:
    old = data.draw(st.sampled_from(present)).speaker
    ids = tuple(each.id or 0 for each in present if each.speaker == old)
    return Renaming(old, data.draw(st.sampled_from(["Anna", "Mark", None])), ids)


def _renamed(segment: Segment, renaming: Renaming) -> Segment:
    return replace(segment, speaker=renaming.new) if segment.id in renaming.segments else segment


def test_segments_that_came_and_went_since_a_renaming_do_not_hinder_its_undoing() -> None:
    present = [replace(line("one"), speaker="Anna", id=1), replace(line("two"), speaker="Anna", id=2)]
    made = Correction(1, datetime.now(UTC), CorrectionKind.RENAME, (), (), Renaming(None, "Anna", (2, 3)))
    assert [(each.id, each.speaker) for each in editing.undo(present, [made])] == [(1, "Anna"), (2, None)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("Anna", "Kate", {"Kate": ["One.", "Both."], "Mark": ["Both.", "Two."]}),
        ("Anna", "Mark", {"Mark": ["One.", "Both.", "Two."]}),
        ("Mark", "Anna", {"Anna": ["One.", "Both.", "Two."]}),
        ("Anna", None, {"Mark": ["Both.", "Two."]}),
        (None, "Mark", {"Anna": ["One.", "Both."], "Mark": ["Both.", "Two."]}),
    ],
)
def test_what_was_said_goes_to_the_new_name(old: str | None, new: str | None, expected: dict[str, list[str]]) -> None:
    assert editing.renamed({"Anna": ["One.", "Both."], "Mark": ["Both.", "Two."]}, old, new) == expected


def _corrected(
    kind: CorrectionKind, present: list[Segment], data: st.DataObject, ids: "count[int]"
) -> tuple[list[Segment], list[Segment]]:
    at = data.draw(st.integers(0, len(present) - 1))
    one = present[at]
    if kind is CorrectionKind.TEXT:
        return [one], [editing.with_text(one, data.draw(texts))]
    if kind is CorrectionKind.SPLIT and len(one.text) > 1:
        first, second = editing.split(one, data.draw(st.integers(1, len(one.text) - 1)))
        return [one], [first, replace(second, id=next(ids))]
    if kind is CorrectionKind.MERGE and at + 1 < len(present):
        return [one, present[at + 1]], [editing.merge(one, present[at + 1])]
    return [one], [replace(one, speaker=data.draw(st.sampled_from(["Anna", "Mark", None])))]
