"""The figures of an evaluation: for all, for each language, for each recording; docs/evaluation.md explains them."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from callscribe.evaluation import speakers, words
from callscribe.evaluation.run import COLLARS, Failed, Scored
from callscribe.evaluation.speakers import SpeakerErrors
from callscribe.evaluation.words import Confusion, Errors, Kind


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of some recordings together."""

    files: int
    #: Seconds of the recordings, and of work on them.
    duration: float
    elapsed: float
    words: Errors
    raw_words: Errors
    characters: Errors
    #: Of the word error rate; None for too few recordings.
    confidence: tuple[float, float] | None
    #: One for each of `COLLARS`, over the recordings with turns; None where there are none.
    speakers: tuple[SpeakerErrors, ...] | None

    @property
    def rtfx(self) -> float | None:
        """Seconds of audio transcribed in a second of work."""
        return self.duration / self.elapsed if self.elapsed else None


@dataclass(frozen=True, slots=True)
class Report:
    """An evaluation that has come to its end."""

    total: Score
    #: By ISO 639-1 code; empty for recordings in which nothing was heard.
    languages: dict[str, Score]
    files: tuple[Scored, ...]
    failed: tuple[Failed, ...]
    confusions: dict[Kind, list[Confusion]]
    peak_memory_mb: float
    fillers_dropped: bool


def report(
    outcomes: Iterable[Scored | Failed], *, confusions: int, peak_memory_mb: float, fillers_dropped: bool
) -> Report:
    """Put the figures together, with at most `confusions` mistakes of each kind."""
    files: list[Scored] = []
    failed: list[Failed] = []
    for outcome in outcomes:
        if isinstance(outcome, Scored):
            files.append(outcome)
        else:
            failed.append(outcome)
    languages = sorted({file.language or "" for file in files})
    return Report(
        score(files),
        {language: score([file for file in files if (file.language or "") == language]) for language in languages},
        tuple(files),
        tuple(failed),
        words.confusions(((file.id, file.comparison.edits) for file in files), confusions),
        peak_memory_mb,
        fillers_dropped,
    )


def score(files: Sequence[Scored]) -> Score:
    """The figures of some recordings together."""
    by_file = [file.comparison.words for file in files]
    with_turns = [file.speakers for file in files if file.speakers]
    return Score(
        len(files),
        sum(file.duration for file in files),
        sum(file.elapsed for file in files),
        words.total(by_file),
        words.total(file.comparison.raw_words for file in files),
        words.total(file.comparison.characters for file in files),
        words.confidence(by_file),
        tuple(map(speakers.total, zip(*with_turns, strict=True))) if with_turns else None,
    )


def as_json(done: Report) -> dict[str, Any]:
    """All of it, as plain values; rates are 0..1, times seconds, and what is not known is null."""
    return {
        "total": _score(done.total),
        "languages": {language: _score(figures) for language, figures in done.languages.items()},
        "peak_memory_mb": round(done.peak_memory_mb, 1),
        "fillers_dropped": done.fillers_dropped,
        "files": [{"id": file.id, "language": file.language} | _score(score([file])) for file in done.files],
        "failed": [asdict(failure) for failure in done.failed],
        "confusions": {kind.value: [_confusion(each) for each in found] for kind, found in done.confusions.items()},
    }


def _score(figures: Score) -> dict[str, Any]:
    return {
        "files": figures.files,
        "audio_s": round(figures.duration, 3),
        "processing_s": round(figures.elapsed, 3),
        "rtfx": _rounded(figures.rtfx),
        "wer": _rounded(figures.words.rate),
        "wer_confidence_95": None if figures.confidence is None else [round(bound, 5) for bound in figures.confidence],
        "wer_raw": _rounded(figures.raw_words.rate),
        "cer": _rounded(figures.characters.rate),
        "words": asdict(figures.words),
        "raw_words": asdict(figures.raw_words),
        "characters": asdict(figures.characters),
        "der": None
        if figures.speakers is None
        else [
            {"collar_s": collar, "der": _rounded(errors.rate)}
            | {f"{part}_s": round(seconds, 3) for part, seconds in asdict(errors).items()}
            for collar, errors in zip(COLLARS, figures.speakers, strict=True)
        ],
    }


def _confusion(found: Confusion) -> dict[str, Any]:
    example = found.example
    return {
        "count": found.count,
        "reference": example.reference,
        "hypothesis": example.hypothesis,
        "example": {
            "file": found.file,
            "at_s": None if example.at is None else round(example.at, 2),
            "reference": example.reference_context,
            "hypothesis": example.hypothesis_context,
        },
    }


def _rounded(rate: float | None) -> float | None:
    return None if rate is None else round(rate, 5)
