"""Converts frames to one rate and channel layout, also where the file's own change in the middle."""

from collections.abc import Iterator

import av
from av.audio.frame import AudioFrame


class Resampler:
    """Gives frames of one shape, whatever comes in; no sample is lost where the input's shape changes."""

    def __init__(self, sample_format: str, layout: str, rate: int) -> None:
        self._target = (sample_format, layout, rate)
        self._shape: tuple[str, str, int] | None = None
        self._resampler = av.AudioResampler(*self._target)

    def feed(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        """Convert the next frame; a few samples may come with a later one."""
        shape = (frame.format.name, frame.layout.name, frame.sample_rate)
        if shape != self._shape:
            yield from self.finish()
            self._shape, self._resampler = shape, av.AudioResampler(*self._target)
        # Time is kept by counting samples, not by stamps.
        frame.pts = None
        yield from self._resampler.resample(frame)

    def finish(self) -> Iterator[AudioFrame]:
        """Give what is still held back."""
        if self._shape:
            yield from (frame for frame in self._resampler.resample(None) if frame)
