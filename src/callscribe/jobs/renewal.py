"""Summaries that are written anew: because somebody asks for it, or because the LLM answers again."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callscribe.errors import Conflict, Unavailable
from callscribe.jobs import queue
from callscribe.models import CallStatus, LanguageChoice, Notice, Stage
from callscribe.presence import Look
from callscribe.store import calls
from callscribe.store.database import Database
from callscribe.store.tables import CallRow, SummaryRow

log = logging.getLogger(__name__)

#: How often a summary that keeps having to do without the LLM is tried by itself, and the pause that grows with it.
_TRIES = 3
_PAUSE = timedelta(minutes=5)
#: So that new calls need not wait for a whole night's.
_AT_ONCE = 10


def resummarize(
    session: Session,
    call_id: UUID,
    *,
    template: str | None = None,
    language: LanguageChoice | None = None,
    model: str | None = None,
) -> CallRow:
    """Write the summary of a done call anew; the old one stays until then. Raises `NotFound`, `Conflict`.

    `template` and `language` (`auto`: that of the call) are those of this summary and later ones, if they are to be
    others than before; `model` is that of this summary alone.
    """
    call = calls.lock(session, call_id)
    if call.status != CallStatus.DONE:
        raise Conflict(f"Only done calls can be summarized anew; this one is {call.status}.")
    call.template = template or call.template
    if language is not None:
        call.summary_language = None if language is LanguageChoice.AUTO else language
    call.summary_model = model
    call.renewals = 0
    _begin(session, call)
    return call


def renew(session: Session) -> int:
    """Write some of the summaries anew that had to do without the LLM, the oldest first; how many."""
    age = func.now() - SummaryRow.created_at
    due = (
        select(CallRow)
        .join(SummaryRow, SummaryRow.call_id == CallRow.id)
        .where(SummaryRow.stopgap, CallRow.status == CallStatus.DONE, CallRow.renewals < _TRIES)
        .where(age >= CallRow.renewals * _PAUSE)
        .order_by(SummaryRow.created_at)
        .limit(_AT_ONCE)
        .with_for_update(of=CallRow, skip_locked=True)
    )
    found = session.scalars(due).all()
    for call in found:
        call.renewals += 1
        _begin(session, call)
    return len(found)


def renewing(look: Look, database: Database) -> Look:
    """A look for what an LLM worker lacks, which lets summaries be renewed whenever that is nothing."""

    def look_and_renew() -> Sequence[Notice]:
        lacks = look()
        if not lacks:
            try:
                with database.transaction() as session:
                    count = renew(session)
                if count:
                    log.info("the LLM answers, so %d summaries that had to do without it are written anew", count)
            except Unavailable as exc:
                log.warning("summaries cannot be renewed now: %s", exc)
        return lacks

    return look_and_renew


def _begin(session: Session, call: CallRow) -> None:
    call.status = CallStatus.SUMMARIZING
    call.finished_at = call.announced_at = None
    queue.repeat(session, call.id, Stage.SUMMARIZE)
