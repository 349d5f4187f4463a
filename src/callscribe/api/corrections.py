"""Corrections of a transcript, how they are undone, and summaries after that."""

from typing import Annotated

from fastapi import APIRouter, Body, Path

from callscribe.api.deps import Service, TaskId
from callscribe.api.problems import responses
from callscribe.api.schemas.corrections import (
    CorrectionOut,
    Renamed,
    SegmentPatch,
    SegmentSplit,
    SpeakerRename,
    Undone,
)
from callscribe.api.schemas.options import Resummary
from callscribe.api.schemas.results import SegmentOut, SpeakerOut
from callscribe.api.schemas.tasks import Task
from callscribe.errors import BadRequest, Conflict, NotFound, Unavailable
from callscribe.jobs import renewal
from callscribe.models import Segment
from callscribe.store import calls, corrections, names
from callscribe.summary import templates

router = APIRouter()

SegmentId = Annotated[int, Path(ge=1, lt=2**63, description="`id` of a segment of the result.")]

_SEGMENT = "/results/{task_id}/segments/{segment_id}"
_CHANGED = "The segment as it is now."
_OF_A_CHANGE = responses(NotFound, Conflict, BadRequest, Unavailable)


@router.patch(
    _SEGMENT,
    tags=["results"],
    summary="Correct a segment",
    response_description=_CHANGED,
    responses=_OF_A_CHANGE,
)
def correct_segment(service: Service, task_id: TaskId, segment_id: SegmentId, patch: SegmentPatch) -> list[SegmentOut]:
    """Correct the text or the speaker of a segment. Words that stay keep their times."""
    changed: list[Segment] = []
    with service.database.transaction() as session:
        if patch.text is not None:
            changed = corrections.set_text(session, task_id, segment_id, patch.text)
        if "speaker" in patch.model_fields_set:
            changed = corrections.set_speaker(session, task_id, segment_id, patch.speaker)
    return _out(changed)


@router.post(
    f"{_SEGMENT}/split",
    tags=["results"],
    summary="Split a segment",
    response_description="The two segments.",
    responses=_OF_A_CHANGE,
)
def split_segment(service: Service, task_id: TaskId, segment_id: SegmentId, place: SegmentSplit) -> list[SegmentOut]:
    """Make two segments of one, as where another speaker begins. The first keeps the id."""
    with service.database.transaction() as session:
        parts = corrections.split(session, task_id, segment_id, place.at)
        second = parts[1].id
        if "speaker" in place.model_fields_set and second is not None:
            parts = [parts[0], *corrections.set_speaker(session, task_id, second, place.speaker)]
    return _out(parts)


@router.post(
    f"{_SEGMENT}/merge",
    tags=["results"],
    summary="Merge a segment with the next one",
    response_description=_CHANGED,
    responses=_OF_A_CHANGE,
)
def merge_segments(service: Service, task_id: TaskId, segment_id: SegmentId) -> list[SegmentOut]:
    """Add the segment that follows in time to this one, which keeps its id, speaker and language."""
    with service.database.transaction() as session:
        return _out(corrections.merge(session, task_id, segment_id))


@router.patch(
    "/results/{task_id}/speakers",
    tags=["results"],
    summary="Rename a speaker",
    response_description="How many segments changed, and the speakers as they are now.",
    responses=_OF_A_CHANGE,
)
def rename_speaker(service: Service, task_id: TaskId, rename: SpeakerRename) -> Renamed:
    """Give a speaker another name in the whole call; that of somebody who is there already makes one of the two."""
    with service.database.transaction() as session:
        changed = corrections.rename(session, task_id, rename.old, rename.new)
        speakers = [SpeakerOut.model_validate(speaker) for speaker in names.speakers(session, task_id)]
    return Renamed(segments=changed, speakers=speakers)


@router.get(
    "/results/{task_id}/corrections",
    tags=["results"],
    summary="List corrections",
    response_description="The corrections, oldest first.",
    responses=responses(NotFound, BadRequest, Unavailable),
)
def list_corrections(service: Service, task_id: TaskId) -> list[CorrectionOut]:
    """List what was corrected in a transcript, with the segments before and after."""
    with service.database.transaction() as session:
        calls.get(session, task_id)
        return [CorrectionOut.of(one) for one in corrections.history(session, task_id)]


@router.delete(
    "/results/{task_id}/corrections/last",
    tags=["results"],
    summary="Undo the newest correction",
    response_description="The correction that was undone.",
    responses=_OF_A_CHANGE,
)
def undo_correction(service: Service, task_id: TaskId) -> Undone:
    """Undo the newest correction, of whatever kind; once more, the one before it. Nothing is left of it."""
    with service.database.transaction() as session:
        undone, left = corrections.undo(session, task_id)
        return Undone(undone=CorrectionOut.of(undone), left=left)


@router.post(
    "/tasks/{task_id}/resummarize",
    tags=["tasks"],
    status_code=202,
    summary="Summarize anew",
    response_description="The task, at work again.",
    responses=_OF_A_CHANGE,
)
def resummarize_task(
    service: Service, task_id: TaskId, wanted: Annotated[Resummary | None, Body(description="May be left out.")] = None
) -> Task:
    """Write the summary of a done task anew, as after corrections, for another kind of call or in another language.

    The old one can be read until then.
    """
    wanted = wanted or Resummary()
    if wanted.template:
        templates.check(wanted.template, service.settings.prompts_dir)
    with service.database.transaction() as session:
        call = renewal.resummarize(
            session, task_id, template=wanted.template, language=wanted.language, model=wanted.model
        )
        return Task.of(call)


def _out(segments: list[Segment]) -> list[SegmentOut]:
    return [SegmentOut.model_validate(segment) for segment in segments]
