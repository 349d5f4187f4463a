"""A server that speaks Ollama's protocol and computes its answers from the prompt.

Questions are answered well unless a fault is queued; each fault spoils one answer.
"""

import json
import re
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "gemma2:2b"


class Fault(Enum):
    """What can go wrong with an answer."""

    INVALID_JSON = auto()
    WRONG_SHAPE = auto()
    WRONG_LANGUAGE = auto()
    INVENTED = auto()
    LENGTH = auto()
    FRONT_LOST = auto()
    TRUNCATED = auto()
    OUT_OF_MEMORY = auto()
    OUT_OF_MEMORY_LATE = auto()
    CRASH = auto()
    HANG = auto()
    NOT_OLLAMA = auto()


class FakeOllama:
    """What the server has and was asked."""

    def __init__(self) -> None:
        self.models = [MODEL]
        self.faults: deque[Fault] = deque()
        #: Bodies of all chat requests.
        self.requests: list[dict[str, Any]] = []
        #: Largest prompt in tokens; None: as `num_ctx` asks.
        self.limit: int | None = None
        self.url = ""
        self._released = threading.Event()

    def fail(self, *faults: Fault) -> None:
        """Spoil the next answers, one fault each."""
        self.faults.extend(faults)

    def prompt(self, number: int = -1) -> str:
        """The user's message of a request."""
        text: str = self.requests[number]["messages"][-1]["content"]
        return text

    @contextmanager
    def running(self) -> Iterator["FakeOllama"]:
        """Serve on a free port of the loopback interface."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self._released.set()
            server.shutdown()
            server.server_close()
            thread.join()

    def hang(self) -> None:
        """Say nothing until the server stops."""
        self._released.wait()


def count_tokens(text: str) -> int:
    """Four characters a token, as in English."""
    return len(text) // 4


def answer(request: dict[str, Any]) -> dict[str, Any]:
    """What an honest model answers: the first words of the call, and its first, middle and last lines as items."""
    prompt = request["messages"][-1]["content"]
    if "key_points" not in request["format"]["properties"]:
        body = re.search(r"<summaries>\n(.*)\n</summaries>", prompt, re.DOTALL)
        assert body is not None
        return {"summary": " ".join(part[:80] for part in body[1].split("\n\n"))}
    said = re.findall(r"^\[(\d+)\] (?:[^:\n]{1,20}: )?(.+)$", prompt, re.MULTILINE)
    items = [{"text": text, "quote": text.upper(), "segments": [int(number)]} for number, text in said]
    return {
        "summary": " ".join(text for _, text in said)[:200],
        "key_points": items[:1],
        "decisions": items[len(items) // 2 :][:1],
        "action_items": items[-1:],
    }


def spoiled(request: dict[str, Any], fault: Fault | None) -> str:
    """The text of an answer with a fault."""
    good = answer(request)
    item = {"text": "The deal is closed.", "quote": "we have closed the deal for good", "segments": [0]}
    if fault is Fault.INVENTED:
        good |= {"decisions": [item]}
    elif fault is Fault.WRONG_SHAPE:
        good |= {"decisions": ["no object"]}
    elif fault is Fault.WRONG_LANGUAGE:
        good |= {"summary": "Words in English." if "Russian" in request["messages"][0]["content"] else "По-русски."}
    text = json.dumps(good, ensure_ascii=False)
    return text[: len(text) // 2] if fault in {Fault.INVALID_JSON, Fault.LENGTH} else text


def _handler(fake: FakeOllama) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._refuse(200, {"models": [{"name": name, "model": name} for name in fake.models]})

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            fake.requests.append(request)
            fault = fake.faults.popleft() if fake.faults else None
            tokens = count_tokens("".join(message["content"] for message in request["messages"]))
            if request["model"] not in fake.models:
                self._refuse(404, {"error": f"model '{request['model']}' not found"})
            elif fault is Fault.OUT_OF_MEMORY:
                self._refuse(500, {"error": "model requires more system memory (9.9 GiB) than is available (1.0 GiB)"})
            elif fault is Fault.CRASH:
                self._refuse(500, {"error": "llama runner process has terminated: exit status 2"})
            elif tokens > (fake.limit or request["options"]["num_ctx"]):
                self._refuse(400, {"error": "the input length exceeds the context length"})
            elif fault is Fault.HANG:
                fake.hang()
            elif fault is Fault.NOT_OLLAMA:
                self._refuse(200, ["hello"])
            else:
                self._stream(request, fault, tokens)

        def _stream(self, request: dict[str, Any], fault: Fault | None, tokens: int) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "application/x-ndjson")
            self.end_headers()
            if fault is Fault.OUT_OF_MEMORY_LATE:
                self._line({"error": "CUDA error: out of memory"})
                return
            text = spoiled(request, fault)
            for begin in range(0, len(text), 16):
                self._line({"message": {"role": "assistant", "content": text[begin : begin + 16]}, "done": False})
                if fault is Fault.TRUNCATED:
                    return
            self._line(
                {
                    "message": {"role": "assistant", "content": ""},
                    "done": True,
                    "done_reason": "length" if fault is Fault.LENGTH else "stop",
                    "prompt_eval_count": tokens // 2 if fault is Fault.FRONT_LOST else tokens,
                    "eval_count": count_tokens(text),
                }
            )

        def _refuse(self, status: int, body: object) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def _line(self, body: object) -> None:
            self.wfile.write(json.dumps(body, ensure_ascii=False).encode() + b"\n")

        def log_message(self, *_: object) -> None:
            """Keep the test's output clean."""

    return Handler
