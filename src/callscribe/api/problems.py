"""Errors as RFC 9457 problem details: the only place that builds error bodies."""

import logging
from collections.abc import Mapping
from http import HTTPStatus

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from callscribe.api.schemas import Problem
from callscribe.errors import BadRequest, CallScribeError, TooLarge

log = logging.getLogger(__name__)

_TYPE = "urn:callscribe:problem:"


def install(app: FastAPI, max_upload_mb: int) -> None:
    """Make every error of the application a problem."""

    @app.exception_handler(CallScribeError)
    async def ours(_request: Request, exc: CallScribeError) -> JSONResponse:
        if exc.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            log.error("request failed", exc_info=exc)
        return problem(exc.code, exc.title, exc.status, str(exc))

    @app.exception_handler(RequestValidationError)
    async def invalid(_request: Request, exc: RequestValidationError) -> JSONResponse:
        return problem(BadRequest.code, BadRequest.title, BadRequest.status, _sentence(exc))

    @app.exception_handler(HTTPException)
    async def http(_request: Request, exc: HTTPException) -> JSONResponse:
        status = HTTPStatus(exc.status_code)
        if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return problem(TooLarge.code, TooLarge.title, TooLarge.status, too_large(max_upload_mb))
        code = status.phrase.lower().replace(" ", "-")
        return problem(code, status.phrase, status, str(exc.detail), exc.headers)

    @app.exception_handler(Exception)
    async def unexpected(_request: Request, _exc: Exception) -> JSONResponse:
        # The server logs the cause.
        return problem(
            CallScribeError.code,
            CallScribeError.title,
            CallScribeError.status,
            "Try again; if it stays, look into the log of the API.",
        )


def problem(code: str, title: str, status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """The response for a problem."""
    body = Problem(type=_TYPE + code, title=title, status=status, detail=detail)
    return JSONResponse(body.model_dump(), status, headers, "application/problem+json")


def too_large(max_upload_mb: int) -> str:
    """What to tell someone whose file is over the limit."""
    return f"The file is larger than {max_upload_mb} MB; compress it, for example to MP3, or split it."


def _sentence(exc: RequestValidationError) -> str:
    """The first mistake in words; the rejected value itself is not repeated."""
    first = exc.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:]) or "the request"
    return f"{place}: {first['msg']}."
