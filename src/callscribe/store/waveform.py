"""How loud a call is, as it was found when its windows were cut. Functions run in the caller's transaction."""

from math import ceil
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from callscribe.store.tables import WindowRow

#: Values a second.
_RATE = 10


def loudness(session: Session, call_id: UUID) -> tuple[float, bytes]:
    """How many seconds of the call are known so far, and a byte for each tenth of them.

    A window that was made before loudness was kept counts as silence.
    """
    columns = select(WindowRow.start, WindowRow.end, WindowRow.peaks)
    end, whole = 0.0, bytearray()
    for start, end, peaks in session.execute(columns.where(WindowRow.call_id == call_id).order_by(WindowRow.index)):
        # A window may end within a tenth: by appending alone, times would drift from window to window.
        del whole[int(start * _RATE) :]
        whole += bytes(ceil((end - start) * _RATE)) if peaks is None else peaks
    return end, bytes(whole)
