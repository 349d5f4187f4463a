"""How speakers sound, as it is kept."""

import pytest

from callscribe.models import Dropped, DropReason, Segment, Voice, WindowTranscript, Word
from callscribe.store import transcripts, voices
from callscribe.store.database import Database
from tests.stored_calls import cut, new_call


def test_nothing_is_packed_as_nothing() -> None:
    assert voices.packed(()) is None
    assert voices.unpacked(None) == ()


def test_what_is_packed_is_unpacked() -> None:
    given = (Voice(35_999.25, 36_001.5, (0.6, -0.8)), Voice(36_002.0, 36_003.0, (1.0, 0.0)))
    found = voices.unpacked(voices.packed(given))
    assert [(voice.start, voice.end) for voice in found] == [(35_999.25, 36_001.5), (36_002.0, 36_003.0)]
    assert found[0].vector == pytest.approx((0.6, -0.8), abs=1e-3)


def line(start: float, text: str) -> Segment:
    words = tuple(Word(start + i, start + i + 0.9, word, 0.9) for i, word in enumerate(text.split()))
    return Segment(start, words[-1].end, text, words, "en", channel=1)


def test_a_window_keeps_its_voices_and_what_was_dropped(database: Database) -> None:
    call_id = new_call(database)
    cut(database, call_id, 2)
    own, other = Voice(0.0, 2.0, (1.0, 0.0)), Voice(11.0, 12.0, (0.0, 1.0))
    dropped = Dropped(3.0, 4.0, "Thanks for watching!", DropReason.SILENCE)
    with database.transaction() as session:
        for index, heard in enumerate(
            (
                WindowTranscript((line(0.0, "Yes."),), "en", 1, "e", voices=(own,), embedder="a", dropped=(dropped,)),
                WindowTranscript((line(11.0, "No."),), "en", 1, "e", voices=(other,), embedder="b"),
            )
        ):
            transcripts.save_window_transcript(session, call_id, index, heard)
    with database.transaction() as session:
        assert voices.of_call(session, call_id, "a") == [own]
        assert voices.windows_of_others(session, call_id, "a") == [1]
        assert voices.dropped(session, call_id) == [dropped]
        assert [segment.channel for segment in transcripts.transcript(session, call_id, None).segments] == [1, 1]
        voices.replace(session, call_id, 1, [other], "a")
    with database.transaction() as session:
        assert voices.of_call(session, call_id, "a") == [own, other]
        assert voices.windows_of_others(session, call_id, "a") == []


def test_who_speaks_is_written_and_a_part_becomes_a_segment_of_its_own(database: Database) -> None:
    call_id = new_call(database)
    cut(database, call_id, 1)
    with database.transaction() as session:
        heard = WindowTranscript((line(0.0, "One two three four"), line(5.0, "Five")), "en", 1, "e")
        transcripts.save_window_transcript(session, call_id, 0, heard)
    with database.transaction() as session:
        whole, last = transcripts.transcript(session, call_id, None).segments
        halves = [line(0.0, "One two"), line(2.0, "three four")]
        parts = [
            Segment(halves[0].start, halves[0].end, halves[0].text, halves[0].words, "en", "A", whole.id, 1),
            Segment(halves[1].start, halves[1].end, halves[1].text, halves[1].words, "en", "B", None, 1),
            Segment(last.start, last.end, last.text, last.words, "en", None, last.id, 1),
        ]
        voices.save_speakers(session, call_id, parts)
    with database.transaction() as session:
        found = transcripts.transcript(session, call_id, None).segments
    assert [(one.speaker, one.text, one.start) for one in found] == [
        ("A", "One two", 0.0),
        ("B", "three four", 2.0),
        (None, "Five", 5.0),
    ]
    assert (found[0].id, found[2].id) == (whole.id, last.id)
