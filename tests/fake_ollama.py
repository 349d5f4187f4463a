"""A server that speaks Ollama's protocol."""

import json
from collections.abc import Iterator
from typing import Any

from tests.fake_llm import MODEL, FakeLlm, Fault, Handler, count_tokens, echo, pieces, spoiled, tokens_of

__all__ = ["MODEL", "FakeOllama", "Fault", "count_tokens"]

#: Of the layers of a model that is pulled, in bytes.
_LAYERS = {"sha256:c1864a5eb193": 1_600_000_000, "sha256:097a36493f71": 8_400}


class FakeOllama(FakeLlm):
    """What the server has, can pull, and was asked."""

    def __init__(self) -> None:
        super().__init__()
        #: Models of the registry.
        self.registry: list[str] = []
        #: Models it was told to pull.
        self.pulls: list[str] = []


def _tags(handler: Handler) -> None:
    handler.whole(200, {"models": [{"name": name, "model": name} for name in handler.fake.models]})


def _chat(handler: Handler) -> None:
    fake, request = handler.fake, handler.body()
    fake.requests.append(request)
    if request["model"] not in fake.models:
        handler.whole(404, _error(f"model '{request['model']}' not found"))
        return
    fault = fake.next_fault()
    if fault is Fault.HANG or (fault and handler.failed(fault, _error)):
        return
    if tokens_of(request) > (fake.limit or request["options"]["num_ctx"]):
        handler.whole(400, _error("the input length exceeds the context length"))
    elif fault is Fault.NOT_OLLAMA:
        handler.whole(200, ["hello"])
    else:
        handler.stream("application/x-ndjson", _answer(request, fault))


def _answer(request: dict[str, Any], fault: Fault | None) -> Iterator[bytes]:
    if fault is Fault.OUT_OF_MEMORY_LATE:
        yield _line(_error("CUDA error: out of memory"))
        return
    text, tokens = spoiled(request, request["format"], fault), tokens_of(request)
    if fault is Fault.ECHO:
        yield echo(request)
    for piece in pieces(text, fault):
        yield _line({"message": {"role": "assistant", "content": piece}, "done": False})
    if fault is not Fault.TRUNCATED:
        yield _line(
            {
                "message": {"role": "assistant", "content": ""},
                "done": True,
                "done_reason": "length" if fault is Fault.LENGTH else "stop",
                "prompt_eval_count": tokens // 2 if fault is Fault.FRONT_LOST else tokens,
                "eval_count": count_tokens(text),
            }
        )


def _pull(handler: Handler) -> None:
    assert isinstance(handler.fake, FakeOllama)
    handler.stream("application/x-ndjson", _progress(handler.fake, handler.body()["model"]))


def _progress(fake: FakeOllama, model: str) -> Iterator[bytes]:
    fake.pulls.append(model)
    yield _line({"status": "pulling manifest"})
    if model not in fake.registry:
        yield _line(_error("pull model manifest: file does not exist"))
        return
    fault = fake.next_fault()
    for digest, size in _LAYERS.items():
        for share in range(0, 101, 4):
            yield _line(
                {"status": f"pulling {digest}", "digest": digest, "total": size, "completed": size * share // 100}
            )
        if fault is Fault.CUT_OFF:
            raise ConnectionAbortedError
        if fault is Fault.TRUNCATED:
            return
        if fault is Fault.CRASH:
            yield _line(_error(f"write /root/.ollama/models/blobs/{digest}: no space left on device"))
            return
    for status in ("verifying sha256 digest", "writing manifest"):
        yield _line({"status": status})
    fake.models.append(model)
    yield _line({"status": "success"})


def _error(words: str) -> dict[str, str]:
    return {"error": words}


def _line(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode() + b"\n"


FakeOllama.routes = {"GET /api/tags": _tags, "POST /api/chat": _chat, "POST /api/pull": _pull}
