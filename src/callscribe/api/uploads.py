"""Upload in parts, which can be gone on with after a lost connection."""

import logging
import uuid
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, cast
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response, UploadFile
from starlette.requests import ClientDisconnect

from callscribe.api.deps import Context, Service
from callscribe.api.problems import responses
from callscribe.api.schemas.tasks import Accepted
from callscribe.api.schemas.uploads import UploadBegin, UploadState
from callscribe.api.transcribe import (
    THERE_ALREADY,
    IdempotencyKey,
    Recording,
    accept,
    check_size,
    display_name,
    told,
)
from callscribe.errors import BadMedia, BadRequest, Conflict, NotFound, TooLarge, Unavailable
from callscribe.models import DEFAULT_TEMPLATE, LanguageChoice, Wishes
from callscribe.store import partial_uploads
from callscribe.store.tables import UploadRow
from callscribe.summary import templates
from callscribe.trail import trail

log = logging.getLogger(__name__)

router = APIRouter(prefix="/uploads", tags=["tasks"])

_IN_MEMORY = 2**20  # bytes of a part; more of it goes to a temporary file
_OF_ONE = responses(NotFound, BadRequest, Unavailable)
_BODY = {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}

UploadId = Annotated[UUID, Path(description="As the beginning of the upload gave it.")]


async def _body(request: Request) -> AsyncIterator[UploadFile]:
    """A part is received whole before a row is locked for it, so that a slow line does not keep a lock."""
    with SpooledTemporaryFile(_IN_MEMORY) as file:
        part = UploadFile(cast(BinaryIO, file), size=0)
        try:
            async for chunk in request.stream():
                await part.write(chunk)
        except ClientDisconnect as exc:
            raise BadRequest("The part was cut off; send it again.") from exc
        except OSError as exc:
            raise Unavailable(partial_uploads.NO_ROOM) from exc
        yield part


@router.post(
    "",
    status_code=HTTPStatus.CREATED,
    summary="Begin an upload in parts",
    response_description="The parts can be sent.",
    responses=responses(TooLarge, BadMedia, BadRequest, Unavailable),
)
def begin_upload(service: Service, wanted: UploadBegin, idempotency_key: IdempotencyKey = None) -> UploadState:
    """Announce a file, to send it in parts, one after the other. What is not finished is kept for a day."""
    check_size(service.settings, wanted.size)
    upload_id = uuid.uuid4()
    if wanted.template:
        templates.check(wanted.template, service.settings.prompts_dir)
    options = wanted.model_dump(mode="json", exclude={"filename", "size"})
    # A key of its own makes one call of an upload that is finished twice at the same instant.
    options["key"] = idempotency_key or f"upload {upload_id}"
    with service.database.transaction() as session:
        upload = partial_uploads.begin(
            session, upload_id, filename=display_name(wanted.filename), size=wanted.size, options=options
        )
    _forget(service)
    return UploadState.of(upload)


@router.get(
    "/{upload_id}", summary="Look at an upload in parts", response_description="How far it is.", responses=_OF_ONE
)
def get_upload(service: Service, upload_id: UploadId) -> UploadState:
    """Look how far an upload is, to go on with it from there."""
    with service.database.transaction() as session:
        return UploadState.of(partial_uploads.get(session, upload_id))


@router.put(
    "/{upload_id}/parts/{offset}",
    summary="Send a part",
    response_description="How far the upload is now.",
    responses=responses(NotFound, Conflict, TooLarge, BadRequest, Unavailable),
    openapi_extra={"requestBody": _BODY},
)
def put_part(
    service: Service,
    upload_id: UploadId,
    offset: Annotated[int, Path(ge=0, description="The part's first byte in the file: `received` so far.")],
    body: Annotated[UploadFile, Depends(_body)],
) -> UploadState:
    """Send the bytes of the file from `offset` on, at most `part_bytes`. The last part may be sent again."""
    length = body.size or 0
    with service.database.transaction() as session:
        upload = partial_uploads.lock(session, upload_id)
        if partial_uploads.is_new(upload, offset, length):
            service.store.put(partial_uploads.part_key(upload_id, offset), body.file)
            partial_uploads.add(upload, length)
        return UploadState.of(upload)


@router.post(
    "/{upload_id}/finish",
    status_code=HTTPStatus.ACCEPTED,
    summary="Finish an upload in parts",
    response_description="The recording is stored and queued.",
    responses={**THERE_ALREADY, **responses(NotFound, Conflict, BadRequest, Unavailable)},
)
def finish_upload(service: Service, upload_id: UploadId, response: Response) -> Accepted:
    """Queue the recording once all parts are there, as if it had been sent at once. Asked again, it says the same."""
    try:
        accepted = _accepted(service, upload_id)
    except NotFound:
        # Its parts may be gone because somebody else finished it in this very moment, or gave it up.
        with service.database.transaction() as session:
            known = _known(partial_uploads.get(session, upload_id))
        if known is None:
            raise
        accepted = known
    return told(accepted, response)


@router.delete(
    "/{upload_id}",
    status_code=HTTPStatus.NO_CONTENT,
    summary="Give up an upload in parts",
    response_description="Nothing is left of its parts.",
    responses=_OF_ONE,
)
def abandon_upload(service: Service, upload_id: UploadId) -> None:
    """Remove the parts that have come. The task of a finished upload stays."""
    with service.database.transaction() as session:
        upload = partial_uploads.lock(session, upload_id)
        _remove(service, upload)
        session.delete(upload)


def _accepted(service: Context, upload_id: UUID) -> Accepted:
    with service.database.transaction() as session:
        upload = partial_uploads.complete(session, upload_id)
        known = _known(upload)
    if known:
        return known
    with partial_uploads.joined(service.store, upload) as file:
        accepted = accept(
            service,
            Recording(
                file,
                upload.size_bytes,
                upload.filename,
                LanguageChoice(upload.options["language"]),
                upload.options["again"],
                upload.options["key"],
                _wishes(upload.options),
            ),
            lambda session, accepted: partial_uploads.settle(
                session, upload_id, accepted.task_id, accepted.duplicate_of
            ),
        )
    try:
        _remove(service, upload)
    except Unavailable as exc:  # they go with what is forgotten
        log.warning("the parts of an upload stay for a day: %s", trail(exc), extra={"upload_id": str(upload_id)})
    return accepted


def _known(upload: UploadRow) -> Accepted | None:
    return Accepted(task_id=upload.call_id, duplicate_of=upload.duplicate_of) if upload.call_id else None


def _wishes(options: Mapping[str, Any]) -> Wishes:
    """Uploads that were begun by an earlier version lack some."""
    return Wishes(
        tuple(options["vocabulary"]),
        options["template"] or DEFAULT_TEMPLATE,
        options.get("summary_language"),
        options.get("speakers"),
        tuple(options.get("channel_names", ())),
    )


def _remove(service: Context, upload: UploadRow) -> None:
    service.store.delete(partial_uploads.folder(upload.id))


def _forget(service: Context) -> None:
    """Parts that cannot be removed now are no reason to refuse a new upload."""
    try:
        with service.database.transaction() as session:
            for upload in partial_uploads.forgotten(session):
                _remove(service, upload)
                session.delete(upload)
    except Unavailable as exc:
        log.warning("uploads that nobody went on with stay: %s", trail(exc))
