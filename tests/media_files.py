"""Makes small media files of every format that people upload, with PyAV's own encoders."""

import heapq
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import numpy.typing as npt
import soundfile
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.packet import Packet
from av.video.stream import VideoStream

Samples = npt.NDArray[np.int16]

SAMPLES = Path(__file__).parent.parent / "samples"
CALL_EN = SAMPLES / "release-call-en.flac"
CALL_RU = SAMPLES / "planning-call-ru.flac"

#: What each encoder can be given where the caller does not say: sample rate, channels.
_SHAPES = {
    "libopencore_amrnb": (8000, 1),
    "pcm_mulaw": (8000, 1),
    "pcm_alaw": (8000, 1),
    "libopus": (48000, 2),
    "vorbis": (44100, 2),
    "libmp3lame": (44100, 2),
    "wmav2": (44100, 2),
}
_BIT_RATES = {"libopencore_amrnb": 12200, "wmav2": 64000}
_CHUNK = 1024
_VIDEO_RATE = 5


def encode(
    source: Path,
    path: Path,
    codec: str,
    *,
    rate: int | None = None,
    channels: int | None = None,
    bit_rate: int | None = None,
    seconds: float | None = None,
    audio_tracks: int = 1,
    start_at: float = 0.0,
    video: str | None = None,
    options: dict[str, str] | None = None,
) -> Path:
    """Write what soundfile reads from `source` to `path`; the container follows the name.

    `audio_tracks=0` makes a silent video, further tracks repeat the first. The audio's time stamps begin at
    `start_at` seconds. `video` names an encoder (`libx264`, `libvpx`, `mpeg4`) for a small grey picture.
    `options` are the container's, such as `{"movflags": "faststart"}`.
    """
    samples, source_rate = _read(source, seconds)
    rate, channels = rate or _SHAPES.get(codec, (source_rate, 0))[0], channels or _SHAPES.get(codec, (0, 0))[1]
    channels = channels or samples.shape[1]
    form = "asf" if path.suffix == ".wma" else None
    with av.open(str(path), "w", format=form, options=options) as container:
        tracks = [_add_audio(container, codec, rate, channels, bit_rate) for _ in range(audio_tracks)]
        picture = _add_video(container, video) if video else None
        sources = [_audio_packets(track, samples, source_rate, start_at) for track in tracks]
        if picture:
            sources.append(_video_packets(picture, start_at + len(samples) / source_rate))
        for packet in heapq.merge(*sources, key=_seconds):
            container.mux(packet)
    return path


def write_wav(path: Path, samples: Samples, rate: int = 16000) -> Path:
    """Write 16-bit PCM, of shape (samples,) or (samples, channels)."""
    soundfile.write(path, samples, rate, format="WAV", subtype="PCM_16")
    return path


def tone(seconds: float, rate: int = 16000, hertz: float = 440.0) -> Samples:
    """A sine at a quarter of full scale."""
    times = np.arange(round(seconds * rate)) / rate
    return (8000 * np.sin(2 * np.pi * hertz * times)).astype(np.int16)


def speech(source: Path = CALL_EN, seconds: float | None = None) -> Samples:
    """A sample call as 16 kHz mono."""
    samples, rate = _read(source, seconds)
    assert rate == 16000
    mono: Samples = samples.mean(axis=1).astype(np.int16)
    return mono


def truncate(path: Path, share: float) -> Path:
    """Cut a file to the first `share` (0..1) of its bytes."""
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    return path


def _read(source: Path, seconds: float | None) -> tuple[Samples, int]:
    with soundfile.SoundFile(source) as file:
        frames = -1 if seconds is None else round(seconds * file.samplerate)
        return np.asarray(file.read(frames, dtype="int16", always_2d=True), np.int16), file.samplerate


def _add_audio(container: OutputContainer, codec: str, rate: int, channels: int, bit_rate: int | None) -> AudioStream:
    stream = container.add_stream(codec, rate=rate)
    assert isinstance(stream, AudioStream)
    stream.codec_context.layout = "mono" if channels == 1 else "stereo"
    stream.codec_context.time_base = Fraction(1, rate)
    bit_rate = bit_rate or _BIT_RATES.get(codec)
    if bit_rate:
        stream.bit_rate = bit_rate
    if codec == "vorbis":
        stream.codec_context.options = {"strict": "experimental"}
    return stream


def _add_video(container: OutputContainer, codec: str) -> VideoStream:
    stream = container.add_stream(codec, rate=_VIDEO_RATE)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
    return stream


def _audio_packets(stream: AudioStream, samples: Samples, rate: int, start_at: float) -> Iterator["Packet[Any]"]:
    context = stream.codec_context
    resampler = av.AudioResampler(context.format, context.layout, context.sample_rate, context.frame_size or _CHUNK)
    layout = "mono" if samples.shape[1] == 1 else "stereo"
    position = round(start_at * context.sample_rate)
    for begin in [*range(0, len(samples), _CHUNK), None]:
        for frame in resampler.resample(None if begin is None else _frame(samples, begin, layout, rate)):
            frame.pts, frame.time_base = position, Fraction(1, context.sample_rate)
            position += frame.samples
            yield from stream.encode(frame)
    yield from stream.encode(None)


def _frame(samples: Samples, begin: int, layout: str, rate: int) -> av.AudioFrame:
    chunk = np.ascontiguousarray(samples[begin : begin + _CHUNK]).reshape(1, -1)
    frame = av.AudioFrame.from_ndarray(chunk, format="s16", layout=layout)
    frame.sample_rate = rate
    return frame


def _video_packets(stream: VideoStream, seconds: float) -> Iterator["Packet[Any]"]:
    grey = np.full((72, 64), 128, dtype=np.uint8)
    for _ in range(max(1, round(seconds * _VIDEO_RATE))):
        yield from stream.encode(av.VideoFrame.from_ndarray(grey, format="yuv420p"))
    yield from stream.encode(None)


def _seconds(packet: "Packet[Any]") -> float:
    return float((packet.dts or 0) * packet.time_base)
