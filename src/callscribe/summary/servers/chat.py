"""What the adapters of language models share: a server that is asked over HTTP, and repetitions."""

import logging
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import inf
from time import monotonic
from typing import Any
from urllib.parse import unquote

import httpx
from pydantic import SecretStr, ValidationError

from callscribe.errors import Unavailable
from callscribe.ports import Reply, TooLong
from callscribe.summary.servers.failures import Failures, Passing

log = logging.getLogger(__name__)
# Below that it quotes what it received and could not read, which may be words of a call.
logging.getLogger("httpcore").setLevel(logging.INFO)

#: Waits for so many seconds; `time.sleep`, but for tests.
Pause = Callable[[float], None]

#: Seconds until a server that does not accept the connection, or does not list its models, counts as absent.
_PATIENCE = 3.0
#: Seconds between the attempts.
_PAUSES = (1, 4)
#: Longest pause in seconds that a server may ask for.
_LONGEST_PAUSE = 60
#: The longest answer, in times the longest silence.
_LONGEST_ANSWER = 6
#: No tokenizer needs fewer tokens than a sixth of the characters; a smaller count means that the prompt was cut.
_CHARS_PER_TOKEN = 6
_LOGIN = re.compile(r"^(\w+://)?(.*)@")
#: Some templates open the thought themselves, so that only its end is in the answer.
_THOUGHT = re.compile(r"\A(?!\s*\{).*?</think>", re.DOTALL)
_FENCED = re.compile(r"\A\s*```\w*\s*\n(.*?)\s*```\s*\Z", re.DOTALL)


def place(url: str) -> str:
    """An address without its password."""
    return url.rstrip("/").rpartition("@")[2]


class Server:
    """A server, and the errors to be raised for it."""

    def __init__(
        self,
        url: str,
        key: SecretStr | None,
        timeout_s: float,
        client: httpx.Client | None,
        failures: Failures,
        *,
        pause: Pause,
    ):
        login = _LOGIN.match(url)
        # Addresses are logged by libraries, so the password is not left in them.
        self._url = _LOGIN.sub(r"\1", url).rstrip("/")
        self._headers = _authorization(login[2] if login else "", key)
        self._timeout = httpx.Timeout(timeout_s, connect=_PATIENCE)
        #: Seconds that an answer may take altogether, however steadily it comes.
        self.longest_answer = _LONGEST_ANSWER * timeout_s
        self._failures = failures
        self._pause = pause
        # Proxies of the environment are left aside: calls go to the address that is set, and nowhere else.
        self._client = client or httpx.Client(trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def get(self, path: str, *lacking: int) -> bytes | None:
        """What is there, None at one of the statuses `lacking`; within `translated`."""
        response = self._client.get(self._url + path, headers=self._headers, timeout=_PATIENCE)
        if response.status_code in lacking:
            return None
        if not response.is_success:
            raise self._refusal(response)
        return response.content

    @contextmanager
    def lines(
        self, path: str, body: dict[str, Any], tick: Callable[[], None], *, longest: float | None = None
    ) -> Iterator[Iterator[bytes]]:
        """The lines of a streamed answer, each after a `tick`, which may raise; the connection closes at the end.

        `longest`: seconds that the answer may take. Raises `Unavailable` and `TooLong`, also for a Pydantic
        `ValidationError` inside the `with`.
        """
        url = self._url + path
        until = monotonic() + (inf if longest is None else longest)

        def go_on() -> None:
            tick()
            if monotonic() > until:
                raise self._failures.slow()

        with (
            self.translated(),
            self._client.stream("POST", url, json=body, headers=self._headers, timeout=self._timeout) as response,
        ):
            if not response.is_success:
                response.read()
                raise self._refusal(response)
            yield _lines(response.iter_bytes(), go_on)

    def insist(self, ask: Callable[[], Reply], tick: Callable[[], None]) -> Reply:
        """The answer, asked for again after pauses where a failure may pass."""
        for pause in _PAUSES:
            try:
                return ask()
            except Passing as exc:
                log.info("the LLM is asked again after a pause: %s", exc)
                self._rest(exc.pause or pause, tick)
        return ask()

    @contextmanager
    def translated(self) -> Iterator[None]:
        """Errors of the connection, and of what came over it, become `Unavailable`."""
        try:
            yield
        # Causes that quote the key, the address or what was received are not for the log.
        except httpx.LocalProtocolError:
            raise self._failures.no_entry() from None
        except (httpx.UnsupportedProtocol, httpx.InvalidURL):
            raise self._failures.nobody() from None
        except (httpx.ConnectError, httpx.ConnectTimeout) as exc:
            raise self._failures.nobody() from exc
        except httpx.TimeoutException as exc:
            raise self._failures.silence() from exc
        except httpx.HTTPError:
            raise self._failures.lost() from None
        except ValidationError:
            raise self._failures.stranger() from None

    def _refusal(self, response: httpx.Response) -> Unavailable | TooLong:
        wanted = response.headers.get("Retry-After", "")
        pause = min(int(wanted), _LONGEST_PAUSE) if re.fullmatch(r"[0-9]{1,9}", wanted) else None
        return self._failures.answered(response.status_code, response.text, pause)

    def _rest(self, seconds: int, tick: Callable[[], None]) -> None:
        for _ in range(seconds):
            tick()
            self._pause(1)
        tick()


def check_prompt(characters: int, tokens: int | None, context: int) -> None:
    """Raise `TooLong` where a server read so few tokens of a prompt that it must have lost its front; None: unknown."""
    if tokens and not characters / _CHARS_PER_TOKEN <= tokens < context:
        raise TooLong


def unwrapped(text: str) -> str:
    """An answer without the thoughts before it and the fence of a code block around it."""
    text = _THOUGHT.sub("", text)
    fenced = _FENCED.match(text)
    return fenced[1] if fenced else text


def _authorization(login: str, key: SecretStr | None) -> dict[bytes, bytes]:
    if key is not None:
        return {b"Authorization": f"Bearer {key.get_secret_value().strip()}".encode()}
    return {b"Authorization": b"Basic " + b64encode(unquote(login).encode())} if login else {}


def _lines(chunks: Iterator[bytes], tick: Callable[[], None]) -> Iterator[bytes]:
    """Lines that end in a line feed; those of httpx end at other characters too, which JSON may hold."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        for line in whole:
            tick()
            yield line
    if rest:
        yield rest
