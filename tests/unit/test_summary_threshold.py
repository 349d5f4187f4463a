"""Why a quote counts as said from a likeness of 85 on: measured on the golden calls."""

import random
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from callscribe.evaluation.golden import GoldenCall, read
from callscribe.summary import grounding
from callscribe.summary.grounding import Source
from callscribe.summary.text import Sentence, sentences

GOLDEN = Path(__file__).parents[1] / "data" / "golden"
OF_EACH = 20
Spoil = Callable[[random.Random, str, list[str]], str]


@cache
def calls() -> list[tuple[GoldenCall, Source, list[Sentence]]]:
    """With their sentences of some length."""
    found = []
    for call in read([GOLDEN]):
        said = [one for one in sentences(call.transcript.segments) if 6 <= len(one.text.split()) <= 25]
        found.append((call, Source(call.transcript.segments), said))
    return found


def mended(chance: random.Random, text: str, _: list[str]) -> str:
    """As models misquote: without commas, in other letters, with an ending, a small word more or less."""
    words = text.split()
    at = chance.randrange(1, len(words) - 1)
    match chance.randrange(5):
        case 0:
            return text.replace(",", "").replace("—", "-")
        case 1:
            return text.upper()
        case 2:
            words[at] = words[at][:-1] or words[at]
        case 3:
            del words[min(range(1, len(words) - 1), key=lambda place: len(words[place]))]
        case _:
            words.insert(at, "the" if re.match("[a-z]", text.lower()) else "и")
    return " ".join(words)


def replaced(chance: random.Random, text: str, others: list[str]) -> str:
    """With every third word another one of the call's."""
    words = text.split()
    for at in chance.sample(range(len(words)), len(words) // 3):
        words[at] = chance.choice(others)
    return " ".join(words)


def found(spoil: Spoil) -> float:
    """The share of spoiled sentences that are found where they were said."""
    chance = random.Random(1)
    right = total = 0
    for _, source, said in calls():
        words = [word for sentence in said for word in sentence.text.split()]
        for sentence in chance.sample(said, min(OF_EACH, len(said))):
            evidence = source.find(spoil(chance, sentence.text, words), sentence.segments)
            right += evidence is not None and not set(evidence.segments).isdisjoint(sentence.segments)
            total += 1
    return right / total


def found_elsewhere() -> float:
    """The share of sentences that are found in another call of their language, where nobody said them."""
    chance = random.Random(1)
    wrong = total = 0
    for call, source, _ in calls():
        apart = [said for other, _, said in calls() if other.language == call.language and other.id != call.id]
        others = [sentence for said in apart for sentence in said]
        for sentence in chance.sample(others, OF_EACH):
            wrong += source.find(sentence.text, [chance.randrange(len(call.transcript.segments))]) is not None
            total += 1
    return wrong / total


def test_quotes_with_small_mistakes_are_found() -> None:
    assert found(mended) >= 0.985


def test_what_nobody_said_is_not_found() -> None:
    assert found_elsewhere() <= 0.01


def test_most_quotes_with_a_third_of_the_words_exchanged_are_not_found() -> None:
    assert found(replaced) <= 0.3


def test_a_higher_threshold_would_refuse_what_was_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grounding, "_LIKENESS", 95)
    assert found(mended) <= 0.9


def test_a_lower_threshold_would_take_what_was_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(grounding, "_LIKENESS", 75)
    assert found(replaced) >= 0.7
