"""From a media file to windows and a playback copy in one decoding pass: what the child process does."""

import time
from collections.abc import Generator, Iterator
from copy import copy as twin
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile
from av.audio.frame import AudioFrame

from callscribe.media.decode import Decoder
from callscribe.media.events import Cut, Event, Prepared, Probed, Progress
from callscribe.media.peaks import peaks
from callscribe.media.playback import PlaybackCopy, needs_copy
from callscribe.media.probe import opened
from callscribe.media.resample import Resampler
from callscribe.media.vad import FRAME, SAMPLE_RATE, Probabilities, Samples, SpeechDetector
from callscribe.media.windows import Cutter, Piece

#: Samples that are judged at once (4 s): enough to make calling the model cheap.
_BLOCK = 128 * FRAME
#: Seconds of work between two signs of life.
_PROGRESS = 2.0
#: 0 (fast) to 1 (small); windows are read once or twice.
_FLAC_LEVEL = 0.0


@dataclass(frozen=True, slots=True)
class Request:
    """What to prepare and how; see `callscribe.media.process.prepare`."""

    source: Path
    folder: Path
    window_s: float
    window_max_s: float
    resume_at: float
    first_index: int


def run(request: Request) -> Iterator[Event]:
    """Do the work of `prepare` in this process. Raises `BadMedia`."""
    with opened(request.source) as media:
        yield Probed(media.facts, media.notices)
        copy = PlaybackCopy(request.folder / "playback.m4a", media) if needs_copy(media) else None
        windows, decoder = _Windows(request, channels=2 if media.facts.channels == 2 else 1), Decoder(media)
        yield from _read(decoder, windows, copy)
    if copy is None and decoder.is_uneven:
        copy = yield from _copy_afterwards(request)
    yield Prepared(windows.duration, copy.path if copy else None, decoder.notices())


def _copy_afterwards(request: Request) -> Generator[Event, None, PlaybackCopy]:
    """Write the copy of a file whose oddities show only when it is decoded; few are worth a second pass."""
    with opened(request.source) as media:
        copy = PlaybackCopy(request.folder / "playback.m4a", media)
        yield from _read(Decoder(media), None, copy)
        return copy


def _read(decoder: Decoder, windows: "_Windows | None", copy: PlaybackCopy | None) -> Iterator[Event]:
    told = time.monotonic()
    for frame in decoder.frames():
        if copy:
            copy.write(frame)
        if windows:
            yield from windows.feed(frame)
        if time.monotonic() - told > _PROGRESS:
            told = time.monotonic()
            yield Progress(decoder.position)
    if windows:
        yield from windows.finish()
    if copy:
        copy.finish()


class _Windows:
    """Turns frames into stored windows: resampled, judged in blocks, cut, written as FLAC.

    Two channels are kept apart until it is known whether they are two speakers; more are mixed.
    """

    def __init__(self, request: Request, *, channels: int) -> None:
        self._folder = request.folder
        self._resampler = Resampler("s16p", "mono" if channels == 1 else "stereo", SAMPLE_RATE)
        self._detectors = [SpeechDetector() for _ in range(channels)]
        start = round(request.resume_at * SAMPLE_RATE)
        self._cutter = Cutter(
            request.window_s, request.window_max_s, start=start, first_index=request.first_index, channels=channels
        )
        self._samples = self._waiting_samples = 0
        self._waiting: list[Samples] = []

    @property
    def duration(self) -> float:
        """Seconds of the call so far."""
        return self._samples / SAMPLE_RATE

    def feed(self, frame: AudioFrame) -> Iterator[Cut]:
        """Add the next frame of the call."""
        for converted in self._resampler.feed(frame):
            self._keep(converted)
        while self._waiting_samples >= _BLOCK:
            yield from self._judge(_BLOCK)

    def finish(self) -> Iterator[Cut]:
        """Give the last windows."""
        for converted in self._resampler.finish():
            self._keep(converted)
        while self._waiting_samples:
            yield from self._judge(_BLOCK)
        for piece in self._cutter.finish():
            yield self._stored(piece)

    def _keep(self, converted: AudioFrame) -> None:
        samples: Samples = converted.to_ndarray().T.astype(np.int16, copy=False)
        self._samples += len(samples)
        self._waiting.append(samples)
        self._waiting_samples += len(samples)

    def _judge(self, length: int) -> Iterator[Cut]:
        waiting = np.concatenate(self._waiting)
        block, rest = waiting[:length], waiting[length:]
        self._waiting, self._waiting_samples = [rest], len(rest)
        for piece in self._cutter.feed(block, self._likely(block)):
            yield self._stored(piece)

    def _likely(self, block: Samples) -> Probabilities:
        """How likely somebody speaks, of shape (frames, channels)."""
        first, *others = block.T
        found = [self._detectors[0].probabilities(first)]
        for index, other in enumerate(others, 1):
            if np.array_equal(first, other):  # a mono recording in a stereo file
                self._detectors[index] = twin(self._detectors[0])
                found.append(found[0])
            else:
                found.append(self._detectors[index].probabilities(other))
        return np.stack(found, axis=1)

    def _stored(self, piece: Piece) -> Cut:
        audio = self._folder / f"{piece.window.index:05d}.flac"
        soundfile.write(audio, piece.samples, SAMPLE_RATE, subtype="PCM_16", compression_level=_FLAC_LEVEL)
        return Cut(piece.window, audio, peaks(piece.samples))
