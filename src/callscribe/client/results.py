"""What can be asked about what was said. Each function describes a request; both clients have a method of its name.

Times inside a call are seconds from its start.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

from pydantic import TypeAdapter

from callscribe.api.schemas.analytics import AnalyticsOut
from callscribe.api.schemas.corrections import CorrectionOut, Renamed, Undone
from callscribe.api.schemas.results import DroppedOut, Result, SegmentOut
from callscribe.api.schemas.search import FoundOut, SearchPage
from callscribe.api.schemas.system import System
from callscribe.api.schemas.waveform import Waveform
from callscribe.client.core import Ask, Pages, Save
from callscribe.client.parameters import Filters, Id, place, query
from callscribe.export import Form

_FULL_PAGE = 100
_SEGMENTS = TypeAdapter(list[SegmentOut]).validate_json


def result(task_id: Id, *, original: bool = False) -> Ask[Result]:
    """What there is of a transcript and its summary so far; `original`: without any corrections."""
    return Ask("GET", place("results", task_id), TypeAdapter(Result).validate_json, {"original": original})


def dropped(task_id: Id) -> Ask[list[DroppedOut]]:
    """What a speech engine wrote and nobody seems to have said, and why it is not in the transcript."""
    return Ask("GET", place("results", task_id, "dropped"), TypeAdapter(list[DroppedOut]).validate_json)


def correct(
    task_id: Id, segment_id: int, *, text: str | None = None, speaker: str | None = None
) -> Ask[list[SegmentOut]]:
    """Correct the text or the speaker of a segment, whose id is in the result; an empty `speaker`: nobody knows who.

    The result is the segment as it is now. Raises `NotFound`, and `Conflict` while the transcript still grows.
    """
    given = ({} if text is None else {"text": text}) | _speaker(speaker)
    return Ask("PATCH", _segment(task_id, segment_id), _SEGMENTS, json=given)


def split(task_id: Id, segment_id: int, at: int, *, speaker: str | None = None) -> Ask[list[SegmentOut]]:
    """Make two segments of one; `at`: with which character of the text the second begins, `speaker`: that of it.

    The result is both. Raises as `correct` does.
    """
    return Ask("POST", _segment(task_id, segment_id, "split"), _SEGMENTS, json={"at": at} | _speaker(speaker))


def merge(task_id: Id, segment_id: int) -> Ask[list[SegmentOut]]:
    """Add the segment that follows in time to this one. The result is that one. Raises as `correct` does."""
    return Ask("POST", _segment(task_id, segment_id, "merge"), _SEGMENTS)


def rename_speaker(task_id: Id, old: str | None, new: str | None) -> Ask[Renamed]:
    """Give a speaker another name in the whole call, None: nobody is known; somebody's name makes one of the two.

    The result says how many segments changed, and who speaks now. Raises as `correct` does.
    """
    path = place("results", task_id, "speakers")
    return Ask("PATCH", path, TypeAdapter(Renamed).validate_json, json={"from": old, "to": new})


def undo(task_id: Id) -> Ask[Undone]:
    """Undo the newest correction of a transcript. The result is that one. Raises `NotFound` if none is left."""
    return Ask("DELETE", place("results", task_id, "corrections", "last"), TypeAdapter(Undone).validate_json)


def corrections(task_id: Id) -> Ask[list[CorrectionOut]]:
    """What was corrected in a transcript, oldest first, with the segments before and after."""
    return Ask("GET", place("results", task_id, "corrections"), TypeAdapter(list[CorrectionOut]).validate_json)


def tick(task_id: Id, position: int, *, done: bool = True) -> Ask[None]:
    """Mark an action item as done, or as open again; `position` is that of the result's `items`."""
    path = place("results", task_id, "action-items", position)
    return Ask("PATCH", path, lambda _: None, json={"done": done})


def search(
    q: str,
    *,
    speaker: str | None = None,
    sort: str = "relevance",
    limit: int = 20,
    cursor: str | None = None,
    **filters: Unpack[Filters],
) -> Ask[SearchPage]:
    """A page of the calls in which `q` is found, and where; `cursor` is `next` of the page before.

    `q`: words in any form, Russian or English; `"a phrase"`, `-without`, `either OR other`, `begin*`. `speaker`: only
    in what they say. `sort` is `relevance` or `newest`. `limit` is at most 100.
    """
    params = {"q": q, "speaker": speaker, "sort": sort, "limit": limit, "cursor": cursor} | query(filters)
    return Ask("GET", "/search", TypeAdapter(SearchPage).validate_json, params)


def all_found(
    q: str, *, speaker: str | None = None, sort: str = "relevance", **filters: Unpack[Filters]
) -> Pages[FoundOut]:
    """All calls in which `q` is found, as of `search`, fetched page by page."""
    return Pages(
        lambda cursor: search(q, speaker=speaker, sort=sort, limit=_FULL_PAGE, cursor=cursor, **filters),
        lambda page: page.results,
    )


def export(
    task_id: Id, format: Form = "txt", *, times: bool = True, speakers: bool = True, summary: bool = True
) -> Ask[bytes]:
    """A call as a file: txt, md, srt, vtt, json, docx or csv, with or without times, speakers and the summary."""
    params = {"format": format, "times": times, "speakers": speakers, "summary": summary}
    return Ask("GET", place("results", task_id, "export"), bytes, params)


def save_export(
    task_id: Id,
    path: Path | str,
    format: Form = "txt",
    *,
    times: bool = True,
    speakers: bool = True,
    summary: bool = True,
) -> Save:
    """Write what `export` gives to a file, in place of what is there; the result is its path."""
    return Save(export(task_id, format, times=times, speakers=speakers, summary=summary), Path(path))


def export_many(
    path: Path | str,
    format: Form = "txt",
    *,
    task_ids: Sequence[Id] = (),
    text: str | None = None,
    times: bool = True,
    speakers: bool = True,
    summary: bool = True,
    **filters: Unpack[Filters],
) -> Save:
    """Write a zip archive of the calls that meet all conditions, or of these tasks; the result is its path.

    `text`: only calls that a search for it finds. Raises `NotFound` if there are none.
    """
    params = {"format": format, "text": text, "times": times, "speakers": speakers, "summary": summary}
    ids = {"task_id": list(map(str, task_ids))} if task_ids else {}
    return Save(Ask("GET", "/export", bytes, params | ids | query(filters)), Path(path))


def save_media(task_id: Id, path: Path | str, *, original: bool = False) -> Save:
    """Write the recording to a file, as it can be played anywhere or as it was uploaded; the result is its path.

    Raises `Conflict` while the copy for playing is not there yet.
    """
    return Save(Ask("GET", place("tasks", task_id, "media"), bytes, {"original": original}), Path(path))


def waveform(task_id: Id, points: int = 800) -> Ask[Waveform]:
    """How loud a call is from moment to moment, in at most so many points (10 to 4000): what a player draws."""
    return Ask("GET", place("tasks", task_id, "waveform"), TypeAdapter(Waveform).validate_json, {"points": points})


def analytics(*, by: str = "day", **filters: Unpack[Filters]) -> Ask[AnalyticsOut]:
    """The calls that meet all conditions in numbers, and `by` `day`, `week` or `month` of the time zone."""
    params = {"by": by} | query(filters)
    return Ask("GET", "/analytics", TypeAdapter(AnalyticsOut).validate_json, params)


def system() -> Ask[System]:
    """What the service takes, who works, what is missing and what to do about it, and how much there is to do."""
    return Ask("GET", "/system", TypeAdapter(System).validate_json)


def _segment(task_id: Id, segment_id: int, *rest: str) -> str:
    return place("results", task_id, "segments", segment_id, *rest)


def _speaker(name: str | None) -> dict[str, str | None]:
    return {} if name is None else {"speaker": name or None}
