"""Passes the browser's requests on to the API, so that both are one origin and no upload is held in memory here."""

from collections.abc import AsyncIterator, Iterable

import httpx
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from callscribe.errors import Unavailable

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]

#: Of one connection, not of what it carries (RFC 9110, 7.6.1); `host` is the API's own.
_PER_CONNECTION = {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "host"}


class Proxy:
    """Keeps the connections to the API."""

    def __init__(self, url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self._http = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            # The API answers an upload only after it is stored, which may take long for a large one.
            timeout=httpx.Timeout(600, connect=10),
            # Each stream of events takes one for as long as somebody watches.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=20),
            # For a browser that does not say what it can unpack.
            headers={"accept-encoding": "identity"},
            transport=transport,
            trust_env=False,
        )

    async def answer(self, request: Request) -> Response:
        """The API's answer, passed on as it comes; a problem where there is none."""
        has_body = "content-length" in request.headers or "transfer-encoding" in request.headers
        asked = self._http.build_request(
            request.method,
            f"{request.scope['raw_path'].decode()}?{request.url.query}".rstrip("?"),
            headers=_passed(request.headers.items()),
            content=request.stream() if has_body else None,
        )
        try:
            answer = await self._http.send(asked, stream=True)
        except ClientDisconnect:
            return Response(status_code=499)  # the upload was canceled, and nobody reads this
        except httpx.HTTPError:
            return _no_answer()
        return StreamingResponse(_chunks(answer), answer.status_code, dict(_passed(answer.headers.items())))

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()


def _passed(headers: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers if name not in _PER_CONNECTION]


async def _chunks(answer: httpx.Response) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.aiter_raw():
            yield chunk
    finally:
        await answer.aclose()


def _no_answer() -> Response:
    body = {
        "type": f"urn:callscribe:problem:{Unavailable.code}",
        "title": Unavailable.title,
        "status": 502,
        "detail": "CallScribe does not answer; try again when it runs.",
    }
    return JSONResponse(body, 502, media_type="application/problem+json")
