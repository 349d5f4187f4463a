"""Recordings: to be played, and as they were uploaded."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query
from fastapi.responses import Response, StreamingResponse

from callscribe.api import ranges
from callscribe.api.deps import Context, Service, TaskId
from callscribe.api.disposition import attachment
from callscribe.api.problems import problem, responses
from callscribe.errors import BadRequest, CallScribeError, Conflict, NotFound, Unavailable
from callscribe.models import FINISHED
from callscribe.ports import StoredFile
from callscribe.store import calls
from callscribe.store.tables import CallRow

router = APIRouter(prefix="/tasks/{task_id}/media", tags=["results"])

_CHUNK = 2**20  # bytes in memory for each who listens
_COPY = "audio/mp4"
_UNKNOWN = "application/octet-stream"
#: By the first of FFmpeg's names of the container. Nothing that a browser would take for a page or a program.
_SUBTYPES = {
    "mp3": "mpeg",
    "wav": "wav",
    "ogg": "ogg",
    "mov": "mp4",
    "flac": "flac",
    "amr": "amr",
    "aac": "aac",
    "asf": "x-ms-asf",
    "matroska": "x-matroska",
}
_FIXED = {
    "accept-ranges": "bytes",
    # To be asked for again each time: what is deleted is not played from anybody's memory.
    "cache-control": "private, no-cache",
    # Whatever somebody uploads must not become a page of this site.
    "x-content-type-options": "nosniff",
    "content-security-policy": "sandbox",
}
_WAIT = "The recording is still being prepared for playing; try again in some seconds, or take the original."
_UNPREPARED = "The recording was not prepared for playing; retry the task, or take the original."


class OutOfRange(CallScribeError):
    """None of the bytes that were asked for is there."""

    status, code, title = 416, "out-of-range", "The file has no such bytes"


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a call, and what is said of it in every answer."""

    key: str
    #: Bytes.
    size: int
    headers: dict[str, str]

    @property
    def etag(self) -> str:
        """Another one whenever the file changes."""
        return self.headers["etag"]


def _media(
    service: Service,
    task_id: TaskId,
    original: Annotated[
        bool, Query(description="The file as it was uploaded, for download, and not the copy for playing.")
    ] = False,
) -> Media:
    with service.database.transaction() as session:
        row = calls.get(session, task_id)
        key = row.media_key if original else _playback_key(row)
    stored = service.store.stat(key)
    headers = _FIXED | {"content-type": _type(row, key), "etag": _etag(key, stored)}
    if original:
        headers["content-disposition"] = attachment(row.filename)
    return Media(key, stored.size, headers)


_Found = Annotated[Media, Depends(_media)]
_IfNoneMatch = Annotated[
    str | None, Header(description="The `ETag` of what you have; if it is still the same, the answer is 304.")
]

_Responses = dict[int | str, dict[str, Any]]
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_BYTES: dict[str, Any] = {"content": {"audio/*": _BINARY, "video/*": _BINARY, _UNKNOWN: _BINARY}}
_OF_HEAD: _Responses = {
    304: {"description": "It is what you have."},
    **responses(NotFound, Conflict, BadRequest, Unavailable),
}
_OF_GET: _Responses = {
    200: _BYTES,
    206: _BYTES | {"description": "The bytes that were asked for."},
    **_OF_HEAD,
    **responses(OutOfRange),
}


@router.get(
    "",
    summary="Play or download a recording",
    response_class=Response,
    response_description="The whole file.",
    responses=_OF_GET,
)
def get_media(
    service: Service,
    media: _Found,
    asked: Annotated[
        str | None, Header(alias="Range", description="One range of bytes; several are answered by the whole file.")
    ] = None,
    if_range: Annotated[
        str | None, Header(description="The `ETag` of what you have; `Range` counts only if it is still the same.")
    ] = None,
    if_none_match: _IfNoneMatch = None,
) -> Response:
    """The sound of a call in a form that every browser plays, and that can be sought in by `Range`."""
    if if_none_match and ranges.is_known(if_none_match, media.etag):
        return _not_modified(media)
    part = ranges.selected(asked, media.size) if asked and if_range in (None, media.etag) else None
    if part is None:
        return _answer(service, media, range(media.size), 200, {})
    if not part:
        detail = f"The file has {media.size} bytes; ask for some of these."
        told = {"content-range": f"bytes */{media.size}"}
        return problem(OutOfRange.code, OutOfRange.title, OutOfRange.status, detail, told)
    told = {"content-range": f"bytes {part.start}-{part.stop - 1}/{media.size}"}
    return _answer(service, media, part, 206, told)


@router.head(
    "",
    summary="Look at a recording without fetching it",
    response_class=Response,
    response_description="Its size, type and version.",
    responses=_OF_HEAD,
)
def head_media(media: _Found, if_none_match: _IfNoneMatch = None) -> Response:
    """The headers of the whole file."""
    if if_none_match and ranges.is_known(if_none_match, media.etag):
        return _not_modified(media)
    return Response(headers=media.headers | {"content-length": str(media.size)})


def _answer(service: Context, media: Media, part: range, status: int, told: dict[str, str]) -> Response:
    headers = media.headers | {"content-length": str(len(part))} | told
    return StreamingResponse(_chunks(service, media.key, part), status, headers)


def _not_modified(media: Media) -> Response:
    return Response(status_code=304, headers={name: media.headers[name] for name in ("etag", "cache-control")})


def _chunks(service: Context, key: str, part: range) -> Iterator[bytes]:
    """The first chunk is read now, while an error can still be told."""
    rest = (service.store.read(key, at, min(_CHUNK, part.stop - at)) for at in part[::_CHUNK])
    return chain([next(rest, b"")], rest)


def _playback_key(row: CallRow) -> str:
    if row.playback_key is None:
        raise Conflict(_UNPREPARED if row.status in FINISHED else _WAIT)
    return row.playback_key


def _type(row: CallRow, key: str) -> str:
    """What the file was found to be; what its sender says of it does not count."""
    if key != row.media_key:
        return _COPY
    facts = row.facts or {}
    subtype = _SUBTYPES.get(facts.get("container", "").split(",")[0])
    return f"{'video' if facts['has_video'] else 'audio'}/{subtype}" if subtype else _UNKNOWN


def _etag(key: str, stored: StoredFile) -> str:
    return '"' + hashlib.sha256(f"{key} {stored.version}".encode()).hexdigest()[:32] + '"'
