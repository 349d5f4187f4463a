"""Ollama's native chat API.

`/v1/chat/completions` ignores `num_ctx`, and without it a long prompt loses its front with HTTP 200.
"""

import logging
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpx
from pydantic import BaseModel, Field, SecretStr

from callscribe.errors import Unavailable
from callscribe.ports import Reply
from callscribe.summary.servers.chat import Pause, Server, check_prompt, place, unwrapped
from callscribe.summary.servers.failures import Failures, ModelAbsent, Passing

log = logging.getLogger(__name__)

#: How long the model stays loaded after an answer; the next part of a call follows soon.
_KEEP_ALIVE = "10m"


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
    eval_count: int | None = None
    error: str | None = None


class _Step(BaseModel):
    """One line of a pull; sizes in bytes."""

    status: str = ""
    digest: str = ""
    total: int = 0
    completed: int = 0
    error: str | None = None


class Ollama:
    """One model of an Ollama server; `pulls`: a missing model is fetched at the first question."""

    def __init__(
        self,
        url: str,
        model: str,
        context: int,
        timeout_s: float,
        client: httpx.Client | None = None,
        *,
        key: SecretStr | None = None,
        pulls: bool = False,
        pause: Pause = time.sleep,
    ):
        self.name = f"ollama {model}"
        #: Tokens that prompt and answer share.
        self.context = context
        #: Longest answer in tokens.
        self.answer = context // 4
        self._model = model
        self._pulls = pulls
        absent = "it will be pulled for the next summary." if pulls else f"run `ollama pull {model}` there."
        self._failures = Failures(place(url), model, "Ollama", absent, pulls=pulls)
        self._server = Server(url, key, timeout_s, client, self._failures, pause=pause)

    def close(self) -> None:
        """Close the connections."""
        self._server.close()

    def check(self) -> None:
        """Ask the server, for a few seconds at most, whether it has the model. Raises `Unavailable`."""
        with self._server.translated():
            models = _Models.model_validate_json(self._server.get("/api/tags") or b"").models
        if not {model.name for model in models} & {self._model, f"{self._model}:latest"}:
            raise self._failures.missing()

    def chat(self, system: str, user: str, schema: dict[str, Any], tick: Callable[[], None]) -> Reply:
        """Ask once for JSON that follows a schema; `tick` is called now and then and may raise to stop the answer.

        A failure that may pass is waited out for some seconds. Raises `Unavailable`, and `TooLong` where the prompt
        does not fit the context.
        """

        def ask() -> Reply:
            return self._ask(system, user, schema, tick)

        try:
            return self._server.insist(ask, tick)
        except ModelAbsent:
            if not self._pulls:
                raise
        self._pull(tick)
        return self._server.insist(ask, tick)

    def _ask(self, system: str, user: str, schema: dict[str, Any], tick: Callable[[], None]) -> Reply:
        body = {
            "model": self._model,
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
        with self._server.lines("/api/chat", body, tick, longest=self._server.longest_answer) as lines:
            for line in lines:
                piece = _Piece.model_validate_json(line)
                if piece.error is not None:
                    raise self._failures.answered(500, piece.error)
                text += piece.message.content
                if piece.done:
                    # Old servers do not know `truncate`.
                    check_prompt(len(system) + len(user), piece.prompt_eval_count, self.context)
                    is_cut = piece.done_reason == "length"
                    return Reply(unwrapped(text), is_cut, piece.prompt_eval_count, piece.eval_count)
        raise self._failures.broken_off()

    def _pull(self, tick: Callable[[], None]) -> None:
        log.info("the LLM server has no model %s, so it is pulled", self._model)
        try:
            with self._server.lines("/api/pull", {"model": self._model, "stream": True}, tick) as lines:
                self._follow(_Step.model_validate_json(line) for line in lines)
        except Passing as exc:
            raise self._not_pulled() from exc

    def _follow(self, steps: Iterable[_Step]) -> None:
        """Log each tenth of a pull until it is done."""
        sizes: dict[str, tuple[int, int]] = {}
        told = 0
        for step in steps:
            if step.error is not None:
                raise self._not_pulled(step.error)
            if step.status == "success":
                return
            sizes[step.digest] = (step.completed, step.total)
            completed, total = (sum(column) for column in zip(*sizes.values(), strict=True))
            tenths = 10 * completed // total if total else 0
            if tenths > told:
                told = tenths
                log.info("pulling %s: %d %%", self._model, 10 * tenths)
        raise self._not_pulled()

    def _not_pulled(self, reason: str = "") -> Unavailable:
        if "file does not exist" in reason:
            return Unavailable(f"There is no model {self._model} to be pulled; correct CALLSCRIBE_LLM_MODEL.")
        return Unavailable(
            f"The LLM server could not pull the model {self._model}; see that it has internet and room on its disk, "
            f"or run `ollama pull {self._model}` there."
        )
