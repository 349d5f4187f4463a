"""Word and character error rates, and which words were taken for which (NIST's WER, computed by jiwer)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import jiwer
import numpy as np

from callscribe.evaluation.normalize import normalized
from callscribe.evaluation.tokens import Token, plain
from callscribe.models import Transcript

_CONTEXT = 3  # words on either side
_RESAMPLES = 1000
_SEED = 20260101
_FEWEST_FILES = 10


class Kind(StrEnum):
    """What can be wrong with a word."""

    SUBSTITUTION = "substitution"
    DELETION = "deletion"
    INSERTION = "insertion"


@dataclass(frozen=True, slots=True)
class Errors:
    """How many words or characters are wrong, out of how many."""

    #: Of the reference.
    total: int
    substitutions: int
    deletions: int
    insertions: int

    @property
    def rate(self) -> float | None:
        """0..1 and more; None where the reference is empty."""
        return (self.substitutions + self.deletions + self.insertions) / self.total if self.total else None


@dataclass(frozen=True, slots=True)
class Edit:
    """A word of one text that is not in the other; the words are those that are compared."""

    kind: Kind
    #: Empty for an insertion.
    reference: str
    #: Empty for a deletion.
    hypothesis: str
    #: The same with the words around.
    reference_context: str
    hypothesis_context: str
    #: Seconds from the start of the recording at which it was heard; None where nothing was heard at all.
    at: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A transcript beside what is said."""

    words: Errors
    characters: Errors
    #: Words without normalisation: only case and punctuation do not count.
    raw_words: Errors
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Confusion:
    """The same mistake, all over the corpus."""

    count: int
    example: Edit
    #: Id of the recording which the example is from.
    file: str


def compare(reference: str, heard: Transcript, *, drop_fillers: bool = False) -> Comparison:
    """Count the errors in a transcript of one recording."""
    said, (pieces, times) = reference.split(), _pieces(heard)
    ref, hyp = (normalized(text, drop_fillers=drop_fillers) for text in (said, pieces))
    aligned = jiwer.process_words(_text(ref), _text(hyp))
    return Comparison(
        _errors(aligned),
        _errors(jiwer.process_characters(_text(ref), _text(hyp))),
        _errors(jiwer.process_words(_text(plain(said)), _text(plain(pieces)))),
        tuple(_edits(aligned.alignments[0], ref, hyp, times)),
    )


def total(errors: Iterable[Errors]) -> Errors:
    """Those of a corpus: summed, so that a long recording weighs more than a short one."""
    counts = [(each.total, each.substitutions, each.deletions, each.insertions) for each in errors]
    return Errors(*map(sum, zip(*counts, strict=True))) if counts else Errors(0, 0, 0, 0)


def confidence(errors: Sequence[Errors]) -> tuple[float, float] | None:
    """The 95 % confidence interval of the rate of a corpus by a bootstrap over its recordings.

    The same for the same errors. None for fewer than ten recordings. Bisani and Ney 2004, "Bootstrap estimates for
    confidence intervals in ASR performance evaluation".
    """
    if len(errors) < _FEWEST_FILES or not any(each.total for each in errors):
        return None
    wrong = np.array([each.substitutions + each.deletions + each.insertions for each in errors])
    totals = np.array([each.total for each in errors])
    random = np.random.default_rng(_SEED)
    drawn = (random.integers(len(errors), size=len(errors)) for _ in range(_RESAMPLES))
    rates = [wrong[files].sum() / max(1, totals[files].sum()) for files in drawn]
    low, high = np.quantile(rates, (0.025, 0.975))
    return float(low), float(high)


def confusions(files: Iterable[tuple[str, Iterable[Edit]]], most: int) -> dict[Kind, list[Confusion]]:
    """The `most` frequent mistakes of each kind, each with its first example; `files` are ids and edits.

    Those that are equally frequent are in the order in which they are met.
    """
    counts: Counter[tuple[Kind, str, str]] = Counter()
    first: dict[tuple[Kind, str, str], tuple[Edit, str]] = {}
    for file, edits in files:
        for edit in edits:
            mistake = edit.kind, edit.reference, edit.hypothesis
            counts[mistake] += 1
            first.setdefault(mistake, (edit, file))
    return {
        kind: [Confusion(count, *first[mistake]) for mistake, count in counts.most_common() if mistake[0] is kind][
            :most
        ]
        for kind in Kind
    }


def _pieces(heard: Transcript) -> tuple[list[str], list[float]]:
    """Its words and when each starts; a line without words is taken as a whole."""
    timed = [
        (text, start)
        for segment in heard.segments
        for text, start in (
            [(word.text, word.start) for word in segment.words]
            or [(text, segment.start) for text in segment.text.split()]
        )
    ]
    return [text for text, _ in timed], [start for _, start in timed]


def _text(tokens: Iterable[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _errors(output: jiwer.WordOutput | jiwer.CharacterOutput) -> Errors:
    wrong = output.substitutions, output.deletions, output.insertions
    return Errors(output.hits + output.substitutions + output.deletions, *wrong)


def _edits(
    chunks: Iterable[jiwer.AlignmentChunk], ref: Sequence[Token], hyp: Sequence[Token], times: Sequence[float]
) -> Iterator[Edit]:
    kinds = {"substitute": Kind.SUBSTITUTION, "delete": Kind.DELETION, "insert": Kind.INSERTION}
    for chunk in chunks:
        if chunk.type == "equal":
            continue
        length = max(chunk.ref_end_idx - chunk.ref_start_idx, chunk.hyp_end_idx - chunk.hyp_start_idx)
        for step in range(length):
            # One of both stands still while words of the other are left out.
            here = min(chunk.ref_start_idx + step, chunk.ref_end_idx)
            there = min(chunk.hyp_start_idx + step, chunk.hyp_end_idx)
            kind = kinds[chunk.type]
            yield Edit(
                kind,
                "" if kind is Kind.INSERTION else ref[here].text,
                "" if kind is Kind.DELETION else hyp[there].text,
                _around(ref, here),
                _around(hyp, there),
                times[hyp[min(there, len(hyp) - 1)].piece] if hyp else None,
            )


def _around(tokens: Sequence[Token], at: int) -> str:
    return _text(tokens[max(0, at - _CONTEXT) : at + _CONTEXT + 1])
