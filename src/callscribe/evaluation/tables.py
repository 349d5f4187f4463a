"""The figures of an evaluation as tables for a screen."""

from collections.abc import Iterator

from rich.table import Table
from rich.text import Text

from callscribe.evaluation.report import Report, Score, score
from callscribe.evaluation.run import COLLARS
from callscribe.evaluation.speakers import SpeakerErrors
from callscribe.evaluation.words import Confusion, Kind
from callscribe.export.clock import clock

_TITLES = {
    Kind.SUBSTITUTION: "Words taken for others",
    Kind.DELETION: "Words left out",
    Kind.INSERTION: "Words that were not said",
}


def tables(done: Report, *, with_files: bool) -> Iterator[Table]:
    """What to print, in order; a part without anything in it is left out."""
    groups = [(language or "?", figures) for language, figures in done.languages.items()]
    groups.append(("all", done.total))
    yield _figures("language", groups)
    with_speakers = [(name, figures.speakers) for name, figures in groups if figures.speakers]
    if with_speakers:
        yield _speakers("language", with_speakers)
    if with_files and done.files:
        yield _figures("file", [(file.id, score([file])) for file in done.files])
        if by_file := [(file.id, file.speakers) for file in done.files if file.speakers]:
            yield _speakers("file", by_file)
    for kind, found in done.confusions.items():
        if found:
            yield _confusions(kind, found)
    if done.failed:
        failures = _table("not transcribed", "reason", title=f"{len(done.failed)} could not be transcribed")
        for failure in done.failed:
            failures.add_row(Text(failure.id), Text(failure.reason))
        yield failures


def _table(*columns: str, title: str | None = None) -> Table:
    return Table(*columns, title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)


def _figures(what: str, groups: list[tuple[str, Score]]) -> Table:
    table = _table(what, "files", "audio", "words", "WER", "95 %", "raw WER", "CER", "RTFx")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, figures in groups:
        interval = "" if figures.confidence is None else "-".join(f"{100 * bound:.1f}" for bound in figures.confidence)
        table.add_row(
            Text(name),
            str(figures.files),
            clock(round(figures.duration)),
            str(figures.words.total),
            _percent(figures.words.rate),
            interval,
            _percent(figures.raw_words.rate),
            _percent(figures.characters.rate),
            "" if figures.rtfx is None else f"{figures.rtfx:.1f}",
        )
    return table


def _speakers(what: str, groups: list[tuple[str, tuple[SpeakerErrors, ...]]]) -> Table:
    table = _table(what, "collar", "DER", "missed", "false alarm", "confusion", title="Who speaks when")
    for column in table.columns[1:]:
        column.justify = "right"
    for name, by_collar in groups:
        for collar, errors in zip(COLLARS, by_collar, strict=True):
            parts = errors.missed, errors.false_alarm, errors.confusion
            shares = [_percent(part / errors.total if errors.total else None) for part in parts]
            table.add_row(Text(name), f"{collar:g} s", _percent(errors.rate), *shares)
    return table


def _confusions(kind: Kind, found: list[Confusion]) -> Table:
    table = _table("times", "said", "heard", "as in", "heard as", "file", "at", title=_TITLES[kind])
    for each in found:
        example = each.example
        at = "" if example.at is None else clock(int(example.at))
        shown = example.reference, example.hypothesis, example.reference_context, example.hypothesis_context
        table.add_row(str(each.count), *map(Text, shown), Text(each.file), at)
    return table


def _percent(rate: float | None) -> str:
    return "" if rate is None else f"{100 * rate:.1f} %"
