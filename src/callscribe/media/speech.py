"""Turns speech probabilities into stretches of speech."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from callscribe.media.vad import FRAME, SAMPLE_RATE, Probabilities
from callscribe.models import Span

_STARTS_AT, _ENDS_BELOW = 0.5, 0.35
#: Seconds.
_SHORTEST_SPEECH, _SHORTEST_SILENCE, _PADDING = 0.1, 0.3, 0.3

Mask = npt.NDArray[np.bool_]


class Hysteresis:
    """Decides frame by frame: speech begins at one probability and ends below a lower one."""

    def __init__(self) -> None:
        self._speaking = False

    def feed(self, probabilities: Probabilities) -> list[bool]:
        """Whether somebody speaks in each of the next frames."""
        decided = []
        for probability in probabilities.tolist():
            self._speaking = probability >= (_ENDS_BELOW if self._speaking else _STARTS_AT)
            decided.append(self._speaking)
        return decided


def runs(mask: Mask, offset: int = 0) -> Iterator[tuple[int, int]]:
    """Begin and end (exclusive) of every stretch of true values, counted from `offset`."""
    edges = np.flatnonzero(np.diff(mask, prepend=False, append=False)) + offset
    return zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def spans(speech: Mask, start: int, samples: int) -> tuple[Span, ...]:
    """Stretches of speech in a window, in seconds of the call.

    `speech` has one value a frame, the window begins at sample `start` and has `samples` of them. Shorter pauses are
    part of the speech; spans are padded, but neither into each other nor over the window's borders.
    """
    joined = [run for run in _joined(runs(speech)) if run[1] - run[0] >= _SHORTEST_SPEECH]
    length = samples / SAMPLE_RATE
    padded = []
    for index, (begin, end) in enumerate(joined):
        before = begin - (begin + joined[index - 1][1]) / 2 if index else begin
        after = (joined[index + 1][0] - end) / 2 if index + 1 < len(joined) else length - end
        padded.append((max(0.0, begin - min(_PADDING, before)), min(length, end + min(_PADDING, after))))
    zero = start / SAMPLE_RATE
    return tuple(Span(zero + begin, zero + end) for begin, end in padded)


def _joined(frames: Iterator[tuple[int, int]]) -> list[tuple[float, float]]:
    joined: list[tuple[float, float]] = []
    for run in frames:
        begin, end = run[0] * FRAME / SAMPLE_RATE, run[1] * FRAME / SAMPLE_RATE
        if joined and begin - joined[-1][1] < _SHORTEST_SILENCE:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((begin, end))
    return joined
