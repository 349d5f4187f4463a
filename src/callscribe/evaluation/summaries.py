"""Summarizes golden calls and counts what was found of what is in them; docs/evaluation.md explains how."""

import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from callscribe.evaluation.golden import GoldenCall, GoldenItem
from callscribe.evaluation.normalize import normalized
from callscribe.evaluation.summary_score import KINDS, Finds, Score, Share
from callscribe.models import Insight, InsightKind, Segment, Summary
from callscribe.summary.stems import stems

#: The share of a fact's words that has to be there, with all its numbers among them.
_ENOUGH = 2 / 3
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Remark:
    """A mistake, to be looked at."""

    #: What kind of mistake, such as `decision missed`.
    what: str
    #: The turns that it is about, a line each.
    said: tuple[str, ...]
    #: What the summary has there; empty where it has nothing.
    found: str = ""


@dataclass(frozen=True, slots=True)
class Scored:
    """How good the summary of one call is."""

    id: str
    language: str
    engine: str
    score: Score
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A call of which the LLM wrote no summary."""

    id: str
    #: One or two sentences for people.
    reason: str


def evaluate(calls: Iterable[GoldenCall], summarize: Callable[[GoldenCall], Summary]) -> Iterator[Scored | Failed]:
    """Yield what became of each call, in their order; a summary that stands in for an LLM's is not scored."""
    for call in calls:
        started = time.perf_counter()
        summary = summarize(call)
        elapsed = time.perf_counter() - started
        if summary.is_stopgap:
            yield Failed(call.id, " ".join(notice.message for notice in summary.notices))
        else:
            yield score(call, summary, elapsed)


def score(call: GoldenCall, summary: Summary, elapsed: float) -> Scored:
    """Compare a summary, which took `elapsed` seconds, with what is in the call."""
    remarks: list[Remark] = []
    matches = {kind: match(call, summary, kind) for kind in KINDS}
    owner, due, due_date = (_agreement(call, name, matches[InsightKind.ACTION_ITEM], remarks) for name in _AGREE)
    figures = Score(
        calls=1,
        finds={kind: _finds(call, summary, kind, matched, remarks) for kind, matched in matches.items()},
        owner=owner,
        due=due,
        due_date=due_date,
        facts=_facts(call, summary, remarks),
        faithful=_faithful(call, summary, remarks),
        ungrounded=summary.ungrounded,
        words=len(summary.text.split()),
        elapsed=elapsed,
    )
    return Scored(call.id, call.language, summary.engine, figures, tuple(remarks))


def match(call: GoldenCall, summary: Summary, kind: InsightKind) -> list[tuple[GoldenItem, Insight]]:
    """The golden items of a kind that were found, each with what it was found as; neither is there twice.

    Those with most of their turns in common come first, and of several items of one turn those with the same owner.
    """
    pairs = [
        (item, insight)
        for insight in summary.insights
        for item in call.items
        if item.kind == insight.kind == kind and _overlap(item, insight)
    ]
    matched: list[tuple[GoldenItem, Insight]] = []
    pairs.sort(key=lambda pair: (_overlap(*pair), _is_same(pair[0].owner, pair[1].owner)), reverse=True)
    for item, insight in pairs:
        if not any(item is taken or insight is used for taken, used in matched):
            matched.append((item, insight))
    return matched


def _overlap(item: GoldenItem, insight: Insight) -> float:
    """0..1: how many of all turns of both they have in common."""
    return len({*item.turns} & {*insight.segments}) / len({*item.turns, *insight.segments})


def _finds(
    call: GoldenCall,
    summary: Summary,
    kind: InsightKind,
    matched: Sequence[tuple[GoldenItem, Insight]],
    remarks: list[Remark],
) -> Finds:
    golden = [item for item in call.items if item.kind == kind]
    name = kind.value.replace("_", " ")
    missed = [item for item in golden if not any(item is taken for taken, _ in matched)]
    remarks += [Remark(f"{name} missed", _said(call, item.turns)) for item in missed]
    wrong = repeated = 0
    for insight in summary.insights:
        if insight.kind != kind or any(insight is used for _, used in matched):
            continue
        is_known = any(_overlap(item, insight) for item in golden)
        repeated += is_known
        wrong += not is_known
        what = f"{name} repeated" if is_known else f"{name} wrong"
        remarks.append(Remark(what, _said(call, insight.segments), insight.text))
    return Finds(len(matched), wrong, len(missed), repeated)


def _agreement(
    call: GoldenCall, name: str, matched: Sequence[tuple[GoldenItem, Insight]], remarks: list[Remark]
) -> Share:
    """How many action items have the right owner, due words or due date, of those for which either side has one."""
    right = of = 0
    for item, insight in matched:
        wanted, given = getattr(item, name), getattr(insight, name)
        if wanted is None and given is None:
            continue
        of += 1
        if wanted is not None and given is not None and _AGREE[name](wanted, given):
            right += 1
        else:
            remarks.append(
                Remark(f"{name.replace('_', ' ')} {given} for {wanted}", _said(call, item.turns), insight.text)
            )
    return Share(right, of)


def _facts(call: GoldenCall, summary: Summary, remarks: list[Remark]) -> Share:
    """How many facts are in an item with its quote, or in two sentences of the summary next to each other."""

    def words(text: str) -> set[str]:
        return set(stems(" ".join(token.text for token in normalized(text.split()))))

    sentences = _SENTENCE_END.split(summary.text)
    told = [f"{one} {other}" for one, other in zip(sentences, [*sentences[1:], ""], strict=True)]
    told += [f"{insight.text} {insight.quote}" for insight in summary.insights]
    statements = [words(text) for text in told]
    missed = [fact for fact in call.facts if not any(_tells(there, words(fact.words)) for there in statements)]
    remarks += [Remark(f"fact missed: {fact.words}", _said(call, [fact.turn])) for fact in missed]
    return Share(len(call.facts) - len(missed), len(call.facts))


def _tells(there: set[str], wanted: set[str]) -> bool:
    numbers = {stem for stem in wanted if stem[0].isdecimal()}
    return numbers <= there and len(wanted & there) >= _ENOUGH * len(wanted)


def _faithful(call: GoldenCall, summary: Summary, remarks: list[Remark]) -> Share:
    """How many items, of whatever kind, have their quote verbatim in the segments that they cite."""
    right = 0
    for insight in summary.insights:
        cited = " ".join(segment.text for segment in _cited(call, insight.segments))
        if insight.quote.strip() and _one_line(insight.quote) in _one_line(cited):
            right += 1
        else:
            remarks.append(Remark("quote not verbatim", _said(call, insight.segments), insight.quote))
    return Share(right, len(summary.insights))


def _cited(call: GoldenCall, positions: Sequence[int]) -> list[Segment]:
    return [call.transcript.segments[at] for at in positions if 0 <= at < len(call.transcript.segments)]


def _said(call: GoldenCall, positions: Sequence[int]) -> tuple[str, ...]:
    return tuple(f"{segment.speaker}: {segment.text}" for segment in _cited(call, positions))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(text: str) -> str:
    return " ".join(_WORD.findall(text.casefold().replace("ё", "е")))


def _is_same(one: str | None, other: str | None) -> bool:
    return one is not None and other is not None and _plain(one) == _plain(other)


def _is_within(one: str, other: str) -> bool:
    """Whether one has all words of the other, in order."""
    shorter, longer = sorted((_plain(one), _plain(other)), key=len)
    return f" {shorter} " in f" {longer} "


#: What is compared of action items, and what counts as the same.
_AGREE: dict[str, Callable[..., bool]] = {"owner": _is_same, "due": _is_within, "due_date": date.__eq__}
