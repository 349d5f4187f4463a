"""What the servers that stand in for language models share: answers computed from the prompt, and faults.

Questions are answered well unless a fault is queued; each fault spoils one answer.
"""

import json
import re
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar, Self

MODEL = "gemma2:2b"


class Fault(Enum):
    """What can go wrong with an answer."""

    INVALID_JSON = auto()
    WRONG_SHAPE = auto()
    WRONG_LANGUAGE = auto()
    INVENTED = auto()
    LENGTH = auto()
    FRONT_LOST = auto()
    #: The answer ends in the middle, as if it were complete.
    TRUNCATED = auto()
    #: The connection ends in the middle of the answer.
    CUT_OFF = auto()
    #: What comes is not HTTP, and quotes the call.
    GARBLED = auto()
    #: What comes is not the protocol, and quotes the call: the end of the prompt, short enough to be quoted in errors.
    ECHO = auto()
    OUT_OF_MEMORY = auto()
    OUT_OF_MEMORY_LATE = auto()
    CRASH = auto()
    BUSY = auto()
    #: Too many questions: ask again in `RETRY_AFTER` seconds.
    LIMITED = auto()
    #: Silence until `loaded` is set, then a good answer.
    LOADING = auto()
    #: Silence until the server ends.
    HANG = auto()
    NOT_OLLAMA = auto()
    #: The model does not want to answer, or a filter stops it.
    REFUSAL = auto()
    CENSORED = auto()


RETRY_AFTER = 7
#: Faults that are told by a status, with the server's words.
REFUSALS = {
    Fault.OUT_OF_MEMORY: (500, "model requires more system memory (9.9 GiB) than is available (1.0 GiB)"),
    Fault.CRASH: (500, "llama runner process has terminated: exit status 2"),
    Fault.BUSY: (503, "server busy, please try again. maximum pending requests exceeded"),
    Fault.LIMITED: (429, "rate limit reached"),
}


class FakeLlm:
    """What the server has and was asked."""

    #: What answers a method and a path.
    routes: ClassVar[dict[str, Callable[["Handler"], None]]]

    def __init__(self) -> None:
        self.models = [MODEL]
        self.faults: deque[Fault] = deque()
        #: Bodies of all chat requests.
        self.requests: list[dict[str, Any]] = []
        #: Largest prompt in tokens; None: as the protocol has it.
        self.limit: int | None = None
        #: The value of the header `Authorization` that is wanted; None: any.
        self.authorization: str | None = None
        self.url = ""
        self.loading, self.loaded = threading.Event(), threading.Event()
        self._released = threading.Event()

    def fail(self, *faults: Fault) -> None:
        """Spoil the next answers, one fault each."""
        self.faults.extend(faults)

    def next_fault(self) -> Fault | None:
        """What spoils this answer; returns once the silence is over, if it is silence."""
        fault = self.faults.popleft() if self.faults else None
        if fault is Fault.LOADING:
            self.loading.set()
            self.loaded.wait()
        if fault is Fault.HANG:
            self._released.wait()
        return fault

    def prompt(self, number: int = -1) -> str:
        """The user's message of a request."""
        text: str = self.requests[number]["messages"][-1]["content"]
        return text

    @contextmanager
    def running(self) -> Iterator[Self]:
        """Serve on a free port of the loopback interface."""
        server = ThreadingHTTPServer(("127.0.0.1", 0), type("Speaking", (Handler,), {"fake": self}))
        self.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self._released.set()
            self.loaded.set()
            server.shutdown()
            server.server_close()
            thread.join()


class Handler(BaseHTTPRequestHandler):
    """One request at a time, answered as a whole or in chunks, as HTTP/1.1 has it."""

    protocol_version = "HTTP/1.1"
    fake: FakeLlm

    def do_GET(self) -> None:
        answer = self.fake.routes.get(f"{self.command} {self.path}")
        if answer is None:
            self.whole(404, {"detail": "Not Found"})
        elif self.fake.authorization not in (None, self.headers["Authorization"]):
            self.whole(401, {"error": {"message": "Incorrect API key provided.", "code": "invalid_api_key"}})
        else:
            answer(self)

    do_POST = do_GET

    def body(self) -> dict[str, Any]:
        """What came with the request."""
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return body

    def whole(self, status: int, body: object, **headers: str) -> None:
        """Answer at once, with JSON."""
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), "Connection": "close", **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def failed(self, fault: Fault, error: Callable[[str], object]) -> bool:
        """Whether the fault was one that a status tells, which has been answered then."""
        if fault not in REFUSALS:
            return False
        status, words = REFUSALS[fault]
        self.whole(status, error(words), **({"Retry_After": str(RETRY_AFTER)} if fault is Fault.LIMITED else {}))
        return True

    def stream(self, kind: str, lines: Iterator[bytes]) -> None:
        """Answer in chunks, one a line; a `ConnectionAbortedError` ends it with its own text in place of a chunk."""
        self.send_response(200)
        for name, value in {"Content-Type": kind, "Transfer-Encoding": "chunked", "Connection": "close"}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            for line in lines:
                self.wfile.write(b"%x\r\n%s\r\n" % (len(line), line))
            self.wfile.write(b"0\r\n\r\n")
        except ConnectionAbortedError as exc:
            self.wfile.write(str(exc).encode())
        except ConnectionError:  # the client has heard enough
            pass

    def log_message(self, *_: object) -> None:
        """Keep the test's output clean."""


def count_tokens(text: str) -> int:
    """Four characters a token, as in English."""
    return len(text) // 4


def tokens_of(request: dict[str, Any]) -> int:
    """The size of a request's prompt."""
    return count_tokens("".join(message["content"] for message in request["messages"]))


def echo(request: dict[str, Any]) -> bytes:
    """The end of a request's prompt, as a line."""
    end: str = request["messages"][-1]["content"][-40:]
    return end.replace("\n", " ").encode() + b"\n"


def answer(request: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """What an honest model answers: the first words of the call, and lines from all over it, as the schema wants them.

    Texts quote what was said, one item a list, spread over the call; what may be missing is missing.
    """
    prompt = request["messages"][-1]["content"]
    said = re.findall(r"^\[(\d+)\] (?:[^:\n]{1,20}: )?(.+)$", prompt, re.MULTILINE)
    body = re.search(r"<summaries>\n(.*)\n</summaries>", prompt, re.DOTALL)
    texts = [part[:80] for part in body[1].split("\n\n")] if body else [text[:200] for _, text in said]
    fields = {name: _resolved(schema, field) for name, field in schema["properties"].items()}
    lists = [name for name, field in fields.items() if field.get("type") == "array"]

    def value(name: str, field: dict[str, Any]) -> object:
        if field.get("type") != "array":
            return _text(name, field, " ".join(texts) if body else " ".join(texts)[:200])
        if not said:
            return []
        place = round(lists.index(name) * (len(said) - 1) / max(1, len(lists) - 1))
        return [_item(schema, _resolved(schema, field["items"]), *said[place])]

    return {name: value(name, field) for name, field in fields.items()}


def spoiled(request: dict[str, Any], schema: dict[str, Any], fault: Fault | None) -> str:
    """The text of an answer with a fault."""
    good = answer(request, schema)
    item = {"text": "The deal is closed.", "quote": "we have closed the deal for good", "segments": [0]}
    if fault is Fault.INVENTED:
        good |= {"decisions": [item]}
    elif fault is Fault.WRONG_SHAPE:
        good |= {"decisions": ["no object"]}
    elif fault is Fault.WRONG_LANGUAGE:
        good |= {"summary": "Words in English." if "Russian" in request["messages"][0]["content"] else "По-русски."}
    text = json.dumps(good, ensure_ascii=False)
    return text[: len(text) // 2] if fault in {Fault.INVALID_JSON, Fault.LENGTH} else text


def pieces(text: str, fault: Fault | None) -> Iterator[str]:
    """The text as it is streamed, and what becomes of it with a fault."""
    for begin in range(0, len(text), 16):
        yield text[begin : begin + 16]
        if fault in {Fault.CUT_OFF, Fault.GARBLED}:
            raise ConnectionAbortedError(f"{text}\r\n" if fault is Fault.GARBLED else "")
        if fault is Fault.TRUNCATED:
            return


def _resolved(schema: dict[str, Any], field: dict[str, Any]) -> dict[str, Any]:
    reference = field.get("$ref")
    return schema["$defs"][reference.rpartition("/")[2]] if reference else field


def _text(name: str, field: dict[str, Any], text: str) -> str | None:
    """None where the field may be empty."""
    if field.get("type") != "string":
        return None
    return {"title": text[:60], "quote": text.upper()}.get(name, text)


def _item(schema: dict[str, Any], shape: dict[str, Any], number: str, text: str) -> dict[str, object]:
    fields = {name: _resolved(schema, field) for name, field in shape["properties"].items()}
    return {
        name: [int(number)] if field.get("type") == "array" else _text(name, field, text)
        for name, field in fields.items()
    }
