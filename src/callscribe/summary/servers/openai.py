"""The chat API that OpenAI began and vLLM, the server of llama.cpp, LM Studio and OpenRouter share."""

import logging
import re
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import httpx
from pydantic import BaseModel, Field, SecretStr

from callscribe.ports import Reply
from callscribe.summary.servers.chat import Pause, Server, check_prompt, place, unwrapped
from callscribe.summary.servers.failures import Failures, Refused

log = logging.getLogger(__name__)

_VERSION = re.compile(r"/v\d\w*(/|$)")
_PLAIN_JSON = {"type": "json_object"}
#: What some servers and models do not take, and how they say so, in small letters.
_REFUSALS = {
    "schema": re.compile(r"response_format|schema|grammar"),
    "max_tokens": re.compile(r"max_completion_tokens"),
    "temperature": re.compile(r"temperature"),
}
#: Lines of an event stream that hold no data: the empty ones between events, comments, other fields.
_NO_DATA = re.compile(rb"\s*$|:|(event|id|retry):")
#: Parts of a schema whose keys are names of the author's, not words of the schema.
_NAMED = frozenset({"properties", "$defs"})
#: Words of a schema that `strict` does not allow. Answers are validated here anyway.
_LOOSE = frozenset({"default", "minLength"})


class _Model(BaseModel):
    id: str


class _Models(BaseModel):
    data: list[_Model]


class _Delta(BaseModel):
    content: str | None = None
    refusal: str | None = None


class _Choice(BaseModel):
    delta: _Delta = Field(default_factory=_Delta)
    finish_reason: str | None = None


class _Usage(BaseModel):
    prompt_tokens: int | None = None
    completion_tokens: int | None = None


class _Event(BaseModel):
    """One event of a streamed answer; the count comes with the last one, which has no choices."""

    choices: list[_Choice] = []
    usage: _Usage | None = None
    error: Any = None


class OpenAi:
    """One model of an OpenAI-compatible server, whose address may lack the `/v1`."""

    def __init__(
        self,
        url: str,
        model: str,
        context: int,
        timeout_s: float,
        client: httpx.Client | None = None,
        *,
        key: SecretStr | None = None,
        pause: Pause = time.sleep,
    ):
        self.name = f"openai {model}"
        #: Tokens that prompt and answer share.
        self.context = context
        #: Longest answer in tokens.
        self.answer = context // 4
        self._model = model
        #: Which of `_REFUSALS` have been met; the server is not asked for these again.
        self._refused: set[str] = set()
        base = url.rstrip("/")
        address = base if _VERSION.search(base) else f"{base}/v1"
        self._failures = Failures(
            place(address), model, "an OpenAI-compatible server", "set CALLSCRIBE_LLM_MODEL to one that it has."
        )
        self._server = Server(address, key, timeout_s, client, self._failures, pause=pause)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def check(self) -> None:
        """Ask the server, for a few seconds at most, whether it has the model. Raises `Unavailable`.

        A server that lists no models is taken at its word when it is asked.
        """
        with self._server.translated():
            listed = self._server.get("/models", 404, 405)
            names = set() if listed is None else {model.id for model in _Models.model_validate_json(listed).data}
        if names and self._model not in names:
            raise self._failures.missing()

    def chat(self, system: str, user: str, schema: dict[str, Any], tick: Callable[[], None]) -> Reply:
        """Ask once for JSON that follows a schema; `tick` is called now and then and may raise to stop the answer.

        A failure that may pass is waited out for some seconds. Raises `Unavailable`, and `TooLong` where the prompt
        does not fit the context.
        """
        return self._server.insist(lambda: self._ask(system, user, strict(schema), tick), tick)

    def _ask(self, system: str, user: str, schema: Any, tick: Callable[[], None]) -> Reply:
        while True:
            try:
                return self._read(self._body(system, user, schema), len(system) + len(user), tick)
            except Refused as exc:
                self._learn(exc)

    def _body(self, system: str, user: str, schema: Any) -> dict[str, Any]:
        """The question, without what the server has refused."""
        body: dict[str, Any] = {
            "model": self._model,
            "messages": [{"role": "system", "content": system}, {"role": "user", "content": user}],
            "stream": True,
            "stream_options": {"include_usage": True},
            "max_tokens": self.answer,
            "temperature": 0,
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": "answer", "schema": schema, "strict": True},
            },
        }
        if "schema" in self._refused:
            # The question says in words, too, what the object must look like.
            body["response_format"] = _PLAIN_JSON
        if "max_tokens" in self._refused:
            body["max_completion_tokens"] = body.pop("max_tokens")
        if "temperature" in self._refused:
            del body["temperature"]
        return body

    def _learn(self, refusal: Refused) -> None:
        """Take note of what the server refuses. Raises the refusal where that is unknown, or not asked for any more."""
        new = {name for name, said in _REFUSALS.items() if said.search(refusal.reason)} - self._refused
        if not new:
            raise refusal
        log.info("the LLM server refuses what it is asked with (%s), so it is asked without", ", ".join(sorted(new)))
        self._refused |= new

    def _read(self, body: dict[str, Any], characters: int, tick: Callable[[], None]) -> Reply:
        text, ending, usage = "", None, _Usage()
        with self._server.lines("/chat/completions", body, tick, longest=self._server.longest_answer) as lines:
            for event in self._events(lines):
                for choice in event.choices:
                    if choice.delta.refusal or choice.finish_reason == "content_filter":
                        raise self._failures.censored()
                    text += choice.delta.content or ""
                    ending = choice.finish_reason or ending
                usage = event.usage or usage
        if ending is None:
            raise self._failures.broken_off()
        check_prompt(characters, usage.prompt_tokens, self.context)
        return Reply(unwrapped(text), ending == "length", usage.prompt_tokens, usage.completion_tokens)

    def _events(self, lines: Iterable[bytes]) -> Iterator[_Event]:
        for line in lines:
            if _NO_DATA.match(line):
                continue
            data = line.removeprefix(b"data:").strip()
            if data == b"[DONE]":
                return
            event = _Event.model_validate_json(data)
            if event.error:
                raise self._failures.answered(500, str(event.error))
            yield event


def strict(schema: Any) -> Any:
    """A JSON schema as `strict` wants it: every field is required, no other is allowed, nothing has a default."""
    if isinstance(schema, list):
        return [strict(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made: dict[str, Any] = {
        key: {name: strict(part) for name, part in value.items()} if key in _NAMED else strict(value)
        for key, value in schema.items()
        if key not in _LOOSE
    }
    if "properties" in made:
        made |= {"required": list(made["properties"]), "additionalProperties": False}
    return made
