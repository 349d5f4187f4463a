"""Corrections of a stored transcript, and what follows them; on a real PostgreSQL."""

from functools import partial
from itertools import product
from random import Random
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callscribe.errors import BadRequest, Conflict, NotFound
from callscribe.models import CallStatus, Stage
from callscribe.store import calls, corrections, transcripts
from callscribe.store.database import Database
from callscribe.store.tables import CorrectionRow, InsightRow, PassageRow, SegmentRow
from tests.stored_calls import at_once, call_row
from tests.summarized_calls import done_call, ids, stored, summary, texts


def evidence(database: Database, call_id: UUID) -> list[list[int]]:
    with database.transaction() as session:
        query = select(InsightRow.segments).where(InsightRow.call_id == call_id).order_by(InsightRow.position)
        return list(session.scalars(query))


def found(database: Database, word: str) -> list[tuple[int | None, str | None]]:
    """Window and speaker of the speech in which search finds the word."""
    with database.transaction() as session:
        match = PassageRow.lexemes.bool_op("@@")(func.to_tsquery("callscribe", word))
        rows = session.scalars(select(PassageRow).where(match, PassageRow.kind == "speech").order_by(PassageRow.id))
        return [(row.window_index, row.speaker) for row in rows]


def assert_nothing_kept(database: Database, call_id: UUID) -> None:
    with database.transaction() as session:
        assert corrections.history(session, call_id) == []
    assert call_row(database, call_id).corrected_at is None


def test_another_text(database: Database) -> None:
    call_id = done_call(database)
    other = done_call(database)
    segment_id = ids(database, call_id)[1]
    before = stored(database, call_id)[1]
    with database.transaction() as session:
        (after,) = corrections.set_text(session, call_id, segment_id, "we move the big budget")
    assert stored(database, call_id)[1] == after
    assert (after.text, after.id, after.start, after.end) == ("we move the big budget", segment_id, 3, 6.5)
    assert after.words[:3] == before.words[:3]
    assert found(database, "budget") == [(0, None)]
    assert found(database, "releases") == [(0, None)]  # of the other call
    assert (call_row(database, call_id).words, call_row(database, other).words) == (11, 10)
    with database.transaction() as session:
        (kept,) = corrections.history(session, call_id)
    assert (kept.kind, kept.before, kept.after) == ("text", (before,), (after,))
    assert (kept.before[0].id, kept.after[0].id) == (segment_id, segment_id)
    assert kept.made_at == call_row(database, call_id).corrected_at


def test_all_columns_of_a_segment_are_kept(database: Database) -> None:
    call_id = done_call(database)
    with database.transaction() as session:
        corrections.set_speaker(session, call_id, ids(database, call_id)[2], "Anna")
    with database.transaction() as session:
        row = session.scalars(select(CorrectionRow)).one()
    assert row.before == [
        {
            "id": ids(database, call_id)[2],
            "window_index": 1,
            "start": 11.0,
            "end": 12.5,
            "speaker": None,
            "text": "to Friday",
            "language": "en",
            "words": [[11.0, 11.5, "to", 0.9], [12.0, 12.5, "Friday", 0.9]],
            "channel": None,
        }
    ]
    assert row.after == [{**row.before[0], "speaker": "Anna"}]


def test_a_speaker_is_named_and_forgotten(database: Database) -> None:
    call_id = done_call(database)
    segment_id = ids(database, call_id)[0]
    for speaker in ("Anna", "Mark", None):
        with database.transaction() as session:
            corrections.set_speaker(session, call_id, segment_id, speaker)
        assert [segment.speaker for segment in stored(database, call_id)] == [speaker, None, None, None]
        assert found(database, "morning") == [(0, speaker)]
    assert found(database, "Anna") == found(database, "Mark") == []


def test_a_split_leaves_evidence_with_both_parts(database: Database) -> None:
    call_id = done_call(database, summary((0, 1), (2,)))
    first, second, third, _ = ids(database, call_id)
    with database.transaction() as session:
        parts = corrections.split(session, call_id, second, 8)
    assert texts(stored(database, call_id)) == ["good morning", "we move", "the release", "to Friday", "bye now"]
    added = ids(database, call_id)[2]
    assert [part.id for part in parts] == [second, added]
    assert [(part.start, part.end) for part in parts] == [(3, 4.5), (5, 6.5)]
    assert evidence(database, call_id) == [[first, second, added], [third]]
    assert call_row(database, call_id).words == 10


def test_a_merge_over_windows(database: Database) -> None:
    call_id = done_call(database, summary((1, 2), (2,), (2, 3), (0,)))
    first, second, third, last = ids(database, call_id)
    with database.transaction() as session:
        corrections.set_speaker(session, call_id, second, "Anna")
        (whole,) = corrections.merge(session, call_id, second)
    assert texts(stored(database, call_id)) == ["good morning", "we move the release to Friday", "bye now"]
    assert (whole.id, whole.speaker, whole.start, whole.end) == (second, "Anna", 3, 12.5)
    assert evidence(database, call_id) == [[second], [second], [second, last], [first]]
    assert found(database, "Friday") == [(0, "Anna")]
    with database.transaction() as session:
        assert corrections.history(session, call_id)[-1].before[1].id == third
        assert transcripts.summary(session, call_id) is not None


def test_the_last_segment_has_none_to_be_merged_with(database: Database) -> None:
    call_id = done_call(database)
    with pytest.raises(Conflict, match="last segment"), database.transaction() as session:
        corrections.merge(session, call_id, ids(database, call_id)[-1])
    assert_nothing_kept(database, call_id)


def test_what_changes_nothing_is_no_correction(database: Database) -> None:
    call_id = done_call(database)
    segment_id = ids(database, call_id)[0]
    with database.transaction() as session:
        assert texts(corrections.set_text(session, call_id, segment_id, "good morning")) == ["good morning"]
        assert texts(corrections.set_speaker(session, call_id, segment_id, None)) == ["good morning"]
    assert_nothing_kept(database, call_id)


def test_only_segments_of_the_call_are_found(database: Database) -> None:
    call_id, other = done_call(database), done_call(database)
    for segment_id in (ids(database, other)[0], 2**62):
        with pytest.raises(NotFound, match="no segment"), database.transaction() as session:
            corrections.set_text(session, call_id, segment_id, "hello")
    with pytest.raises(NotFound, match="no call"), database.transaction() as session:
        corrections.set_text(session, uuid4(), segment_id, "hello")
    assert_nothing_kept(database, other)


def test_only_complete_transcripts_that_nobody_works_on_can_be_corrected(database: Database) -> None:
    call_id = done_call(database)
    segment_id = ids(database, call_id)[0]
    for number, (status, stage) in enumerate(product(CallStatus, Stage)):
        with database.transaction() as session:
            call = calls.lock(session, call_id)
            call.status, call.stage = status, stage
        before = texts(stored(database, call_id))[0]
        after = f"hello {number}"
        if stage is Stage.SUMMARIZE and status in (CallStatus.DONE, CallStatus.FAILED, CallStatus.CANCELED):
            with database.transaction() as session:
                corrections.set_text(session, call_id, segment_id, after)
            assert texts(stored(database, call_id))[0] == after
        else:
            with pytest.raises(Conflict, match=status), database.transaction() as session:
                corrections.set_text(session, call_id, segment_id, after)
            assert texts(stored(database, call_id))[0] == before


def test_a_text_that_search_cannot_hold_is_refused(database: Database) -> None:
    call_id = done_call(database)
    with database.transaction() as session:
        row = session.get_one(SegmentRow, ids(database, call_id)[0])
        row.text = " ".join(f"word{i}" for i in range(150_000))
    with pytest.raises(BadRequest, match="too much text"), database.transaction() as session:
        corrections.set_text(session, call_id, ids(database, call_id)[1], "one more")
    assert_nothing_kept(database, call_id)


def test_corrections_of_one_segment_at_once_are_made_one_after_the_other(database: Database) -> None:
    call_id = done_call(database)
    segment_id = ids(database, call_id)[0]

    def correct(text: str) -> None:
        with database.transaction() as session:
            corrections.set_text(session, call_id, segment_id, text)

    at_once([partial(correct, f"text {i}") for i in range(8)])
    with database.transaction() as session:
        made = corrections.history(session, call_id)
    assert sorted(one.after[0].text for one in made) == [f"text {i}" for i in range(8)]
    chain = [one.before[0].text for one in made] + [stored(database, call_id)[0].text]
    assert chain == ["good morning"] + [one.after[0].text for one in made]
    assert [one.made_at for one in made] == sorted(one.made_at for one in made)


@pytest.mark.parametrize("seed", range(5))
def test_the_original_stays_through_any_corrections(database: Database, seed: int) -> None:
    call_id = done_call(database, summary((0, 1), (2, 3)))
    before = [(segment.id, segment) for segment in stored(database, call_id)]
    random = Random(seed)
    for _ in range(30):
        with database.transaction() as session:
            correct_somehow(session, call_id, random)
    assert texts(stored(database, call_id)) != texts([segment for _, segment in before])
    with database.transaction() as session:
        made = corrections.original(session, call_id, "en")
        assert [(segment.id, segment) for segment in made.segments] == before
        rows = session.scalars(select(SegmentRow).where(SegmentRow.call_id == call_id)).all()
        assert all(row.text == " ".join(word[2] for word in row.words) for row in rows)
        assert calls.get(session, call_id).words == sum(len(row.words) for row in rows)
        written = transcripts.summary(session, call_id)
        assert written is not None
        assert all(insight.segments for insight in written.insights)
        known = {row.id for row in rows}
    assert all(set(each) <= known for each in evidence(database, call_id))


def correct_somehow(session: Session, call_id: UUID, random: Random) -> None:
    segments = transcripts.transcript(session, call_id, "en").segments
    segment = random.choice(segments)
    number = segment.id or 0
    match random.randrange(5):
        case 4:
            corrections.rename(session, call_id, segment.speaker, random.choice(["Anna", "Mark", "Kate", None]))
        case 0:
            words = random.choices(["one", "two", "три", *segment.text.split()], k=random.randint(1, 6))
            corrections.set_text(session, call_id, number, " ".join(words))
        case 1:
            corrections.set_speaker(session, call_id, number, random.choice(["Anna", "Mark", None]))
        case 2 if len(segment.text) > 1:
            corrections.split(session, call_id, number, random.randrange(1, len(segment.text)))
        case 3 if segment != segments[-1]:
            corrections.merge(session, call_id, number)
