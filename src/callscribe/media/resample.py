"""Converts frames to one rate and channel layout, also where the file's own change in the middle."""

from collections.abc import Iterator

import av
from av.audio.frame import AudioFrame

#: Samples that are converted at once: a call for every frame would cost more than the conversion itself.
_GROUP = 1 << 15


class Resampler:
    """Gives frames of one shape, whatever comes in; no sample is lost where the input's shape changes."""

    def __init__(self, sample_format: str, layout: str, rate: int) -> None:
        self._target = (sample_format, layout, rate)
        self._shape: tuple[str, str, int] | None = None
        self._resampler = av.AudioResampler(*self._target)
        self._waiting = av.AudioFifo()

    def feed(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """Take the next frame; what comes of it may be given with a later one."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            yield from self.finish()
            self._shape, self._resampler, self._waiting = shape, av.AudioResampler(*self._target), av.AudioFifo()
        # Time is kept by counting samples, not by stamps.
        frame.pts = None
        self._waiting.write(frame)
        if self._waiting.samples >= _GROUP:
            yield from self._resampler.resample(self._waiting.read())

    def finish(self) -> Iterator[AudioFrame]:
        """Give what is still held back."""
        if self._shape:
            if rest := self._waiting.read():
                yield from self._resampler.resample(rest)
            yield from (frame for frame in self._resampler.resample(None) if frame)
