"""Exports: calls as files."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response, StreamingResponse

from callscribe.api.deps import Service, TaskId
from callscribe.api.disposition import attachment
from callscribe.api.filters import Chosen
from callscribe.api.problems import responses
from callscribe.api.zip_stream import zipped
from callscribe.errors import BadRequest, NotFound, Unavailable
from callscribe.export import FORMATS, Form, export, names
from callscribe.export.call import Options
from callscribe.search import terms
from callscribe.store import calls, exports

router = APIRouter(tags=["results"])

_BINARY = {"schema": {"type": "string", "format": "binary"}}
_OF_OTHERS = {"json": {"schema": {"type": "object"}}, "docx": _BINARY}
_TEXT = {"schema": {"type": "string"}}
_FILE = {"content": {kind.media_type.partition(";")[0]: _OF_OTHERS.get(form, _TEXT) for form, kind in FORMATS.items()}}
_ZIP = {"content": {"application/zip": _BINARY}}


def _options(
    *,
    times: Annotated[bool, Query(description="With times. Subtitles and JSON always have them.")] = True,
    speakers: Annotated[bool, Query(description="With the speakers' names. JSON always has them.")] = True,
    summary: Annotated[
        bool, Query(description="With the summary. Subtitles and CSV never have one, JSON always has.")
    ] = True,
) -> Options:
    return Options(times=times, speakers=speakers, summary=summary)


_Form = Annotated[Form, Query(alias="format", description="Of the file.")]
_Shown = Annotated[Options, Depends(_options)]


@router.get(
    "/results/{task_id}/export",
    summary="Export a call",
    response_class=Response,
    response_description="The file.",
    responses={200: _FILE, **responses(NotFound, BadRequest, Unavailable)},
)
def export_result(service: Service, task_id: TaskId, form: _Form, options: _Shown) -> Response:
    """Download a call as a file; while it is still being worked on, what there is so far."""
    with service.database.transaction() as session:
        row = calls.get(session, task_id)
        call = exports.call(session, row)
    name = f"{names.stem(row.title, row.filename)}.{form}"
    headers = {"Content-Disposition": attachment(name)}
    return Response(export(call, form, options), headers=headers, media_type=FORMATS[form].media_type)


@router.get(
    "/export",
    summary="Export many calls",
    response_class=StreamingResponse,
    response_description="A zip archive with a file for each call.",
    responses={200: _ZIP, **responses(NotFound, BadRequest, Unavailable)},
)
def export_results(
    service: Service,
    form: _Form,
    options: _Shown,
    chosen: Chosen,
    *,
    text: Annotated[
        str | None, Query(min_length=1, max_length=500, description="Only calls that a search for this finds.")
    ] = None,
    task_id: Annotated[list[UUID], Query(description="These tasks only.", max_length=1000)] = [],  # noqa: B006
) -> StreamingResponse:
    """Download many calls as a zip archive: those that meet all conditions, or all calls if there is none."""
    with service.database.transaction() as session:
        conditions = chosen.conditions()
        if text is not None:
            conditions.append(terms.finds(session, text))
        ids = exports.chosen(session, conditions, task_id)
    headers = {"Content-Disposition": attachment("calls.zip")}
    files = zipped(service.database, ids, form, options)
    return StreamingResponse(files, headers=headers, media_type="application/zip")
