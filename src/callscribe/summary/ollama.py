"""The summarizer that asks a language model, and believes only what it can prove from the call."""

import string
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import TypeVar

import httpx
from pydantic import ValidationError

from callscribe.errors import Unavailable
from callscribe.models import Insight, InsightKind, Notice, Summary, Template, Transcript
from callscribe.ports import Report
from callscribe.summary.answers import Merged, Part
from callscribe.summary.grounding import Source, ground
from callscribe.summary.llm import Ollama
from callscribe.summary.mapreduce import Line, TooLong, estimate, lines, map_parts, on_one_line, reduce_parts
from callscribe.summary.participants import participants
from callscribe.summary.statements import Statements, most_central
from callscribe.summary.text import cut, is_cyrillic, nothing_said
from callscribe.summary.topics import topics

_Answer = TypeVar("_Answer", Part, Merged)

_ATTEMPTS = 3
#: Tokens of the chat template and of a complaint about the last answer.
_RESERVE = 200
_PART_WORDS, _CALL_WORDS = 150, 300
_BE_BRIEF = "it was too long: be brief and list only what matters most"
#: Key points of a whole call; each part gives a few.
_KEY_POINTS = 12
_LANGUAGES = {"ru": "Russian", "en": "English"}


class OllamaSummarizer:
    """Map-reduce over the segments with a model of an Ollama server."""

    def __init__(
        self, url: str, model: str, context: int, timeout_s: float, client: httpx.Client | None = None
    ) -> None:
        """`context` is in tokens; `timeout_s` is the longest silence of the server in seconds."""
        self._llm = Ollama(url, model, context, timeout_s, client)
        self._engine = f"ollama {model}"

    def check(self) -> None:
        """Ask for the model, within a few seconds. Raises `Unavailable` with what to do."""
        self._llm.check()

    def close(self) -> None:
        """Close the connections."""
        self._llm.close()

    def summarize(self, transcript: Transcript, report: Report, template: Template = Template.MEETING) -> Summary:
        """Summarize in the call's language. Raises `Unavailable` where the model does not, or not usably, answer."""
        if not transcript.text.strip():
            return Summary(nothing_said(transcript.language), (), (), self._engine)
        try:
            return self._summarize(transcript, report, template)
        except TooLong as exc:
            message = "The call does not fit the LLM's context; raise CALLSCRIBE_LLM_CONTEXT or choose another model."
            raise Unavailable(message) from exc

    def _summarize(self, transcript: Transcript, report: Report, template: Template) -> Summary:
        work = _Work(self._llm, transcript.language or "en", template, report)
        parts = work.parts(transcript)
        text = work.merged([part.summary for part in parts])
        claims = [claim for part in parts for claim in part.items()]
        insights, dropped = ground(claims, Source(transcript.segments))
        return Summary(
            text=cut(text),
            insights=tuple(_shortlisted(insights)),
            participants=participants(transcript.segments, Statements(transcript.segments)),
            engine=self._engine,
            notices=(_ungrounded(dropped),) if dropped else (),
            topics=topics(transcript.segments, text),
        )


class _Work:
    """The questions that one call's summary takes."""

    def __init__(self, llm: Ollama, language: str, template: Template, report: Report) -> None:
        self._llm = llm
        self._language = language
        self._template = _prompt(f"templates/{template}")
        self._report = report
        self._share = 0.0

    def parts(self, transcript: Transcript) -> list[Part]:
        budget = self._budget("map")
        return map_parts(lines(transcript.segments, budget - 1), budget, self._part, self._progress)

    def merged(self, texts: Sequence[str]) -> str:
        return reduce_parts(texts, self._budget("reduce"), self._merge, self._progress)

    def _part(self, chunk: Sequence[Line]) -> Part:
        body = "\n".join(line.text for line in chunk)
        return self._ask("map", f"<transcript>\n{body}\n</transcript>", Part)

    def _merge(self, texts: Sequence[str]) -> str:
        body = "\n\n".join(on_one_line(text) for text in texts)
        return self._ask("reduce", f"<summaries>\n{body}\n</summaries>", Merged).summary

    def _ask(self, prompt: str, data: str, shape: type[_Answer]) -> _Answer:
        """Ask until the answer is of use, telling the model what was wrong with the last one."""
        system, question = self._system(prompt), f"{data}\n\nAnswer with the JSON object, in {self._language_name}."
        complaint = ""
        for attempt in range(_ATTEMPTS):
            reply = self._llm.chat(system, question + complaint, shape.model_json_schema(), self._tick)
            if reply.is_cut and attempt > 0:
                raise TooLong
            answer, problem = (None, _BE_BRIEF) if reply.is_cut else _read(reply.text, shape, self._language)
            if answer is not None:
                return answer
            complaint = f"\n\nYour last answer could not be used: {problem}. Answer again."
        raise Unavailable(
            f"The model {self._llm.model} gave no usable answer in {_ATTEMPTS} attempts; "
            "set CALLSCRIBE_LLM_MODEL to a more capable one."
        )

    def _budget(self, prompt: str) -> int:
        """Tokens of a prompt that are left for what is to be summarized."""
        return self._llm.context - self._llm.answer - estimate(self._system(prompt)) - _RESERVE

    def _system(self, prompt: str) -> str:
        words = _PART_WORDS if prompt == "map" else _CALL_WORDS
        return string.Template(_prompt(prompt)).substitute(
            language=self._language_name, words=words, template=self._template
        )

    @property
    def _language_name(self) -> str:
        return _LANGUAGES.get(self._language, "the language of the transcript")

    def _progress(self, share: float) -> None:
        self._share = share
        self._report(share)

    def _tick(self) -> None:
        self._report(self._share)


@cache
def _prompt(name: str) -> str:
    return files("callscribe.summary").joinpath("prompts", f"{name}.md").read_text(encoding="utf-8")


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


def _shortlisted(insights: Sequence[Insight]) -> list[Insight]:
    """All decisions and action items, and the most central of the key points."""
    points = [insight for insight in insights if insight.kind == InsightKind.KEY_POINT]
    kept = {points[position] for position in most_central([point.text for point in points], _KEY_POINTS)}
    return [insight for insight in insights if insight.kind != InsightKind.KEY_POINT or insight in kept]


def _ungrounded(count: int) -> Notice:
    what = "One statement of the LLM was" if count == 1 else f"{count} statements of the LLM were"
    return Notice("ungrounded_items", f"{what} left out because the call does not bear them out.")
