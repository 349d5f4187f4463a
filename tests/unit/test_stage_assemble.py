"""Who speaks, when all windows are known."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pytest

from callscribe.models import LanguageChoice, Segment, Voice, Word
from callscribe.sound import Sound
from callscribe.stages.assemble import Wanted, assemble

#: Three voices at right angles, and what is said by them in turn.
ANNA, MARK, IVAN = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)


@dataclass(frozen=True)
class Embedder:
    """Its voices are made by the tests."""

    is_stopgap: bool = False
    name: str = "made up"
    threshold: float = 0.5

    def embed(self, pieces: Sequence[Sound]) -> npt.NDArray[np.float32]:
        raise AssertionError(f"nothing is to be listened to, {len(pieces)} pieces")


def line(start: float, text: str, *, language: str = "en", channel: int | None = None, id: int = 1) -> Segment:
    """A word a second."""
    words = tuple(Word(start + i, start + i + 0.9, word, 0.9) for i, word in enumerate(text.split()))
    return Segment(start, words[-1].end, text, words, language, None, id, channel)


def voice(start: float, end: float, vector: tuple[float, ...]) -> Voice:
    return Voice(start, end, vector)


def told(segments: Sequence[Segment]) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in segments]


def test_speakers_are_numbered_as_they_first_speak_and_keep_their_number() -> None:
    lines = [line(0, "We move it to Friday."), line(10, "That is fine with me."), line(20, "Then see you on Friday.")]
    voices = [voice(0, 5, MARK), voice(10, 15, ANNA), voice(20, 25, MARK)]
    found, notices = assemble(lines, voices, Wanted(), embedder=Embedder())
    assert [speaker for speaker, _ in told(found.segments)] == ["Speaker 1", "Speaker 2", "Speaker 1"]
    assert notices == ()


def test_the_number_that_was_told_is_kept() -> None:
    lines = [line(0, "We move it to Friday."), line(10, "That is fine with me."), line(20, "Then see you on Friday.")]
    voices = [voice(0, 5, MARK), voice(10, 15, ANNA), voice(20, 25, IVAN)]
    for speakers, expected in ((None, 3), (2, 2), (1, 1)):
        found, _ = assemble(lines, voices, Wanted(speakers=speakers), embedder=Embedder())
        assert len(found.speakers) == expected


def test_russian_speakers_have_russian_names() -> None:
    lines = [line(0, "Переносим релиз на пятницу сегодня.", language="ru")]
    found, _ = assemble(lines, [voice(0, 5, ANNA)], Wanted(), embedder=Embedder())
    assert (found.language, found.segments[0].speaker) == ("ru", "Спикер 1")


def test_a_segment_in_which_the_voice_changes_is_split() -> None:
    lines = [line(0, "When is the next one. On Monday at ten then.")]
    voices = [voice(0, 4.95, ANNA), voice(4.95, 10, MARK)]
    found, _ = assemble(lines, voices, Wanted(), embedder=Embedder())
    assert told(found.segments) == [("Speaker 1", "When is the next one."), ("Speaker 2", "On Monday at ten then.")]
    assert [segment.id for segment in found.segments] == [1, None]


def test_without_an_embedder_nobody_is_known() -> None:
    found, _ = assemble([line(0, "We move it.")], [], Wanted())
    assert told(found.segments) == [(None, "We move it.")]


def test_a_stopgap_is_said_to_be_one_where_it_tells_somebody_apart() -> None:
    lines = [line(0, "We move it to Friday."), line(10, "That is fine with me.")]
    both, alone = [voice(0, 5, ANNA), voice(10, 15, MARK)], [voice(0, 5, ANNA), voice(10, 15, ANNA)]
    for voices, expected in ((both, ["speakers-approximate"]), (alone, [])):
        _, notices = assemble(lines, voices, Wanted(), embedder=Embedder(is_stopgap=True))
        assert [notice.code for notice in notices] == expected


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        ((), ["Speaker 1", "Speaker 2", "Speaker 1"]),
        (("agent", "customer"), ["customer", "agent", "customer"]),
        (("agent",), ["Speaker 1", "agent", "Speaker 1"]),
    ],
)
def test_where_two_channels_speak_these_are_the_speakers(names: tuple[str, ...], expected: list[str]) -> None:
    lines = [line(0, "Hello.", channel=1), line(1, "Good day.", channel=0), line(1.5, "I call about it.", channel=1)]
    found, notices = assemble(lines, [], Wanted(channel_names=names), embedder=Embedder(is_stopgap=True))
    assert [segment.speaker for segment in found.segments] == expected
    assert notices == ()


def test_overlaps_stay() -> None:
    lines = [line(0, "I think that we should wait.", channel=0), line(2, "No we should not.", channel=1)]
    found, _ = assemble(lines, [], Wanted(), embedder=Embedder())
    assert [(segment.start, segment.end) for segment in found.segments] == [(0, 5.9), (2, 5.9)]


def test_where_one_channel_is_silent_throughout_voices_are_told_apart() -> None:
    lines = [line(0, "We move it to Friday.", channel=0), line(10, "That is fine with me.", channel=0)]
    voices = [voice(0, 5, MARK), voice(10, 15, ANNA)]
    found, _ = assemble(lines, voices, Wanted(channel_names=("agent", "customer")), embedder=Embedder())
    assert [segment.speaker for segment in found.segments] == ["Speaker 1", "Speaker 2"]


def test_what_is_the_same_on_both_channels_is_said_by_somebody_else() -> None:
    lines = [line(0, "Your call is recorded."), line(10, "Hello.", channel=0), line(20, "Hello there.", channel=1)]
    found, _ = assemble(lines, [voice(0, 4, IVAN)], Wanted(), embedder=Embedder())
    assert [segment.speaker for segment in found.segments] == ["Speaker 1", "Speaker 2", "Speaker 3"]


def test_nobody_speaks() -> None:
    found, notices = assemble([], [], Wanted(LanguageChoice.RU), embedder=Embedder())
    assert (found.segments, found.language, notices) == ((), "ru", ())
    assert assemble([], [], Wanted(), embedder=Embedder())[0].language is None


def test_the_language_is_that_of_most_of_the_speech() -> None:
    lines = [line(0, "Да.", language="ru"), line(5, "We move it to Friday.", language="en")]
    assert assemble(lines, [], Wanted())[0].language == "en"
