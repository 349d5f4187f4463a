"""How well a transcript fits what was said."""

import json
import re
import statistics
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import jiwer
from rapidfuzz.distance import Levenshtein


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


@dataclass(frozen=True)
class Alignment:
    """Which utterances were found, aligned by edit distance: a repeated one cannot stand in for a lost one."""

    #: Indexes of utterances of which less than 60 % of the words were heard.
    lost: list[int]
    #: Runs of more than two words that were not said, each with its time: what was doubled or invented.
    extra: list[str]
    #: Indexes of utterances whose words were heard more than 3 s off.
    misplaced: list[int]


def align(reference: Sequence[Mapping[str, Any]], segments: Sequence[Mapping[str, Any]]) -> Alignment:
    said = [(text, i) for i, line in enumerate(reference) for text in words(line["text"])]
    heard = [(text, word["start"]) for line in segments for word in line["words"] for text in words(word["text"])]
    times: defaultdict[int, list[float]] = defaultdict(list)
    extra = []
    for step in Levenshtein.opcodes([text for text, _ in said], [text for text, _ in heard]):
        if step.tag == "equal":
            for offset in range(step.src_end - step.src_start):
                times[said[step.src_start + offset][1]].append(heard[step.dest_start + offset][1])
        elif (step.dest_end - step.dest_start) - (step.src_end - step.src_start) > 2:
            extra.append(
                f"{heard[step.dest_start][1]:.1f} s: {[text for text, _ in heard[step.dest_start : step.dest_end]]}"
            )
    lost = [i for i, line in enumerate(reference) if len(times[i]) < 0.6 * len(words(line["text"]))]
    misplaced = [
        i
        for i, line in enumerate(reference)
        if i not in lost and not all(line["start"] - 3 <= time <= line["end"] + 3 for time in times[i])
    ]
    return Alignment(lost, extra, misplaced)
