"""Decodes one audio track, a frame at a time, so that the frames follow each other without gap or overlap."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, cast

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.packet import Packet

from callscribe.errors import BadMedia
from callscribe.media.probe import Media
from callscribe.media.timeline import Timeline
from callscribe.models import Notice

#: Containers whose clock starts anywhere; all others start at zero.
_FREE_CLOCK = {"mpegts", "mpeg"}
#: Failed reads in a row after which the rest of the file is given up.
_FAILED_READS = 20
#: Seconds of sound that a header may promise too much.
_TOLERANCE = 1.0
#: Samples of silence in one frame.
_SILENCE = 1 << 14


class Decoder:
    """Reads the frames of `media` once."""

    def __init__(self, media: Media) -> None:
        self._media = media
        start = media.container.start_time or 0
        self._timeline = Timeline(start / av.time_base if media.facts.container in _FREE_CLOCK else 0.0)
        self._damaged = False
        self._shapes: set[tuple[int, str]] = set()
        self._packet_sizes = (1 << 62, 0)

    @property
    def position(self) -> float:
        """Seconds of the call that have been given out."""
        return self._timeline.position

    @property
    def is_uneven(self) -> bool:
        """Whether a player that reads the file by its bytes or headers may show other times than ours."""
        smallest, largest = self._packet_sizes
        varies = self._media.facts.container == "mp3" and largest - smallest > 1
        broken = self._damaged or self._timeline.mended or self._timeline.jumped
        return varies or broken or len(self._shapes) > 1

    def frames(self) -> Iterator[AudioFrame]:
        """Give all sound with its gaps filled by silence; what cannot be read is left out, see `notices`.

        Raises `BadMedia` where nothing at all can be decoded.
        """
        with _complaints(self._heard):
            for packet in self._packets():
                for frame in self._decoded(packet):
                    yield from self._placed(frame)
        if not self._timeline.position:
            raise BadMedia(
                "The sound in this file could not be decoded; check that it plays and upload it again."
                if self._damaged
                else "There is no sound in the file: its audio is 0 seconds long."
            )

    def notices(self) -> tuple[Notice, ...]:
        """What a user should know, once all frames have been read."""
        found = []
        promised = self._media.promised
        if promised and not self._timeline.jumped and self.position < promised * 0.98 - _TOLERANCE:
            found.append(
                Notice(
                    "damaged",
                    f"The file breaks off after {self.position:.0f} of {promised:.0f} seconds; the rest is missing.",
                )
            )
        elif self._damaged:
            found.append(
                Notice(
                    "damaged", "A part of the file is damaged and could not be read; what was said there is missing."
                )
            )
        if self._timeline.jumped:
            found.append(
                Notice("time_stamps", "The time stamps in the file jump; its parts were joined without the jumps.")
            )
        return tuple(found)

    def _heard(self) -> None:
        self._damaged = True

    def _packets(self) -> Iterator["Packet[AudioStream] | None"]:
        failures = 0
        while failures < _FAILED_READS:
            try:
                for packet in self._media.container.demux(self._media.stream):
                    failures = 0
                    # The demuxer ends with an empty packet, which makes the decoder give what it holds back.
                    yield packet if packet.size else None
                return
            except av.FFmpegError:
                self._damaged = True
                failures += 1
        yield None

    def _decoded(self, packet: "Packet[AudioStream] | None") -> list[AudioFrame]:
        if packet:
            smallest, largest = self._packet_sizes
            self._packet_sizes = min(smallest, packet.size), max(largest, packet.size)
            self._damaged = self._damaged or packet.is_corrupt
        try:
            return self._media.stream.decode(packet)
        except av.EOFError:
            return []
        except av.FFmpegError:
            self._damaged = True
            return []

    def _placed(self, frame: AudioFrame) -> Iterator[AudioFrame]:
        if not frame.samples:
            return
        self._shapes.add((frame.sample_rate, frame.layout.name))
        placement = self._timeline.place(frame.time, frame.samples, frame.sample_rate)
        yield from _silence(frame, placement.silence)
        if placement.skip < frame.samples:
            yield _without_head(frame, placement.skip) if placement.skip else frame


class _Complaints(logging.Handler):
    def __init__(self, heard: Callable[[], None]) -> None:
        super().__init__(logging.ERROR)
        self._on_complaint = heard

    def emit(self, record: logging.LogRecord) -> None:  # noqa: ARG002
        self._on_complaint()


@contextmanager
def _complaints(heard: Callable[[], None]) -> Iterator[None]:
    """Call `heard` whenever FFmpeg skips something; of most damage in containers it tells nobody but its log."""
    logger, handler = logging.getLogger("libav"), _Complaints(heard)
    av.logging.set_level(av.logging.ERROR)
    logger.propagate = False
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)


def _silence(like: AudioFrame, samples: int) -> Iterator[AudioFrame]:
    while samples > 0:
        length = min(samples, _SILENCE)
        frame = AudioFrame(like.format.name, like.layout.name, length)
        frame.sample_rate = like.sample_rate
        for plane in frame.planes:
            plane.update((b"\x80" if like.format.name in {"u8", "u8p"} else b"\0") * plane.buffer_size)
        yield frame
        samples -= length


def _without_head(frame: AudioFrame, skip: int) -> AudioFrame:
    width = 1 if frame.format.is_planar else frame.layout.nb_channels
    rest = np.ascontiguousarray(frame.to_ndarray()[:, skip * width :])
    shorter = AudioFrame.from_ndarray(cast(Any, rest), format=frame.format.name, layout=frame.layout.name)
    shorter.sample_rate = frame.sample_rate
    return shorter
