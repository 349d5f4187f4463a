"""Diarization error rates against those counted by hand."""

import pytest

from callscribe.evaluation.manifest import SpokenTurn
from callscribe.evaluation.speakers import SpeakerErrors, compare, total
from callscribe.models import Segment, Transcript

#: Ten seconds each.
SAID = (SpokenTurn(0.0, 10.0, "Anna"), SpokenTurn(10.0, 20.0, "Mark"))


def heard(*lines: tuple[float, float, str | None]) -> Transcript:
    return Transcript(tuple(Segment(start, end, "words", (), "en", speaker) for start, end, speaker in lines), "en")


@pytest.mark.parametrize(
    ("lines", "errors"),
    [
        # Names need not be the same.
        ([(0, 10, "Speaker 2"), (10, 20, "Speaker 1")], SpeakerErrors(20, 0, 0, 0)),
        ([(0, 10, "A"), (10, 18, "B")], SpeakerErrors(20, 2, 0, 0)),
        ([(0, 10, "A"), (10, 23, "B")], SpeakerErrors(20, 0, 3, 0)),
        ([(0, 14, "A"), (14, 20, "B")], SpeakerErrors(20, 0, 0, 4)),
        # Who is unknown is one speaker: half of the speech is with the right one.
        ([(0, 20, None)], SpeakerErrors(20, 0, 0, 10)),
        ([], SpeakerErrors(20, 20, 0, 0)),
        # Lines of one speaker may overlap: they speak once.
        ([(0, 8, "A"), (6, 10, "A"), (10, 20, "B")], SpeakerErrors(20, 0, 0, 0)),
    ],
)
def test_without_a_collar(lines: list[tuple[float, float, str | None]], errors: SpeakerErrors) -> None:
    found = compare(SAID, heard(*lines), 25.0, collar=0.0)
    assert found == errors
    assert found.rate == (errors.missed + errors.false_alarm + errors.confusion) / 20


def test_a_collar_is_on_either_side_of_each_change() -> None:
    # 0..0.25, 9.75..10.25 and 19.75..20.25 do not count.
    found = compare(SAID, heard((0.2, 10.2, "A"), (10.2, 21.25, "B")), 25.0, collar=0.25)
    assert (found.total, found.missed, found.false_alarm, found.confusion) == pytest.approx((19, 0, 1, 0))
    found = compare(SAID, heard((0.0, 10.5, "A"), (10.5, 20.0, "B")), 25.0, collar=0.25)
    assert found.confusion == pytest.approx(0.25)


def test_speech_at_once_counts_for_both() -> None:
    said = (SpokenTurn(0.0, 10.0, "Anna"), SpokenTurn(8.0, 20.0, "Mark"))
    found = compare(said, heard((0.0, 10.0, "A"), (10.0, 20.0, "B")), 20.0, collar=0.0)
    assert (found.total, found.missed, found.false_alarm, found.confusion) == pytest.approx((22, 2, 0, 0))


def test_a_corpus_is_summed() -> None:
    corpus = total([SpeakerErrors(90, 0, 0, 0), SpeakerErrors(10, 5, 3, 2)])
    assert (corpus, corpus.rate) == (SpeakerErrors(100, 5, 3, 2), 0.1)
    assert total([]).rate is None
