"""Measures what the summary of a call of 10 h costs beside the language model, in a process of its own for each.

    python -m bench.summaries

100,000 words, made of the golden calls of the tests: repeated, with every third longer word exchanged for another one,
so that no sentence comes twice. The model answers at once: eleven items for each part, whose quotes are mostly right,
a fifth with a mistake, a tenth with the wrong segments, a tenth invented.
"""

import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.table import Row, at_most, show
from callscribe.evaluation.golden import read
from callscribe.models import Brief, Segment, Summary, Transcript
from callscribe.ports import Reply

_GOLDEN = Path(__file__).parents[1] / "tests" / "data" / "golden"
_WORDS, _SECONDS, _CONTEXT = 100_000, 36_000.0, 8192
_LONG = 5  # letters of a word that is exchanged
_MOST_S = {"llm": 20.0, "extractive": 15.0}
_MOST_MB = 300.0


def transcript(language: str) -> Transcript:
    """The long call."""
    chance = random.Random(0)
    turns = [turn for call in read([_GOLDEN]) if call.language == language for turn in call.transcript.segments]
    pool = sorted({word for turn in turns for word in re.findall(r"[^\W\d_]+", turn.text) if len(word) > _LONG})

    def other(match: re.Match[str]) -> str:
        word = match[0]
        return chance.choice(pool) if len(word) > _LONG and chance.random() < 1 / 3 else word

    segments: list[Segment] = []
    words = 0
    while words < _WORDS:
        for turn in turns:
            text = re.sub(r"[^\W\d_]+", other, turn.text) if segments else turn.text
            start, words = words / _WORDS * _SECONDS, words + len(text.split())
            segments.append(Segment(start, words / _WORDS * _SECONDS, text, (), language, turn.speaker))
            if words >= _WORDS:
                break
    return Transcript(tuple(segments), language)


class Instant:
    """A model that has read everything already."""

    name, context, answer = "instant", _CONTEXT, _CONTEXT // 4

    def __init__(self, language: str) -> None:
        self.spent = 0.0
        self.asked = 0
        self._chance = random.Random(1)
        self._summary = "Говорили о разном. " * 40 if language == "ru" else "They talk of this and that. " * 30

    def check(self) -> None:
        """It is there."""

    def close(self) -> None:
        """Nothing is open."""

    def chat(self, system: str, user: str, schema: dict[str, Any], tick: Callable[[], None]) -> Reply:  # noqa: ARG002
        """Answer, and count the time that this takes."""
        from callscribe.summary.answers import Merged, Part

        began = time.perf_counter()
        self.asked += 1
        whole: dict[str, Any] = {"title": "A long day", "summary": self._summary}
        if "key_points" not in schema["properties"]:
            answer = Merged.model_validate(whole)
        else:
            lines = [(int(number), text) for number, text in re.findall(r"^\[(\d+)\] [^:]+: (.{20,})$", user, re.M)]
            counts = {"key_points": 5, "decisions": 2, "action_items": 3, "open_questions": 1}
            lists = {kind: [self._item(lines) for _ in range(count)] for kind, count in counts.items()}
            answer = Part.model_validate(whole | lists)
        reply = Reply(answer.model_dump_json(), False)
        self.spent += time.perf_counter() - began
        tick()
        return reply

    def _item(self, lines: list[tuple[int, str]]) -> Any:
        number, text = self._chance.choice(lines)
        quote, luck = " ".join(text.split()[:25]), self._chance.random()
        if luck < 0.1:
            quote = " ".join(word[::-1] for word in quote.split())
        elif luck < 0.2:
            number = 0
        elif luck < 0.4:
            quote = quote.replace(",", "")[:-2] + "."
        return {"text": text, "quote": quote, "segments": [number], "owner": None, "due": None}


def child(kind: str, language: str) -> None:
    """Prints seconds, MB, questions asked, items, and claims that were left out."""
    from callscribe.stages.summarize import summarize
    from callscribe.summary.extractive import ExtractiveSummarizer
    from callscribe.summary.llm import LlmSummarizer

    call, model = transcript(language), Instant(language)
    llm = LlmSummarizer(model)
    began = time.perf_counter()
    summary: Summary = summarize(
        call,
        lambda _: None,
        Brief(),
        llm=(lambda _: llm) if kind == "llm" else None,
        extractive=ExtractiveSummarizer(),
    )
    took = time.perf_counter() - began - model.spent
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3
    print(took, peak, model.asked, len(summary.insights), summary.ungrounded)


def main() -> int:
    rows = []
    for kind, most in _MOST_S.items():
        for language in ("ru", "en"):
            command = [sys.executable, "-m", "bench.summaries", kind, language]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            took, peak, asked, items, left_out = map(float, done.stdout.split())
            name = f"{kind}, {language}"
            rows.append(at_most(f"{name}: own time", took, most, " s"))
            rows.append(at_most(f"{name}: memory of the process", peak, _MOST_MB, " MB"))
            rows.append(Row(f"{name}: questions, items, left out", f"{asked:.0f}, {items:.0f}, {left_out:.0f}"))
    show("Summary of a call of 10 h, 100,000 words", rows)
    return 0


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(*sys.argv[1:])
    else:
        sys.exit(main())
