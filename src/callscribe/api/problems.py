"""Errors as RFC 9457 problem details: the only place that builds error bodies."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from callscribe.api.schemas.common import Problem
from callscribe.errors import BadRequest, CallScribeError, TooLarge
from callscribe.trail import trail

log = logging.getLogger(__name__)

_TYPE = "urn:callscribe:problem:"
_SEE_DOCS = "See /docs for what can be asked, and how."
_NOT_JSON = "The body is not JSON; send it in UTF-8."
_NO_FILE = "Send the recording as multipart/form-data, as a file in the field `file`."


def install(app: FastAPI) -> None:
    """Make every error of the application a problem."""

    @app.exception_handler(CallScribeError)
    async def ours(_request: Request, exc: CallScribeError) -> JSONResponse:
        if exc.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("request failed: %s", trail(exc))
        return problem(exc.code, exc.title, exc.status, str(exc))

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, exc: RequestValidationError) -> JSONResponse:
        return problem(BadRequest.code, BadRequest.title, BadRequest.status, _sentence(exc))

    @app.exception_handler(HTTPException)
    async def http(request: Request, exc: HTTPException) -> JSONResponse:
        match exc.status_code:
            case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                # Closed, since otherwise the server would go on taking the rest of the body, only to drop it.
                close = {"Connection": "close"}
                return problem(TooLarge.code, TooLarge.title, TooLarge.status, exc.detail, close)
            case HTTPStatus.BAD_REQUEST if "json" in request.headers.get("content-type", ""):
                return problem(BadRequest.code, BadRequest.title, BadRequest.status, _NOT_JSON)
            case HTTPStatus.BAD_REQUEST:
                return problem(BadRequest.code, BadRequest.title, exc.status_code, _unreadable(str(exc.detail)))
            case HTTPStatus.NOT_FOUND:
                return problem("unknown-address", "There is nothing at this address", exc.status_code, _SEE_DOCS)
        status = HTTPStatus(exc.status_code)
        return problem(
            status.phrase.lower().replace(" ", "-"), status.phrase, status, f"{exc.detail}. {_SEE_DOCS}", exc.headers
        )

    @app.exception_handler(Exception)
    async def unexpected(_request: Request, _exc: Exception) -> JSONResponse:
        # The server logs the cause.
        return problem(
            CallScribeError.code,
            CallScribeError.title,
            CallScribeError.status,
            "Try again; if it stays, look into the log of the API.",
        )


def problem(
    code: str, title: str, status: int, detail: str, headers: Mapping[str, str] | None = None, **more: object
) -> JSONResponse:
    """The response for a problem; `more` are members beside those that all problems have, as JSON has them."""
    body = Problem(type=_TYPE + code, title=title, status=status, detail=detail)
    return JSONResponse(body.model_dump() | more, status, headers, "application/problem+json")


def responses(*errors: type[CallScribeError], unreadable: bool = False) -> dict[int | str, dict[str, Any]]:
    """What a route's documentation says of the problems it can answer with; `unreadable`: also of a broken body."""
    titles: dict[int, list[str]] = {HTTPStatus.BAD_REQUEST: [BadRequest.title]} if unreadable else {}
    for error in errors:
        titles.setdefault(error.status, []).append(error.title)
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": "; or: ".join(titles[status]), "content": content} for status in sorted(titles)}


def too_large(max_upload_mb: int) -> str:
    """What to tell someone whose file is over the limit."""
    return f"The file is larger than {max_upload_mb} MB; compress it, for example to MP3, or split it."


def _unreadable(reason: str) -> str:
    """What to tell someone whose body is no form; a name that is too long is one of the reasons."""
    return f"The form cannot be read ({reason.rstrip('.')}). {_NO_FILE} Its name may have 1,000 characters at most."


def _sentence(exc: RequestValidationError) -> str:
    """The first mistake in words; the rejected value itself is not repeated."""
    first = exc.errors()[0]
    if first["loc"] == ("body", "file"):
        return _NO_FILE
    place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
    return f"{place}: {first['msg']}."
