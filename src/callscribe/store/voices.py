"""How the speakers of a call sound, kept with its windows, and who they are found to be.

Functions run in the caller's transaction. Vectors are kept as numbers of 16 bits, in the order of this machine's kind.
"""

import struct
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from callscribe.models import Dropped, DropReason, Segment, Voice
from callscribe.store import passages
from callscribe.store.tables import SegmentRow, WindowRow

_HEAD = struct.Struct("<II")  # how many voices, numbers of a vector
_TIMES = struct.Struct("<dd")


def packed(voices: Sequence[Voice]) -> bytes | None:
    """Voices as bytes; None where there are none."""
    if not voices:
        return None
    size = len(voices[0].vector)
    body = (_TIMES.pack(voice.start, voice.end) + struct.pack(f"<{size}e", *voice.vector) for voice in voices)
    return _HEAD.pack(len(voices), size) + b"".join(body)


def unpacked(data: bytes | None) -> tuple[Voice, ...]:
    """What `packed` made bytes of."""
    if data is None:
        return ()
    count, size = _HEAD.unpack_from(data)
    each = struct.Struct(f"<dd{size}e")
    rows = (each.unpack_from(data, _HEAD.size + index * each.size) for index in range(count))
    return tuple(Voice(start, end, tuple(vector)) for start, end, *vector in rows)


def of_call(session: Session, call_id: UUID, embedder: str) -> list[Voice]:
    """All voices of a call that this embedder made, in order of time."""
    query = select(WindowRow.voices).where(WindowRow.call_id == call_id, WindowRow.embedder == embedder)
    return [voice for data in session.scalars(query.order_by(WindowRow.index)) for voice in unpacked(data)]


def windows_of_others(session: Session, call_id: UUID, embedder: str) -> list[int]:
    """The windows whose voices were made by another embedder, or never."""
    query = select(WindowRow.index).where(WindowRow.call_id == call_id, WindowRow.embedder.is_distinct_from(embedder))
    return list(session.scalars(query.order_by(WindowRow.index)))


def replace(session: Session, call_id: UUID, index: int, voices: Sequence[Voice], embedder: str) -> None:
    """Keep other voices of a window."""
    row = session.get_one(WindowRow, (call_id, index))
    row.voices, row.embedder = packed(voices), embedder


def dropped(session: Session, call_id: UUID) -> list[Dropped]:
    """What engines wrote and nobody seems to have said, in order of time."""
    query = select(WindowRow.dropped).where(WindowRow.call_id == call_id).order_by(WindowRow.index)
    return [
        Dropped(start, end, text, DropReason(reason))
        for found in session.scalars(query)
        for start, end, text, reason in found
    ]


def save_speakers(session: Session, call_id: UUID, segments: Sequence[Segment]) -> None:
    """Write who speaks; a segment without an id is a part of the one before it that has one. Search follows."""
    query = select(SegmentRow).where(SegmentRow.call_id == call_id)
    rows = {row.id: row for row in session.scalars(query)}
    window_index = 0
    for segment in segments:
        row = rows.get(segment.id or 0)
        if row is None:
            row = SegmentRow(call_id=call_id, window_index=window_index, channel=segment.channel)
            session.add(row)
        window_index, row.speaker = row.window_index, segment.speaker
        if row.text != segment.text:
            row.start, row.end, row.language, row.text = segment.start, segment.end, segment.language, segment.text
            row.words = [[word.start, word.end, word.text, word.probability] for word in segment.words]
    session.flush()
    for index in sorted({row.window_index for row in rows.values()}):
        passages.index_window(session, call_id, index)
