"""Questions to a language model, each asked until the answer is of use, and no answered one asked twice."""

import hashlib
import json
import string
import time
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

from pydantic import ValidationError

from callscribe.errors import Unavailable
from callscribe.ports import ChatModel, Drafts, Report, TooLong
from callscribe.summary import templates
from callscribe.summary.answers import Merged
from callscribe.summary.mapreduce import estimate
from callscribe.summary.text import is_cyrillic
from callscribe.telemetry import metrics

_Answer = TypeVar("_Answer", bound=Merged)

_ATTEMPTS = 3
#: Tokens of the chat template and of a complaint about the last answer.
_RESERVE = 200
#: Tokens that have to be left for what is to be summarized.
_LEAST = 200
_PART_WORDS, _CALL_WORDS = 150, 300
_BE_BRIEF = "it was too long: be brief and list only what matters most"
_LANGUAGES = {"ru": "Russian", "en": "English"}


class Interview:
    """What one call's summary takes; `language` is that of the summary, an ISO 639-1 code."""

    def __init__(
        self,
        llm: ChatModel,
        language: str,
        template: str,
        prompts: Path | None,
        *,
        report: Report,
        drafts: Drafts | None,
    ) -> None:
        self._llm = llm
        self._language = language
        self._template = templates.text(template, prompts)
        self._report = report
        self._drafts = drafts
        self._share = 0.0

    def ask(self, prompt: str, data: str, shape: type[_Answer]) -> _Answer:
        """Ask until the answer is of use, telling the model what was wrong with the last one.

        `prompt` is the name of a file of instructions. Raises `Unavailable`, and `TooLong` where the data or the answer
        does not fit the model's context.
        """
        system, question = self._system(prompt), f"{data}\n\nAnswer with the JSON object, in {self._language_name}."
        key = _key(self._llm.name, system, question, json.dumps(shape.model_json_schema(), sort_keys=True))
        known = self._drafts.get(key) if self._drafts else None
        if known is not None:
            return shape.model_validate_json(known)
        answer = self._answered(prompt, system, question, shape)
        if self._drafts:
            self._drafts.put(key, answer.model_dump_json())
        return answer

    def budget(self, prompt: str) -> int:
        """Tokens of a prompt that are left for what is to be summarized. Raises `TooLong` where there are too few."""
        left = self._llm.context - self._llm.answer - estimate(self._system(prompt)) - _RESERVE
        if left < _LEAST:
            raise TooLong
        return left

    def progress(self, share: float) -> None:
        """Report how much of the work is done, 0 to 1."""
        self._share = share
        self._report(share)

    def _answered(self, prompt: str, system: str, question: str, shape: type[_Answer]) -> _Answer:
        complaint = ""
        for attempt in range(_ATTEMPTS):
            begun = time.monotonic()
            reply = self._llm.chat(system, question + complaint, shape.model_json_schema(), self._tick)
            metrics.asked(self._llm.name, prompt, time.monotonic() - begun, reply.read, reply.written)
            if reply.is_cut and attempt > 0:
                raise TooLong
            answer, problem = (None, _BE_BRIEF) if reply.is_cut else _read(reply.text, shape, self._language)
            if answer is not None:
                return answer
            complaint = f"\n\nYour last answer could not be used: {problem}. Answer again."
        raise Unavailable(
            f"The model {self._llm.name} gave no usable answer in {_ATTEMPTS} attempts; "
            "set CALLSCRIBE_LLM_MODEL to a more capable one."
        )

    def _system(self, prompt: str) -> str:
        words = _PART_WORDS if prompt == "map" else _CALL_WORDS
        return string.Template(_instructions(prompt)).substitute(
            language=self._language_name, words=words, template=self._template
        )

    @property
    def _language_name(self) -> str:
        return _LANGUAGES.get(self._language, "the language of the transcript")

    def _tick(self) -> None:
        self._report(self._share)


@cache
def _instructions(name: str) -> str:
    return files("callscribe.summary").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")


def _key(*question: str) -> str:
    """The same for the same question alone: an answer to an older prompt, transcript or schema is never taken."""
    return hashlib.sha256("\0".join(question).encode()).hexdigest()


def _read(text: str, shape: type[_Answer], language: str) -> tuple[_Answer | None, str | None]:
    """The answer, or what is wrong with it."""
    try:
        answer = shape.model_validate_json(text)
    except ValidationError as exc:
        first = exc.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        return None, f"{place or 'it'}: {first['msg'][:200]}"
    if language in _LANGUAGES and is_cyrillic(answer.summary) != (language == "ru"):
        return None, f"the summary must be in {_LANGUAGES[language]}"
    return answer, None
