"""The copy of a call that any browser can play and seek, and when there is no need of one."""

from fractions import Fraction
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream

from callscribe.media.probe import Media
from callscribe.media.resample import Resampler

#: Bits per second that an original may have; above, a copy saves more traffic than it costs to make.
_HEAVY = 320_000
_BIT_RATE = 64_000
#: Leaves out what makes the encoder search; at this bit rate speech does not need it, and it costs half the time.
_FAST = {"aac_coder": "fast", "aac_ms": "0", "aac_is": "0", "aac_tns": "0", "aac_pns": "0"}
#: Container and codec that Chrome, Firefox and Safari play and seek exactly. Ogg is missing because Safari before 18.4
#: does not play it, WebM because browsers write it without an index, and seeking then fails everywhere.
_PLAYABLE = {("mp3", "mp3"), ("mov", "aac"), ("flac", "flac"), ("wav", "pcm_s16le")}


def needs_copy(media: Media) -> bool:
    """Whether a browser could not play the original itself, or only at the price of much traffic."""
    facts = media.facts
    playable = (facts.container.split(",")[0], facts.codec) in _PLAYABLE and not facts.has_video
    return not playable or media.bit_rate > _HEAVY


class PlaybackCopy:
    """Writes AAC in M4A, its index at the front; up to two channels are kept, as is speech's bandwidth."""

    def __init__(self, path: Path, media: Media) -> None:
        #: The file that is written.
        self.path = path
        self._rate = 16000 if media.facts.sample_rate <= 16000 else 24000
        layout = "mono" if media.facts.channels == 1 else "stereo"
        self._container = av.open(str(path), "w", format="ipod", options={"movflags": "faststart"})
        stream = self._container.add_stream("aac", rate=self._rate, options=_FAST)
        assert isinstance(stream, AudioStream)
        stream.codec_context.layout = layout
        stream.bit_rate = _BIT_RATE
        self._stream = stream
        self._resampler = Resampler("fltp", layout, self._rate)
        # The encoder wants frames of one size, and a change in the middle of the file gives a shorter one.
        self._fifo = av.AudioFifo()
        self._written = 0

    def write(self, frame: AudioFrame) -> None:
        """Add the next frame of the call."""
        for converted in self._resampler.feed(frame):
            self._keep(converted)
        self._encode(partial=False)

    def finish(self) -> None:
        """Write what is held back and the index."""
        for converted in self._resampler.finish():
            self._keep(converted)
        self._encode(partial=True)
        self._container.mux(self._stream.encode(None))
        self._container.close()

    def _keep(self, converted: AudioFrame) -> None:
        converted.pts = None
        self._fifo.write(converted)

    def _encode(self, *, partial: bool) -> None:
        size = self._stream.codec_context.frame_size or 1024
        for frame in self._fifo.read_many(size, partial):
            frame.pts, frame.time_base = self._written, Fraction(1, self._rate)
            self._written += frame.samples
            self._container.mux(self._stream.encode(frame))
