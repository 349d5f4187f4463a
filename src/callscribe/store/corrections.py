"""Corrections of a transcript: each is kept, with the segments before and after.

Functions run in the caller's transaction. Those that correct lock the call's row, so that two corrections at once are
made one after the other.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg.errors import ProgramLimitExceeded
from sqlalchemy import ARRAY, BigInteger, func, literal, select, tuple_, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from callscribe import editing
from callscribe.editing import Correction, Renaming
from callscribe.errors import BadRequest, Conflict, NotFound
from callscribe.models import FINISHED, CorrectionKind, Segment, Stage, Transcript
from callscribe.store import calls, names, passages, transcripts
from callscribe.store.tables import CallRow, CorrectionRow, InsightRow, SegmentRow, SummaryRow

#: A row of `segments`.
Kept = dict[str, Any]

_COLUMNS = ("id", "window_index", "start", "end", "speaker", "text", "language", "words", "channel")


def set_text(session: Session, call_id: UUID, segment_id: int, text: str) -> list[Segment]:
    """Give a segment another text; the same one is no correction. Raises `NotFound`, `Conflict`, `BadRequest`."""
    call, row = _open(session, call_id, segment_id)
    after = editing.with_text(transcripts.segment(row), text)
    return _correct(session, call, CorrectionKind.TEXT, [row], [after])


def set_speaker(session: Session, call_id: UUID, segment_id: int, speaker: str | None) -> list[Segment]:
    """Say who speaks, or that nobody knows; the same one is no correction. Raises `NotFound`, `Conflict`."""
    call, row = _open(session, call_id, segment_id)
    after = replace(transcripts.segment(row), speaker=speaker)
    return _correct(session, call, CorrectionKind.SPEAKER, [row], [after])


def split(session: Session, call_id: UUID, segment_id: int, at: int) -> list[Segment]:
    """Make two segments of one, the second from character `at` on. Raises `NotFound`, `Conflict`, `BadRequest`."""
    call, row = _open(session, call_id, segment_id)
    return _correct(session, call, CorrectionKind.SPLIT, [row], editing.split(transcripts.segment(row), at))


def merge(session: Session, call_id: UUID, segment_id: int) -> list[Segment]:
    """Add the segment that follows in time to this one. Raises `NotFound`, `Conflict`, `BadRequest`."""
    call, row = _open(session, call_id, segment_id)
    later = SegmentRow.call_id == call_id, tuple_(SegmentRow.start, SegmentRow.id) > (row.start, row.id)
    following = session.scalar(select(SegmentRow).where(*later).order_by(SegmentRow.start, SegmentRow.id).limit(1))
    if following is None:
        raise Conflict("This is the last segment of the call, so there is none after it to merge it with.")
    after = editing.merge(transcripts.segment(row), transcripts.segment(following))
    return _correct(session, call, CorrectionKind.MERGE, [row, following], [after])


def rename(session: Session, call_id: UUID, old: str | None, new: str | None) -> int:
    """Give all segments of a speaker another name, None: of nobody known. The number of segments that changed.

    The same name is no correction. Raises `NotFound`, `Conflict`, `BadRequest`.
    """
    call = _open_call(session, call_id)
    of_speaker = SegmentRow.call_id == call_id, SegmentRow.speaker.is_not_distinct_from(old)
    ids = list(session.scalars(select(SegmentRow.id).where(*of_speaker).order_by(SegmentRow.id)))
    if not ids:
        raise NotFound("Nobody in the call has this name; `speakers` of its result has those that there are.")
    if old == new:
        return 0
    # Not the rows of all segments: those of a long call are many megabytes.
    _keep(session, call, CorrectionKind.RENAME, [{"speaker": old, "ids": ids}], [{"speaker": new}])
    _name(session, call_id, ids, new)
    names.follow(session, call_id, editing.renamed(names.statements(session, call_id), old, new))
    names.rename_in_summary(session, call_id, old, new)
    return len(ids)


def undo(session: Session, call_id: UUID) -> tuple[Correction, int]:
    """Take the newest correction back; that one, and how many are left. Raises `NotFound`, `Conflict`."""
    call = _open_call(session, call_id)
    newest = select(CorrectionRow).where(CorrectionRow.call_id == call_id).order_by(CorrectionRow.id.desc()).limit(1)
    row = session.scalar(newest)
    if row is None:
        raise NotFound("There is no correction of this call that could be undone.")
    correction = _correction(row)
    if correction.renaming:
        _name(session, call_id, correction.renaming.segments, correction.renaming.old)
        names.follow(session, call_id, names.statements(session, call_id))
    else:
        _put_back(session, call_id, row.before, row.after)
    summary = session.get(SummaryRow, call_id)
    if summary and summary.created_at > row.made_at:
        call.corrected_at = _now(session)  # it has seen what is undone, so it is out of date
    else:
        call.corrected_at = row.corrected_before
        names.restore(session, call_id, row.summary)
    session.delete(row)
    session.flush()
    left = select(func.count()).select_from(CorrectionRow).where(CorrectionRow.call_id == call_id)
    return correction, session.scalar(left) or 0


def history(session: Session, call_id: UUID) -> list[Correction]:
    """All corrections of the call, oldest first."""
    rows = session.scalars(select(CorrectionRow).where(CorrectionRow.call_id == call_id).order_by(CorrectionRow.id))
    return [_correction(row) for row in rows]


def original(session: Session, call_id: UUID, language: str | None) -> Transcript:
    """The transcript as the engine wrote it; `language` is the call's."""
    # So that nothing is corrected or undone between the two that are read.
    session.execute(select(CallRow.id).where(CallRow.id == call_id).with_for_update(read=True))
    present = transcripts.transcript(session, call_id, language)
    return replace(present, segments=editing.undo(present.segments, history(session, call_id)))


def _open(session: Session, call_id: UUID, segment_id: int) -> tuple[CallRow, SegmentRow]:
    """The call and its segment, to be corrected."""
    call = _open_call(session, call_id)
    row = session.get(SegmentRow, segment_id)
    if row is None or row.call_id != call_id:
        raise NotFound("The call has no segment with this id; it may have been merged with the one before it.")
    return call, row


def _open_call(session: Session, call_id: UUID) -> CallRow:
    """The call, to be corrected.

    Once a transcript is complete nothing writes its segments any more, whether the call is done, or its summary failed
    or was canceled. While a summary is being written it has to stay, since the summary names segments by position.
    """
    call = calls.lock(session, call_id)
    if call.status not in FINISHED:
        raise Conflict(f"The call is still {call.status}; correct its transcript when it is done.")
    if call.stage != Stage.SUMMARIZE:
        raise Conflict(f"The call was {call.status} before its transcript was complete; retry it, then correct it.")
    return call


def _correct(
    session: Session, call: CallRow, kind: CorrectionKind, rows: Sequence[SegmentRow], segments: Sequence[Segment]
) -> list[Segment]:
    """Put the segments in the place of the rows, keep both, and let all that rests on them follow."""
    before = [_as_json(row) for row in rows]
    present = _write(session, rows, segments)
    after = [_as_json(row) for row in present]
    if after != before:
        _keep(session, call, kind, before, after)
        _let_follow(session, call.id, before, after)
    return [transcripts.segment(row) for row in present]


def _keep(session: Session, call: CallRow, kind: CorrectionKind, before: Sequence[Any], after: Sequence[Any]) -> None:
    """Before anything follows, so that undoing can put it back."""
    earlier, call.corrected_at = call.corrected_at, _now(session)
    values = {"kind": kind, "before": before, "after": after, "made_at": call.corrected_at}
    summary = names.kept(session, call.id)
    session.add(CorrectionRow(call_id=call.id, corrected_before=earlier, summary=summary, **values))


def _now(session: Session) -> datetime:
    """PostgreSQL's now() is when the transaction began, which may be earlier than the lock."""
    moment: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return moment


def _name(session: Session, call_id: UUID, ids: Sequence[int], speaker: str | None) -> None:
    """Say whose these segments are; search follows."""
    # An array, since a list of values may be too long for a statement.
    these = SegmentRow.id == func.any(literal(ids, ARRAY(BigInteger)))
    named = update(SegmentRow).where(these).values(speaker=speaker).returning(SegmentRow.window_index)
    found = session.scalars(named.execution_options(synchronize_session=False))
    for window_index in sorted(set(found)):
        _index(session, call_id, window_index)


def _put_back(session: Session, call_id: UUID, before: Sequence[Kept], after: Sequence[Kept]) -> None:
    """Segments as they were, in the place of those that they became."""
    for id in {row["id"] for row in after} - {row["id"] for row in before}:
        session.delete(session.get_one(SegmentRow, id))
    for row in before:
        session.merge(SegmentRow(call_id=call_id, **row))
    session.flush()
    _let_follow(session, call_id, after, before)


def _let_follow(session: Session, call_id: UUID, before: Sequence[Kept], after: Sequence[Kept]) -> None:
    """What rests on segments rests on what they have become, and search finds that."""
    _keep_evidence(session, call_id, [row["id"] for row in before], [row["id"] for row in after])
    for window_index in sorted({row["window_index"] for row in [*before, *after]}):
        _index(session, call_id, window_index)


def _write(session: Session, rows: Sequence[SegmentRow], segments: Sequence[Segment]) -> list[SegmentRow]:
    stored: dict[int | None, SegmentRow] = {row.id: row for row in rows}
    present = []
    for segment in segments:
        row = stored.pop(segment.id, None)
        if row is None:
            row = SegmentRow(call_id=rows[0].call_id, window_index=rows[0].window_index, channel=rows[0].channel)
            session.add(row)
        row.start, row.end, row.speaker, row.language = segment.start, segment.end, segment.speaker, segment.language
        row.text, row.words = segment.text, [[one.start, one.end, one.text, one.probability] for one in segment.words]
        present.append(row)
    for row in stored.values():
        session.delete(row)
    session.flush()
    return present


def _keep_evidence(session: Session, call_id: UUID, before: Sequence[int], after: Sequence[int]) -> None:
    """What rested on a segment rests on all that it has become."""
    for insight in session.scalars(select(InsightRow).where(InsightRow.call_id == call_id)):
        becomes = [after if segment in before else [segment] for segment in insight.segments]
        insight.segments = list(dict.fromkeys(segment for those in becomes for segment in those))


def _index(session: Session, call_id: UUID, window_index: int) -> None:
    try:
        passages.index_window(session, call_id, window_index)
    except OperationalError as exc:
        if not isinstance(exc.orig, ProgramLimitExceeded):
            raise
        raise BadRequest("There is too much text in this part of the call to be searched; make it shorter.") from exc


def _as_json(row: SegmentRow) -> Kept:
    return {column: getattr(row, column) for column in _COLUMNS}


def _correction(row: CorrectionRow) -> Correction:
    kind = CorrectionKind(row.kind)
    if kind is not CorrectionKind.RENAME:
        return Correction(row.id, row.made_at, kind, _segments(row.before), _segments(row.after))
    ((old,), (new,)) = row.before, row.after
    renaming = Renaming(old["speaker"], new["speaker"], tuple(old["ids"]))
    return Correction(row.id, row.made_at, kind, (), (), renaming)


def _segments(kept: Sequence[Kept]) -> tuple[Segment, ...]:
    return tuple(transcripts.segment(SegmentRow(**row)) for row in kept)
