"""Summarize: a transcript becomes what a colleague who missed the call needs."""

import logging
from collections.abc import Callable
from dataclasses import replace

from callscribe.errors import Unavailable
from callscribe.models import Brief, Notice, Stage, Summary, Transcript
from callscribe.ports import Drafts, Report, Summarizer
from callscribe.telemetry import metrics

log = logging.getLogger(__name__)

#: An LLM's summarizer, by the name of the model; None: the one that is set.
Llm = Callable[[str | None], Summarizer]


def summarize(
    transcript: Transcript,
    report: Report,
    brief: Brief,
    drafts: Drafts | None = None,
    *,
    llm: Llm | None,
    extractive: Summarizer,
) -> Summary:
    """The LLM's summary, or the extractive one with a notice that says why; and the chapters of the call.

    What is said to a machine is not summarized.
    """
    # They need the extra `summary`, which only some processes have.
    from callscribe.summary import cues
    from callscribe.summary.chapters import chapters
    from callscribe.summary.injection import withhold

    segments, notices = withhold(transcript.segments)
    heard = replace(transcript, segments=segments)
    try:
        summary, more = _written(heard, report, brief, drafts, llm=llm, extractive=extractive)
    finally:
        cues.forget()
    notices = (*summary.notices, *notices, *more)
    return replace(summary, chapters=chapters(heard.segments), notices=notices, is_stopgap=bool(more))


def _written(
    heard: Transcript,
    report: Report,
    brief: Brief,
    drafts: Drafts | None,
    *,
    llm: Llm | None,
    extractive: Summarizer,
) -> tuple[Summary, tuple[Notice, ...]]:
    """The summary, and notice of why it is not the LLM's though one is set."""
    if llm is None or not heard.segments:
        return extractive.summarize(heard, report, brief), ()
    try:
        return llm(brief.model).summarize(heard, report, brief, drafts), ()
    except Unavailable as exc:
        log.warning("the LLM is not available, so the summary is extractive: %s", exc)
        metrics.failed(Stage.SUMMARIZE, exc)
        notice = Notice("extractive_summary", f"The summary consists of sentences of the call. {exc}")
        return extractive.summarize(heard, report, brief), (notice,)
