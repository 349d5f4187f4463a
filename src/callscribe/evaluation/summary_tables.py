"""The figures of summaries as JSON, and as tables for a screen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.table import Table
from rich.text import Text

from callscribe.evaluation.summaries import Failed, Scored
from callscribe.evaluation.summary_score import KINDS, Score, Share, total

_SHARES = ("owner", "due", "due_date", "facts", "faithful")


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation that has come to its end."""

    total: Score
    #: By ISO 639-1 code.
    languages: dict[str, Score]
    calls: tuple[Scored, ...]
    failed: tuple[Failed, ...]


def report(outcomes: Iterable[Scored | Failed]) -> Report:
    """Put the figures together."""
    calls: list[Scored] = []
    failed: list[Failed] = []
    for outcome in outcomes:
        if isinstance(outcome, Scored):
            calls.append(outcome)
        else:
            failed.append(outcome)
    languages = sorted({call.language for call in calls})
    return Report(
        total([call.score for call in calls]),
        {language: total([call.score for call in calls if call.language == language]) for language in languages},
        tuple(calls),
        tuple(failed),
    )


def as_json(done: Report) -> dict[str, Any]:
    """All of it, as plain values; rates are 0..1, times seconds, and what is not known is null."""
    return {
        "total": _score(done.total),
        "languages": {language: _score(figures) for language, figures in done.languages.items()},
        "calls": [
            {"id": call.id, "language": call.language, "engine": call.engine}
            | _score(call.score)
            | {"misses": [asdict(remark) for remark in call.remarks]}
            for call in done.calls
        ],
        "failed": [asdict(failure) for failure in done.failed],
    }


def _score(figures: Score) -> dict[str, Any]:
    finds = {
        kind.value: asdict(found)
        | {"precision": _rounded(found.precision), "recall": _rounded(found.recall), "f1": _rounded(found.f1)}
        for kind, found in figures.finds.items()
    }
    shares: dict[str, Share] = {name: getattr(figures, name) for name in _SHARES}
    return {
        "calls": figures.calls,
        **finds,
        **{name: asdict(share) | {"rate": _rounded(share.rate)} for name, share in shares.items()},
        "ungrounded": figures.ungrounded,
        "longest_words": figures.words,
        "processing_s": round(figures.elapsed, 3),
    }


def tables(done: Report, *, with_misses: bool) -> Iterator[Table | Text]:
    """What to print, in order; a part without anything in it is left out."""
    groups = [*done.languages.items(), ("all", done.total)]
    yield _finds(groups)
    yield _shares([*((call.id, call.score) for call in done.calls), *groups])
    if done.calls:
        yield Text(f"Written by: {', '.join(sorted({call.engine for call in done.calls}))}")
    if with_misses:
        yield from (_misses(call) for call in done.calls if call.remarks)
    if done.failed:
        failures = _table("not summarized", "reason", title=f"{len(done.failed)} could not be summarized")
        for failure in done.failed:
            failures.add_row(Text(failure.id), Text(failure.reason))
        yield failures


def _table(*columns: str, title: str | None = None) -> Table:
    return Table(*columns, title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)


def _finds(groups: Sequence[tuple[str, Score]]) -> Table:
    table = _table("language", "what", "right", "wrong", "missed", "repeated", "precision", "recall", "F1")
    for column in table.columns[2:]:
        column.justify = "right"
    for name, figures in groups:
        for kind in KINDS:
            found = figures.finds[kind]
            counts = found.right, found.wrong, found.missed, found.repeated
            rates = map(_percent, (found.precision, found.recall, found.f1))
            table.add_row(name, kind.value.replace("_", " "), *map(str, counts), *rates)
    return table


def _shares(groups: Sequence[tuple[str, Score]]) -> Table:
    columns = "call", "decisions", "actions", "questions", *(name.replace("_", " ") for name in _SHARES)
    table = _table(*columns, "left out", "words", "seconds")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, figures in groups:
        rates = [figures.finds[kind].f1 for kind in KINDS] + [getattr(figures, share).rate for share in _SHARES]
        rest = str(figures.ungrounded), str(figures.words), f"{figures.elapsed:.1f}"
        table.add_row(Text(name), *map(_percent, rates), *rest)
    return table


def _misses(call: Scored) -> Text:
    text = Text()
    text.append(f"{call.id}\n", "bold")
    for remark in sorted(call.remarks, key=lambda remark: remark.what):
        text.append(f"{remark.what}\n", "italic")
        text.append("".join(f"    {line}\n" for line in remark.said))
        text.append(f"  > {remark.found}\n" if remark.found else "")
    return text


def _percent(rate: float | None) -> str:
    return "" if rate is None else f"{100 * rate:.1f} %"


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 5)
