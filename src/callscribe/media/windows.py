"""Cuts a call into windows at its silences; knows nothing of files or models."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from callscribe.media.channels import Mask, speakers
from callscribe.media.speech import Hysteresis, runs, spans
from callscribe.media.vad import FRAME, SAMPLE_RATE, Probabilities, Samples
from callscribe.models import Window

#: Seconds after which the first window may end, so that first words are seen early.
_FIRST = 60.0
#: A window is cut between these shares of the target where that finds a good silence.
_EARLIEST, _NEAR = 0.6, 1.2
#: Share of the target below which the rest of a call is no window of its own.
_TAIL = 0.2
#: Frames of silence that are worth growing for (0.32 s), and from which on nearness counts alone (1 s).
_GOOD_SILENCE, _BEST_SILENCE = 10, 31
#: Frames before the limit in which the quietest moment is looked for where nobody ever pauses (10 s).
_LAST_RESORT = 312


@dataclass(frozen=True, slots=True)
class Piece:
    """A window and its samples."""

    window: Window
    #: Of shape (samples,), or (samples, 2) where the channels are two speakers.
    samples: Samples


class Cutter:
    """Fed with samples and their speech probabilities, gives windows that tile the call.

    Cuts lie on frame borders, so that a call can be resumed at the end of any window: `start` is that end in samples,
    and what is fed before it only brings the detection of speech to where it was. What is held in memory never exceeds
    the longest window and a fifth of the target.
    """

    def __init__(
        self, target_s: float, longest_s: float, *, start: int = 0, first_index: int = 0, channels: int = 1
    ) -> None:
        self._target, self._longest = _frames(target_s), _frames(longest_s)
        self._goal = self._target if start else min(self._target, _frames(_FIRST))
        self._tail = round(_TAIL * self._target)
        self._start, self._index = start, first_index
        self._to_skip = -(-start // FRAME)
        self._hysteresis = [Hysteresis() for _ in range(channels)]
        self._blocks: list[Samples] = []
        #: Whether somebody speaks in each frame, in any channel; and in which.
        self._speech: list[bool] = []
        self._channels: list[list[bool]] = [[] for _ in range(channels)]
        self._power: list[float] = []

    def feed(self, samples: Samples, probabilities: Probabilities) -> Iterator[Piece]:
        """Take whole frames (the last call's may end within one) and give the windows they complete.

        `samples` has shape (samples, channels), `probabilities` has shape (frames, channels).
        """
        skipped = min(self._to_skip, len(probabilities))
        self._to_skip -= skipped
        self._blocks.append(samples[skipped * FRAME :])
        speaking = [own.feed(likely)[skipped:] for own, likely in zip(self._hysteresis, probabilities.T, strict=True)]
        self._channels = [known + new for known, new in zip(self._channels, speaking, strict=True)]
        self._speech += map(any, zip(*speaking, strict=True))
        self._power += _power(samples, len(probabilities))[skipped:]
        while cut := self._cut(min(len(self._speech) - self._tail, self._longest)):
            yield self._take(cut)

    def finish(self) -> Iterator[Piece]:
        """Give the rest, as one window where it fits into one."""
        while len(self._speech) > self._longest:
            yield self._take(self._forced_cut(min(len(self._speech) - self._tail, self._longest)))
        if self._speech:
            yield self._take(len(self._speech))

    def _cut(self, limit: int) -> int | None:
        if limit < min(round(_NEAR * self._goal), self._longest):
            return None
        if silence := self._best_silence(limit, _GOOD_SILENCE):
            return silence
        return self._forced_cut(limit) if limit == self._longest else None

    def _forced_cut(self, limit: int) -> int:
        if silence := self._best_silence(limit, 1):
            return silence
        first = max(self._earliest, limit - _LAST_RESORT)
        power = np.array(self._power[first - 1 : limit + 1])
        return first + int(np.argmin(power[:-1] + power[1:]))

    def _best_silence(self, limit: int, shortest: int) -> int | None:
        goal = min(self._goal, limit)
        silences = []
        for begin, end in runs(~np.array(self._speech[self._earliest : limit]), self._earliest):
            worth = min(end - begin, _BEST_SILENCE)
            margin = (worth + 1) // 2
            cut = min(max(goal, begin + margin), end - worth + margin)
            if end - begin >= shortest:
                silences.append((worth, -abs(cut - goal), cut))
        return max(silences)[2] if silences else None

    @property
    def _earliest(self) -> int:
        return max(1, round(_EARLIEST * self._goal))

    def _take(self, cut: int) -> Piece:
        held = np.concatenate(self._blocks)
        # A copy of the rest, which would hold on to all of it.
        samples, rest = held[: cut * FRAME], held[cut * FRAME :].copy()
        speech = np.array([channel[:cut] for channel in self._channels]).T
        piece = self._piece(samples, speech)
        self._blocks, self._speech, self._power = [rest], self._speech[cut:], self._power[cut:]
        self._channels = [channel[cut:] for channel in self._channels]
        self._start, self._index, self._goal = self._start + len(samples), self._index + 1, self._target
        return piece

    def _piece(self, samples: Samples, speech: Mask) -> Piece:
        apart = speakers(samples, speech) if speech.shape[1] == 2 else None
        if apart is None:
            own = spans(np.logical_or.reduce(speech, axis=1), self._start, len(samples))
            samples = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1).astype(samples.dtype)
        else:
            own = tuple(
                replace(span, channel=channel)
                for channel, mask in enumerate(apart.T)
                for span in spans(mask, self._start, len(samples))
            )
        end = self._start + len(samples)
        return Piece(Window(self._index, self._start / SAMPLE_RATE, end / SAMPLE_RATE, own), samples)


def _frames(seconds: float) -> int:
    return max(2, int(seconds * SAMPLE_RATE) // FRAME)


def _power(samples: Samples, frames: int) -> list[float]:
    padded = np.zeros(frames * FRAME, np.float32)
    padded[: len(samples)] = samples.mean(axis=1)
    square: npt.NDArray[np.float32] = np.square(padded).reshape(frames, FRAME).mean(axis=1)
    return list(square.tolist())
