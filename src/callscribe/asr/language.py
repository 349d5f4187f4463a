"""Which language is spoken where in a window. Pure functions over what a detector says of clips.

Whisper tells languages apart by its encoder, which is most of its work on a CPU. Where another engine reads the words,
only some of the clips are listened to; where neighbours differ, or one is in doubt, each stretch of speech is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from callscribe.asr.clips import Clip, clips
from callscribe.models import Span

#: How likely each language (ISO 639-1) is, of each clip asked for.
Detect = Callable[[Sequence[Clip]], Sequence[Mapping[str, float]]]

#: What the service is made for: of these one is taken where the detector is in doubt.
EXPECTED = ("ru", "en")
#: A clip less sure than this may hold two languages, a stretch less sure takes the language of its neighbour.
_SURE, _DOUBTFUL = 0.9, 0.6
#: A shorter stretch says too little to be of another language than the one beside it.
_SHORTEST_S = 1.0


@dataclass(frozen=True, slots=True)
class Passage:
    """Clips of a window that are in one language, in order of time."""

    language: str
    #: 0..1, the mean over what was listened to.
    probability: float
    clips: tuple[Clip, ...]


@dataclass(frozen=True, slots=True)
class _Guess:
    language: str
    probability: float


def passages(speech: Sequence[Span], detect: Detect, stride: int = 1) -> list[Passage]:
    """The stretches of a window's speech by language; `detect` is asked for every `stride`-th clip at least."""
    cut = clips(speech)
    guesses = _spread(cut, detect, stride)
    pieces: list[tuple[Span, _Guess]] = []
    for index, (clip, guess) in enumerate(zip(cut, guesses, strict=True)):
        if len(clip.spans) > 1 and _suspicious(guesses, index):
            pieces += zip(clip.spans, _of_stretches(clip.spans, detect, guess), strict=True)
        else:
            pieces += [(span, guess) for span in clip.spans]
    return _joined(pieces)


def _spread(cut: Sequence[Clip], detect: Detect, stride: int) -> list[_Guess]:
    """A guess for each clip: those between two that agree are taken to be of the same language."""
    known: dict[int, _Guess] = {}

    def listen(indexes: Sequence[int]) -> None:
        asked = [index for index in indexes if index not in known]
        found = detect([cut[index] for index in asked]) if asked else []
        known.update(zip(asked, map(_guess, found), strict=True))

    probes = sorted({*range(0, len(cut), stride), len(cut) - 1} & set(range(len(cut))))
    listen(probes)
    for left, right in pairwise(probes):
        if known[left].language != known[right].language:
            listen(range(left, right))
    for index in range(len(cut)):
        known.setdefault(index, known.get(index - 1, _Guess(EXPECTED[0], 0.0)))
    return [known[index] for index in range(len(cut))]


def _suspicious(guesses: Sequence[_Guess], index: int) -> bool:
    """Whether two languages may be in this clip: it is unsure, or one beside it is of another."""
    own = guesses[index]
    beside = guesses[max(0, index - 1) : index + 2]
    return own.probability < _SURE or any(guess.language != own.language for guess in beside)


def _of_stretches(spans: Sequence[Span], detect: Detect, whole: _Guess) -> list[_Guess]:
    found: list[_Guess] = []
    for span, guess in zip(spans, map(_guess, detect([Clip((span,)) for span in spans])), strict=True):
        if span.end - span.start >= _SHORTEST_S and guess.probability >= _DOUBTFUL:
            found.append(guess)
        else:
            found.append(found[-1] if found else whole)
    return found


def _guess(likely: Mapping[str, float]) -> _Guess:
    best = max(likely, key=lambda language: likely[language])
    if likely[best] < _DOUBTFUL:
        best = max(EXPECTED, key=lambda language: likely.get(language, 0.0))
    return _Guess(best, likely.get(best, 0.0))


def _joined(pieces: Sequence[tuple[Span, _Guess]]) -> list[Passage]:
    runs: list[list[tuple[Span, _Guess]]] = []
    for piece in pieces:
        if not runs or runs[-1][0][1].language != piece[1].language:
            runs.append([])
        runs[-1].append(piece)
    return [
        Passage(
            run[0][1].language,
            sum(guess.probability for _, guess in run) / len(run),
            tuple(clips([span for span, _ in run])),
        )
        for run in runs
    ]
