"""A server that speaks the chat API that OpenAI began, as strictly as OpenAI does."""

import json
from collections.abc import Iterator
from typing import Any

from tests.fake_llm import FakeLlm, Fault, Handler, count_tokens, echo, pieces, spoiled, tokens_of


class FakeOpenAi(FakeLlm):
    """What the server has, refuses, and was asked."""

    def __init__(self) -> None:
        super().__init__()
        #: Parameters that it does not take: `json_schema`, `max_tokens`, `temperature`, `response_format`.
        self.refused: set[str] = set()
        #: Whether it lists its models, counts tokens, and says `[DONE]`.
        self.lists = self.counts = self.says_done = True
        #: The last schema it was given, taken or not: questions without one tell of it in words.
        self.schema: dict[str, Any] = {}


def _models(handler: Handler) -> None:
    assert isinstance(handler.fake, FakeOpenAi)
    if handler.fake.lists:
        handler.whole(200, {"object": "list", "data": [{"id": name} for name in handler.fake.models]})
    else:
        handler.whole(404, {"detail": "Not Found"})


def _chat(handler: Handler) -> None:
    fake, request = handler.fake, handler.body()
    assert isinstance(fake, FakeOpenAi)
    fake.requests.append(request)
    if request["model"] not in fake.models:
        handler.whole(404, _error(f"The model `{request['model']}` does not exist or you do not have access to it."))
        return
    if words := _objection(fake, request):
        handler.whole(400, _error(words))
        return
    fault = fake.next_fault()
    if fault is Fault.HANG or (fault and handler.failed(fault, _error)):
        return
    if fault is Fault.NOT_OLLAMA:
        handler.whole(200, ["hello"])
    else:
        handler.stream("text/event-stream", _events(fake, request, fault))


def _objection(fake: FakeOpenAi, request: dict[str, Any]) -> str | None:
    """What is wrong with a request."""
    wanted = request["response_format"]
    if wanted["type"] == "json_schema":
        fake.schema = wanted["json_schema"]["schema"]
        if "json_schema" in fake.refused:
            return "This response_format type is unavailable now"
        if word := next(_loose(fake.schema), None):
            return f"Invalid schema for response_format 'answer': In context=(), {word}."
    if "response_format" in fake.refused:
        return "Unknown parameter: 'response_format'."
    if "max_tokens" in fake.refused & request.keys():
        return (
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead."
        )
    if "temperature" in fake.refused & request.keys():
        return "Unsupported value: 'temperature' does not support 0 with this model."
    room = (fake.limit or 1_000_000) - tokens_of(request)
    return f"This model's maximum context length is {fake.limit} tokens." if room < 0 else None


def _loose(schema: dict[str, Any]) -> Iterator[str]:
    """What the mode `strict` does not allow in a schema."""
    for part in (schema, *schema.get("$defs", {}).values()):
        if set(part.get("required", ())) != set(part["properties"]):
            yield "'required' is required to be supplied and to be an array including every key in properties"
        if part.get("additionalProperties") is not False:
            yield "'additionalProperties' is required to be supplied and to be false"
        for field in part["properties"].values():
            yield from (f"'{word}' is not permitted" for word in ("default", "minLength") if word in field)


def _events(fake: FakeOpenAi, request: dict[str, Any], fault: Fault | None) -> Iterator[bytes]:
    yield b": PROCESSING\n\n"
    yield _event(choices=[{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}])
    if fault is Fault.OUT_OF_MEMORY_LATE:
        yield _event(**_error("CUDA out of memory"))
        return
    if fault is Fault.REFUSAL:
        yield _event(choices=[{"index": 0, "delta": {"refusal": "I'm sorry, I cannot"}, "finish_reason": None}])
    text, tokens = spoiled(request, fake.schema, fault), tokens_of(request)
    if fault is Fault.ECHO:
        yield b"data: " + echo(request)
    for piece in pieces(text, fault):
        yield _event(choices=[{"index": 0, "delta": {"content": piece}, "finish_reason": None}])
    if fault is Fault.TRUNCATED:
        return
    ending = {Fault.LENGTH: "length", Fault.CENSORED: "content_filter"}.get(fault or Fault.INVENTED, "stop")
    yield _event(choices=[{"index": 0, "delta": {}, "finish_reason": ending}])
    if fake.counts:
        prompt = tokens // 2 if fault is Fault.FRONT_LOST else tokens
        yield _event(choices=[], usage={"prompt_tokens": prompt, "completion_tokens": count_tokens(text)})
    if fake.says_done:
        yield b"data: [DONE]\n\n"


def _event(**body: object) -> bytes:
    return b"data: " + json.dumps({"object": "chat.completion.chunk", **body}, ensure_ascii=False).encode() + b"\n\n"


def _error(words: str) -> dict[str, dict[str, str]]:
    return {"error": {"message": words, "type": "invalid_request_error"}}


FakeOpenAi.routes = {"GET /v1/models": _models, "POST /v1/chat/completions": _chat}
