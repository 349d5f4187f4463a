"""Ollama's native chat API. Nothing of httpx leaves this file.

`/v1/chat/completions` ignores `num_ctx`, and without it a long prompt loses its front with HTTP 200.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
from pydantic import BaseModel, Field, ValidationError

from callscribe.errors import Unavailable
from callscribe.summary.mapreduce import TooLong

#: Seconds until a server that does not accept the connection, or does not list its models, counts as absent.
_PATIENCE = 3.0
#: How long the model stays loaded after an answer; the next part of a call follows soon.
_KEEP_ALIVE = "10m"
#: `tick` is called every so many pieces of the answer, a piece being about one token.
_TICK = 32
#: No tokenizer needs fewer tokens than a sixth of the characters; a smaller count means that the prompt was cut.
_CHARS_PER_TOKEN = 6


class ModelAbsent(Unavailable):
    """The server answers, and does not have the model."""


class _Model(BaseModel):
    name: str


class _Models(BaseModel):
    models: list[_Model]


class _Message(BaseModel):
    content: str = ""


class _Piece(BaseModel):
    """One line of a streamed answer; the counts come with the last one."""

    message: _Message = Field(default_factory=_Message)
    done: bool = False
    done_reason: str | None = None
    prompt_eval_count: int | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What a model answered."""

    text: str
    #: Whether the answer ended for want of tokens.
    is_cut: bool


class Ollama:
    """One model of an Ollama server."""

    def __init__(self, url: str, model: str, context: int, timeout_s: float, client: httpx.Client | None = None):
        self.model = model
        #: Tokens that prompt and answer share.
        self.context = context
        #: Longest answer in tokens.
        self.answer = context // 4
        self._url = url.rstrip("/")
        self._timeout_s = timeout_s
        # Proxies of the environment are left aside: calls go to the address that is set, and nowhere else.
        self._client = client or httpx.Client(trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def check(self) -> None:
        """Ask the server, for a few seconds at most, whether it has the model. Raises `Unavailable`."""
        with self._translated():
            response = self._client.get(f"{self._url}/api/tags", timeout=_PATIENCE)
            if response.is_error:
                raise self._refusal(response.status_code, response.text)
            names = {model.name for model in _Models.model_validate_json(response.content).models}
        if not names & {self.model, f"{self.model}:latest"}:
            raise self._missing()

    def chat(self, system: str, user: str, schema: dict[str, Any], tick: Callable[[], None]) -> Reply:
        """Ask once for JSON that follows a schema; `tick` is called now and then and may raise to stop the answer.

        Raises `Unavailable`, and `TooLong` where the prompt does not fit the context.
        """
        body = {
            "model": self.model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "format": schema,
            "stream": True,
            "think": False,
            "truncate": False,
            "shift": False,
            "keep_alive": _KEEP_ALIVE,
            "options": {"num_ctx": self.context, "num_predict": self.answer, "temperature": 0},
        }
        text = ""
        with self._translated():
            for count, piece in enumerate(self._stream(body)):
                if count % _TICK == 0:
                    tick()
                text += piece.message.content
                if piece.done:
                    self._check_prompt(len(system) + len(user), piece.prompt_eval_count)
                    return Reply(text, piece.done_reason == "length")
        raise Unavailable(f"The LLM at {self._place} broke off in the middle of its answer; see its log and try again.")

    def _stream(self, body: dict[str, Any]) -> Iterator[_Piece]:
        timeout = httpx.Timeout(self._timeout_s, connect=_PATIENCE)
        with self._client.stream("POST", f"{self._url}/api/chat", json=body, timeout=timeout) as response:
            if response.is_error:
                raise self._refusal(response.status_code, response.read().decode(errors="replace"))
            for line in response.iter_lines():
                piece = _Piece.model_validate_json(line)
                if piece.error is not None:
                    raise self._refusal(response.status_code, piece.error)
                yield piece

    def _check_prompt(self, characters: int, tokens: int | None) -> None:
        """Notice a prompt that lost its front in spite of `truncate`, which old servers do not know."""
        if tokens is not None and not characters / _CHARS_PER_TOKEN <= tokens < self.context:
            raise TooLong

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.UnsupportedProtocol, httpx.InvalidURL) as exc:
            message = f"The LLM at {self._place} does not answer; start Ollama there or correct CALLSCRIBE_LLM_URL."
            raise Unavailable(message) from exc
        except httpx.TimeoutException as exc:
            message = f"The LLM at {self._place} is silent; try again later or raise CALLSCRIBE_LLM_TIMEOUT_S."
            raise Unavailable(message) from exc
        except httpx.HTTPError as exc:
            message = f"The connection to the LLM at {self._place} broke; see its log and try again."
            raise Unavailable(message) from exc
        except ValidationError:
            message = f"What answers at {self._place} does not speak as Ollama does; correct CALLSCRIBE_LLM_URL."
            # The cause quotes what was received, which may be words of the call, and must not reach the log.
            raise Unavailable(message) from None

    def _refusal(self, status: int, reason: str) -> Unavailable | TooLong:
        reason = reason.lower()
        if "context" in reason and ("exceed" in reason or "too long" in reason):
            return TooLong()
        if "memory" in reason:
            return Unavailable(
                f"The LLM server has not enough memory for {self.model}; set CALLSCRIBE_LLM_MODEL to a smaller model "
                "or lower CALLSCRIBE_LLM_CONTEXT."
            )
        if status == httpx.codes.NOT_FOUND:
            return self._missing()
        return Unavailable(f"The LLM at {self._place} failed (HTTP {status}); see its log and try again.")

    def _missing(self) -> ModelAbsent:
        return ModelAbsent(f"The LLM server has no model {self.model}; run `ollama pull {self.model}` there.")

    @property
    def _place(self) -> str:
        """The address without a password."""
        return self._url.rpartition("@")[2]
