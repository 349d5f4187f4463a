"""Speakers get other names in a whole call, and corrections of any kind are undone; on a real PostgreSQL."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from callscribe.editing import Correction, Renaming
from callscribe.errors import Conflict, NotFound
from callscribe.jobs import renewal
from callscribe.models import Insight, InsightKind, Participant, Speaker, Summary, Transcript
from callscribe.store import calls, corrections, names, passages, transcripts
from callscribe.store.database import Database
from callscribe.store.tables import CorrectionRow, InsightRow, PassageRow, SegmentRow
from tests.stored_calls import call_row, eventually
from tests.summarized_calls import assembled_call, done_call, ids, stored, summarize
from tests.unit.test_corrections import correct_somehow, found


def named_call(database: Database) -> UUID:
    """A call in which Anna speaks, then Mark, then Anna, and what nobody is known to have said."""
    call_id = assembled_call(database)
    with database.transaction() as session:
        for row, name in zip(rows(session, call_id), ("Anna", "Mark", "Anna", None), strict=True):
            row.speaker = name
            passages.index_window(session, call_id, row.window_index)
    summarize(database, SUMMARY)
    return call_id


ITEM, POINT = InsightKind.ACTION_ITEM, InsightKind.KEY_POINT
SUMMARY = Summary(
    "All is well.",
    (
        Insight(POINT, "The release.", (1, 2), "the release to Friday", 5, 12.5),
        Insight(ITEM, "Move it.", (1,), "we move the release", 3, 6.5),
        Insight(ITEM, "To Friday.", (2,), "to Friday", 11, 12.5),
        Insight(ITEM, "Bye.", (3,), "bye now", 14, 15.5),
    ),
    (Participant("Anna", 3.0, ("Good morning.",)), Participant("Mark", 3.5, ("We move the release.",))),
    "extractive",
)


def rows(session: Session, call_id: UUID) -> Sequence[SegmentRow]:
    in_order = select(SegmentRow).where(SegmentRow.call_id == call_id).order_by(SegmentRow.start, SegmentRow.id)
    return session.scalars(in_order).all()


def rename(database: Database, call_id: UUID, old: str | None, new: str | None) -> int:
    with database.transaction() as session:
        return corrections.rename(session, call_id, old, new)


def undo(database: Database, call_id: UUID) -> tuple[Correction, int]:
    with database.transaction() as session:
        return corrections.undo(session, call_id)


def speakers(database: Database, call_id: UUID) -> list[str | None]:
    return [segment.speaker for segment in stored(database, call_id)]


def participants(database: Database, call_id: UUID) -> list[tuple[str, float, tuple[str, ...]]]:
    with database.transaction() as session:
        written = transcripts.summary(session, call_id)
        assert written is not None
        return [(one.name, one.talk_time, one.statements) for one in written.participants]


def owners(database: Database, call_id: UUID) -> list[str | None]:
    with database.transaction() as session:
        query = select(InsightRow).where(InsightRow.call_id == call_id).order_by(InsightRow.position)
        return [row.owner for row in session.scalars(query)]


def test_a_speaker_gets_another_name_everywhere(database: Database) -> None:
    call_id, other = named_call(database), named_call(database)
    assert rename(database, call_id, "Anna", "Kate") == 2
    assert speakers(database, call_id) == ["Kate", "Mark", "Kate", None]
    assert speakers(database, other) == ["Anna", "Mark", "Anna", None]
    assert found(database, "kate") == [(0, "Kate"), (1, "Kate")]
    assert found(database, "anna") == [(0, "Anna"), (1, "Anna")]  # of the other call
    assert participants(database, call_id) == [
        ("Kate", 3.0, ("Good morning.",)),
        ("Mark", 3.5, ("We move the release.",)),
    ]
    assert owners(database, call_id) == [None, "Mark", "Kate", None]
    with database.transaction() as session:
        (kept,) = corrections.history(session, call_id)
        assert corrections.original(session, call_id, "en").speakers[0].name == "Anna"
    first, _, third, _ = ids(database, call_id)
    assert (kept.kind, kept.before, kept.after) == ("rename", (), ())
    assert kept.renaming == Renaming("Anna", "Kate", (first, third))
    assert kept.made_at == call_row(database, call_id).corrected_at


def test_two_names_of_one_speaker_become_one(database: Database) -> None:
    call_id = named_call(database)
    before = snapshot(database, call_id)
    assert rename(database, call_id, "Mark", "Anna") == 1
    assert speakers(database, call_id) == ["Anna", "Anna", "Anna", None]
    assert participants(database, call_id) == [("Anna", 6.5, ("Good morning.", "We move the release."))]
    assert owners(database, call_id) == [None, "Anna", "Anna", None]
    assert undo(database, call_id)[1] == 0
    assert snapshot(database, call_id) == before


def test_who_was_not_known_gets_a_name_and_loses_it(database: Database) -> None:
    call_id = named_call(database)
    before = snapshot(database, call_id)
    assert rename(database, call_id, None, "Mark") == 1
    assert participants(database, call_id)[1] == ("Mark", 5.0, ("We move the release.",))
    assert owners(database, call_id) == [None, "Mark", "Anna", "Mark"]
    assert rename(database, call_id, "Mark", None) == 2
    assert [name for name, _, _ in participants(database, call_id)] == ["Anna"]
    assert owners(database, call_id) == [None, None, "Anna", None]
    assert [undo(database, call_id)[1] for _ in range(2)] == [1, 0]
    assert snapshot(database, call_id) == before


def test_the_same_name_is_no_correction(database: Database) -> None:
    call_id = named_call(database)
    assert rename(database, call_id, "Anna", "Anna") == 0
    with database.transaction() as session:
        assert corrections.history(session, call_id) == []
    assert call_row(database, call_id).corrected_at is None


def test_who_does_not_speak_cannot_be_renamed(database: Database) -> None:
    call_id = done_call(database)
    for old in ("Anna", "anna"):
        with pytest.raises(NotFound, match="Nobody in the call has this name"):
            rename(database, call_id, old, "Kate")
    with pytest.raises(NotFound, match="no call"):
        rename(database, uuid4(), None, "Kate")


def test_only_complete_transcripts_have_corrections(database: Database) -> None:
    call_id = assembled_call(database)
    with pytest.raises(Conflict, match="still summarizing"):
        rename(database, call_id, None, "Kate")
    with pytest.raises(Conflict, match="still summarizing"):
        undo(database, call_id)


def test_speakers_are_counted_alike_with_and_without_what_they_say(database: Database) -> None:
    call_id = named_call(database)
    with database.transaction() as session:
        counted = names.speakers(session, call_id)
        assert tuple(counted) == transcripts.transcript(session, call_id, None).speakers
    assert counted == [Speaker("Anna", 3.0, 2), Speaker("Mark", 3.5, 1), Speaker(None, 1.5, 1)]


def test_nothing_is_left_to_undo(database: Database) -> None:
    call_id = named_call(database)
    with pytest.raises(NotFound, match="no correction"):
        undo(database, call_id)
    rename(database, call_id, "Anna", "Kate")
    undone, left = undo(database, call_id)
    assert (undone.renaming and undone.renaming.new, left) == ("Kate", 0)
    with pytest.raises(NotFound, match="no correction"):
        undo(database, call_id)


@pytest.mark.parametrize("seed", range(6))
def test_all_corrections_are_undone_one_by_one(database: Database, seed: int) -> None:
    """After each, all is as it was before that correction."""
    call_id = named_call(database)
    random, states = Random(seed), [snapshot(database, call_id)]
    while len(states) < 12:
        with database.transaction() as session:
            correct_somehow(session, call_id, random)
        state = snapshot(database, call_id)
        if state != states[-1]:
            states.append(state)
    for number, state in reversed(list(enumerate(states[:-1]))):
        assert undo(database, call_id)[1] == number
        assert snapshot(database, call_id) == state


def snapshot(database: Database, call_id: UUID) -> Any:
    """Whatever corrections may change."""
    with database.transaction() as session:
        call = calls.get(session, call_id)
        speech = session.execute(
            select(PassageRow.window_index, PassageRow.speaker, PassageRow.words, PassageRow.lexemes)
            .where(PassageRow.call_id == call_id)
            .order_by(PassageRow.window_index, PassageRow.speaker)
        ).all()
        return (
            [(segment.id, segment) for segment in transcripts.transcript(session, call_id, "en").segments],
            [row.window_index for row in rows(session, call_id)],
            speech,
            transcripts.summary(session, call_id),
            (call.words, call.corrected_at, transcripts.summary_outdated(session, call)),
            session.scalars(select(CorrectionRow.id).where(CorrectionRow.call_id == call_id)).all(),
        )


def outdated(database: Database, call_id: UUID) -> bool:
    with database.transaction() as session:
        return transcripts.summary_outdated(session, calls.get(session, call_id))


def test_what_a_summary_has_seen_makes_it_outdated_when_it_is_undone(database: Database) -> None:
    call_id = named_call(database)
    rename(database, call_id, "Mark", "Anna")
    with database.transaction() as session:
        renewal.resummarize(session, call_id)
    summarize(database, Summary("New.", SUMMARY.insights, (Participant("Anna", 6.5, ("Bye.",)),), "extractive"))
    assert not outdated(database, call_id)
    undo(database, call_id)
    assert outdated(database, call_id)
    assert participants(database, call_id) == [("Anna", 3.0, ("Bye.",)), ("Mark", 3.5, ())]
    assert owners(database, call_id) == [None, "Mark", "Anna", None]
    # What is done and undone after that leaves it so.
    rename(database, call_id, "Mark", "Kate")
    undo(database, call_id)
    assert outdated(database, call_id)


def test_a_summary_that_speaks_of_a_speaker_uses_the_new_name_until_that_is_undone(database: Database) -> None:
    call_id = assembled_call(database)
    with database.transaction() as session:
        for row, name in zip(rows(session, call_id), ("Speaker 1", "Speaker 2") * 2, strict=True):
            row.speaker = name
    point = Insight(POINT, "Speaker 1 asks Speaker 10.", (1,), "we move the release", 3, 6.5)
    summarize(database, Summary("Speaker 1 will move it; Speaker 2 agrees.", (point,), (), "llm"))

    def told() -> tuple[str, str]:
        with database.transaction() as session:
            written = transcripts.summary(session, call_id)
            assert written is not None
            return written.text, written.insights[0].text

    before = told()
    rename(database, call_id, "Speaker 1", "Anna \\1")
    assert told() == ("Anna \\1 will move it; Speaker 2 agrees.", "Anna \\1 asks Speaker 10.")
    with database.transaction() as session:
        summaries = select(PassageRow.lexemes).where(PassageRow.call_id == call_id, PassageRow.kind == "summary")
        assert "'anna'" in session.scalars(summaries).one()
    undo(database, call_id)
    assert told() == before


def test_nothing_is_undone_while_the_original_is_read(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    call_id = named_call(database)
    before = speakers(database, call_id)
    rename(database, call_id, "Anna", "Kate")
    read = transcripts.transcript

    def read_and_undo(session: Session, call_id: UUID, language: str | None) -> Transcript:
        found = read(session, call_id, language)
        undone = threads.submit(undo, database, call_id)
        eventually(lambda: undone.done() or waiting(database))
        return found

    with ThreadPoolExecutor(1) as threads:
        monkeypatch.setattr(transcripts, "transcript", read_and_undo)
        with database.transaction() as session:
            original = corrections.original(session, call_id, "en")
    monkeypatch.undo()
    assert [segment.speaker for segment in original.segments] == speakers(database, call_id) == before


def waiting(database: Database) -> bool:
    """Whether somebody waits for a lock."""
    query = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.transaction() as session:
        return session.execute(text(query)).first() is not None


def test_a_renaming_takes_little_place(database: Database) -> None:
    """It names segments and does not repeat them."""
    call_id = named_call(database)
    rename(database, call_id, "Anna", "Kate")
    with database.transaction() as session:
        row = session.scalars(select(CorrectionRow)).one()
        assert {key for one in [*row.before, *row.after] for key in one} == {"speaker", "ids"}
