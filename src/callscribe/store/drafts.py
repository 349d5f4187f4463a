"""What was worked out for a summary that is not written yet. Functions run in the caller's transaction."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.orm import Session

from callscribe.store.tables import DraftRow


def get(session: Session, call_id: UUID, key: str) -> str | None:
    """What was kept under the key."""
    row = session.get(DraftRow, (call_id, key))
    return row.answer if row else None


def put(session: Session, call_id: UUID, key: str, answer: str) -> None:
    """Keep an answer until the call's summary is saved; a second one under the same key replaces it."""
    values = {"call_id": call_id, "key": key, "answer": answer}
    insert = upsert(DraftRow).values(values)
    session.execute(insert.on_conflict_do_update(index_elements=["call_id", "key"], set_={"answer": answer}))
