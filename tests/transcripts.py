"""Transcripts for tests: the sample calls, and calls made of given lines."""

import json
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from callscribe.models import Segment, Transcript

SAMPLES = Path(__file__).parents[1] / "samples"


def sample(name: str) -> Transcript:
    """The exact text of a sample call, one segment an utterance."""
    call = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    segments = [
        Segment(line["start"], line["end"], line["text"], (), call["language"], line["speaker"])
        for line in call["utterances"]
    ]
    return Transcript(tuple(segments), call["language"])


def said(*texts: str, language: str | None = "en", speaker: str | None = None) -> Transcript:
    """Segments of four seconds, five seconds apart."""
    segments = [Segment(5.0 * i, 5.0 * i + 4, text, (), language or "en", speaker) for i, text in enumerate(texts)]
    return Transcript(tuple(segments), language)


def unpunctuated(transcript: Transcript) -> Transcript:
    """As an engine writes that knows neither capitals nor punctuation."""
    segments = [replace(s, text=re.sub(r"[^\w\s']", "", s.text.lower())) for s in transcript.segments]
    return replace(transcript, segments=tuple(segments))


def spoken(transcript: Transcript, positions: Iterable[int]) -> str:
    """The text of some segments with single spaces."""
    return " ".join(" ".join(transcript.segments[i].text for i in positions).split())
