"""How well a transcript fits what was said."""

import json
import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import jiwer


def words(text: str) -> list[str]:
    """Lower case, without punctuation."""
    return re.sub(r"[^\w' ]", " ", text.lower()).split()


def utterances(sample: Path) -> list[dict[str, Any]]:
    """What is said in a sample call: speaker, start, end, text."""
    said: list[dict[str, Any]] = json.loads(sample.with_suffix(".json").read_text(encoding="utf-8"))["utterances"]
    return said


def wer(reference: Iterable[Mapping[str, Any]], transcription: str) -> float:
    """Word error rate against utterances, 0..1 and more."""
    said = " ".join(" ".join(words(utterance["text"])) for utterance in reference)
    return float(jiwer.wer(said, " ".join(words(transcription))))


def start_errors(reference: Sequence[Mapping[str, Any]], segments: Iterable[Mapping[str, Any]]) -> list[float]:
    """For each utterance whose first word was recognised, how far off that word's start is, in seconds."""
    said: list[str] = []
    first: dict[int, float] = {}
    for utterance in reference:
        first[len(said)] = utterance["start"]
        said += words(utterance["text"])
    heard = [(text, word["start"]) for line in segments for word in line["words"] for text in words(word["text"])]
    blocks = SequenceMatcher(None, said, [text for text, _ in heard], autojunk=False).get_matching_blocks()
    matches = {block.a + i: heard[block.b + i][1] for block in blocks for i in range(block.size)}
    return [abs(matches[place] - start) for place, start in first.items() if place in matches]


def median_start_error(reference: Sequence[Mapping[str, Any]], segments: Sequence[Mapping[str, Any]]) -> float:
    """Seconds."""
    return statistics.median(start_errors(reference, segments))
