"""The processes that do the work: that they live, and what they lack. Functions run in the caller's transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from callscribe.models import Notice
from callscribe.store.tables import WorkerRow

#: Without these no call is ever done, so it is said of them too that there are none.
_NEEDED = ("asr", "llm")
_FORGOTTEN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Crew:
    """The living workers of a role."""

    role: str
    count: int
    #: What they lack, each said once.
    notices: tuple[Notice, ...]


def beat(session: Session, name: str, role: str, notices: Sequence[Notice]) -> None:
    """A worker lives; those of which nothing was heard for a day are forgotten."""
    lacks = [{"code": notice.code, "message": notice.message} for notice in notices]
    row = insert(WorkerRow).values(name=name, role=role, notices=lacks)
    session.execute(row.on_conflict_do_update(index_elements=["name"], set_={"seen_at": func.now(), "notices": lacks}))
    # Those that another one is just forgetting, or that speak again, are left alone.
    silent = select(WorkerRow.name).where(WorkerRow.seen_at < func.now() - _FORGOTTEN)
    session.execute(
        delete(WorkerRow).where(WorkerRow.name.in_(silent.with_for_update(skip_locked=True))),
        execution_options={"synchronize_session": False},
    )


def leave(session: Session, name: str) -> None:
    """A worker has ended in order."""
    session.execute(delete(WorkerRow).where(WorkerRow.name == name))


def crews(session: Session, timeout: float) -> list[Crew]:
    """Who was heard in the last `timeout` seconds, by role."""
    heard = WorkerRow.seen_at >= func.now() - timedelta(seconds=timeout)
    rows = session.scalars(select(WorkerRow).where(heard).order_by(WorkerRow.name)).all()
    others = sorted({row.role for row in rows} - set(_NEEDED))
    return [_crew(role, [row for row in rows if row.role == role]) for role in (*_NEEDED, *others)]


def _crew(role: str, rows: Sequence[WorkerRow]) -> Crew:
    notices = (Notice(**entry) for row in rows for entry in row.notices)
    return Crew(role, len(rows), tuple(dict.fromkeys(notices)))
