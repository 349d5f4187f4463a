"""What both clients share, and neither can do otherwise: requests, how answers are read, what errors mean."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Generic, TypeVar, get_args
from urllib.parse import urlsplit

import httpx
from pydantic import ValidationError

from callscribe.api.schemas.common import Problem
from callscribe.client import sending
from callscribe.client.sending import Part, Recording
from callscribe.errors import CallScribeError, ConfigError, Unavailable

T = TypeVar("T")

_ERRORS = {error.code: error for error in CallScribeError.__subclasses__()}
#: Where `callscribe up` listens.
URL = "http://127.0.0.1:8000"
#: Seconds.
TIMEOUT_S = 30.0

_CUT_OFF = (
    "The upload was cut off; the file may be larger than the service takes, or the service was stopped: "
    "try again, or compress the file."
)


@dataclass(frozen=True, slots=True)
class Ask(Generic[T]):
    """A request, and how the body of its answer is read; `path` is below /api/v1.

    Parameters that are None are left out. `silence`: how many seconds may pass without a word, if not the client's.
    """

    method: str
    path: str
    read: Callable[[bytes], T]
    params: Mapping[str, Any] = field(default_factory=dict)
    json: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)
    recording: Recording | None = None
    part: Part | None = None
    silence: float | None = None


@dataclass(frozen=True, slots=True)
class Save:
    """A request whose answer becomes a file."""

    ask: Ask[bytes]
    path: Path


@dataclass(frozen=True, slots=True)
class Pages(Generic[T]):
    """Requests of one page after the other; the first has the cursor None."""

    ask: Callable[[str | None], Ask[Any]]
    items: Callable[[Any], list[T]]


def base(url: str) -> str:
    """The address that all paths are below. Raises `ConfigError`."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0  # asking checks the port
    except ValueError:
        usable = False
    if not usable:
        raise ConfigError(f"{url} is no address; it should look like {URL}.")
    return f"{url.rstrip('/')}/api/v1"


@contextmanager
def request(http: httpx.Client | httpx.AsyncClient, ask: Ask[Any]) -> Iterator[httpx.Request]:
    """The request, to be sent inside the `with`. Raises `BadMedia` where there is no such file."""
    with ExitStack() as stack:
        sent = ask.recording
        files = {"file": stack.enter_context(sending.opened(sent))} if sent else None
        pieces = stack.enter_context(sending.pieces(ask.part)) if ask.part else None
        try:
            request = http.build_request(
                ask.method,
                ask.path,
                params={name: value for name, value in ask.params.items() if value is not None},
                json=ask.json,
                data=sent.form if sent else None,
                files=files,
                content=pieces,
                headers={**ask.headers, **(pieces.headers if pieces else {})},
                timeout=httpx.Timeout(http.timeout.connect, read=ask.silence or http.timeout.read),
            )
            if pieces:
                request.stream = pieces  # httpx would wrap it into something that only one of the clients can send
            yield request
        except (httpx.WriteError, httpx.ReadError) as exc:
            # The answer to a file that is too large can get lost when the connection is closed behind it.
            if sent is None:
                raise
            raise Unavailable(_CUT_OFF) from exc


@contextmanager
def reaching(url: str) -> Iterator[None]:
    """Whatever keeps a request from its answer is told in one sentence."""
    try:
        yield
    except httpx.HTTPError as exc:
        raise Unavailable(
            f"CallScribe does not answer at {url}; run `callscribe up`, or correct CALLSCRIBE_API_URL."
        ) from exc


def answer(url: str, ask: Ask[T], response: httpx.Response) -> T:
    """What the response says. Raises the error that it tells of, or `Unavailable` if it is not the API's."""
    try:
        if response.is_success:
            return ask.read(response.content)
        problem = Problem.model_validate_json(response.content)
    except ValidationError:
        # Pydantic's words quote what it has read, and that may be a call.
        raise Unavailable(f"What answers at {url} is not this CallScribe; correct CALLSCRIBE_API_URL.") from None
    raise _ERRORS.get(problem.type.rpartition(":")[2], CallScribeError)(problem.detail)


@contextmanager
def new_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to; nothing is left of one that does not get complete. Raises `Unavailable`."""
    try:
        with path.open("wb") as file:
            try:
                yield file
            except BaseException:
                if path.is_file():  # and not a pipe, or /dev/stdout
                    path.unlink()
                raise
    except OSError as exc:
        raise Unavailable(f"The file {path} cannot be written ({exc.strerror}); check where it goes to.") from exc


def describe(method: Callable[..., Any], build: Callable[..., Any], returns: Callable[[Any], Any]) -> None:
    """Give a client's method the name, words and parameters of the function that builds its request.

    `returns` makes the type of its result of what is in the brackets of `build`'s, as `Task` in `Ask[Task]`.
    """
    signature = inspect.signature(build)
    itself = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
    method.__name__, method.__doc__ = build.__name__, build.__doc__
    # Python's own attribute for this (PEP 362), which mypy does not know functions to have.
    method.__signature__ = signature.replace(  # type: ignore[attr-defined]
        parameters=[itself, *signature.parameters.values()],
        return_annotation=returns(next(iter(get_args(signature.return_annotation)), None)),
    )
