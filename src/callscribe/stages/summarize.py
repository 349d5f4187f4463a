"""Summarize: a transcript becomes what a colleague who missed the call needs."""

import logging
from dataclasses import replace

from callscribe.errors import Unavailable
from callscribe.models import Notice, Summary, Template, Transcript
from callscribe.ports import Report, Summarizer

log = logging.getLogger(__name__)


def summarize(
    transcript: Transcript,
    report: Report,
    template: Template = Template.MEETING,
    *,
    llm: Summarizer | None,
    extractive: Summarizer,
) -> Summary:
    """The LLM's summary, or the extractive one with a notice that says why; and the chapters of the call."""
    from callscribe.summary.chapters import chapters  # needs the extra `summary`, which only some processes have

    summary = _written(transcript, report, template, llm, extractive)
    return replace(summary, chapters=chapters(transcript.segments))


def _written(
    transcript: Transcript, report: Report, template: Template, llm: Summarizer | None, extractive: Summarizer
) -> Summary:
    if llm is None or not transcript.segments:
        return extractive.summarize(transcript, report)
    try:
        return llm.summarize(transcript, report, template)
    except Unavailable as exc:
        log.warning("the LLM is not available, so the summary is extractive: %s", exc)
        notice = Notice("extractive_summary", f"The summary consists of sentences of the call. {exc}")
        summary = extractive.summarize(transcript, report)
        return replace(summary, notices=(*summary.notices, notice))
