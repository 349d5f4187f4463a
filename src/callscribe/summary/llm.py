"""The summarizer that asks a language model, and believes only what it can prove from the call."""

from collections.abc import Sequence
from pathlib import Path

from callscribe.errors import Unavailable
from callscribe.models import DEFAULT_BRIEF, Brief, Insight, InsightKind, Notice, Summary, Transcript
from callscribe.ports import ChatModel, Drafts, Report, TooLong
from callscribe.summary.answers import Merged, Part
from callscribe.summary.commitments import Commitments
from callscribe.summary.duplicates import merged
from callscribe.summary.grounding import Source, ground
from callscribe.summary.interview import Interview
from callscribe.summary.mapreduce import Line, lines, map_parts, on_one_line, reduce_parts
from callscribe.summary.participants import participants
from callscribe.summary.statements import Statements, most_central
from callscribe.summary.text import cut, nothing_said
from callscribe.summary.topics import topics

#: Key points of a whole call; each part gives a few.
_KEY_POINTS = 12
_TITLE_WORDS = 12


class LlmSummarizer:
    """Map-reduce over the segments with a language model; `prompts` is a folder of further kinds of calls."""

    def __init__(self, llm: ChatModel, prompts: Path | None = None) -> None:
        self._llm = llm
        self._prompts = prompts

    def summarize(
        self, transcript: Transcript, report: Report, brief: Brief = DEFAULT_BRIEF, drafts: Drafts | None = None
    ) -> Summary:
        """Summarize as the brief says. Raises `Unavailable` where the model does not, or not usably, answer."""
        language = brief.language or transcript.language
        if not transcript.text.strip():
            return Summary(nothing_said(language), (), (), self._llm.name)
        work = Interview(self._llm, language or "en", brief.template, self._prompts, report=report, drafts=drafts)
        try:
            parts = _parts(work, transcript)
            whole = _whole(work, parts)
        except TooLong as exc:
            message = "The call does not fit the LLM's context; raise CALLSCRIBE_LLM_CONTEXT or choose another model."
            raise Unavailable(message) from exc
        statements = Statements(transcript.segments)
        insights, ungrounded = _proved(parts, transcript, statements, brief)
        text = cut(whole.summary)
        return Summary(
            text=text,
            insights=tuple(_shortlisted(insights)),
            participants=participants(transcript.segments, statements),
            engine=self._llm.name,
            notices=(_ungrounded(ungrounded),) if ungrounded else (),
            topics=topics(transcript.segments, text if language == transcript.language else ""),
            title=cut(on_one_line(whole.title), _TITLE_WORDS).rstrip(". "),
            ungrounded=ungrounded,
            language=language,
        )


def _parts(work: Interview, transcript: Transcript) -> list[Part]:
    budget = work.budget("map")

    def ask(chunk: Sequence[Line]) -> Part:
        body = "\n".join(line.text for line in chunk)
        return work.ask("map", f"<transcript>\n{body}\n</transcript>", Part)

    return map_parts(lines(transcript.segments, budget - 1), budget, ask, work.progress)


def _whole(work: Interview, parts: Sequence[Part]) -> Merged:
    def ask(texts: Sequence[str]) -> Merged:
        body = "\n\n".join(on_one_line(text) for text in texts)
        return work.ask("reduce", f"<summaries>\n{body}\n</summaries>", Merged)

    return reduce_parts(parts, work.budget("reduce"), ask, work.progress)


def _proved(
    parts: Sequence[Part], transcript: Transcript, statements: Statements, brief: Brief
) -> tuple[list[Insight], int]:
    """What the call bears out, each thing once, and how many claims it does not."""
    source = Source(transcript.segments)
    commitments = Commitments(transcript.segments, statements.sentences, source, brief.called_on)
    claims = [claim for part in parts for claim in part.items()]
    insights, dropped = ground(claims, source, commitments.complete)
    return merged(insights), dropped


def _shortlisted(insights: Sequence[Insight]) -> list[Insight]:
    """All but the less central of the key points."""
    points = [insight for insight in insights if insight.kind == InsightKind.KEY_POINT]
    kept = {points[position] for position in most_central([point.text for point in points], _KEY_POINTS)}
    return [insight for insight in insights if insight.kind != InsightKind.KEY_POINT or insight in kept]


def _ungrounded(count: int) -> Notice:
    what = "One statement of the LLM was" if count == 1 else f"{count} statements of the LLM were"
    return Notice("ungrounded_items", f"{what} left out because the call does not bear them out.")
