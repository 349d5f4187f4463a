"""Opens a media file by its content alone and says what it is."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.logging import Capture
from av.stream import Disposition, Stream

from callscribe.errors import BadMedia
from callscribe.media.formats import ENDINGS
from callscribe.models import MediaFacts, Notice

#: Hertz; a header that says otherwise lies, and resampling by such a factor would never end.
_RATES = range(4000, 768_001)
_NOT_MEDIA = (
    "This is not an audio or video file that can be read; upload MP3, WAV, OGG, M4A, FLAC, AMR, WMA, "
    "MP4, MKV, WebM or MOV."
)
_NO_INDEX = (
    "The file is incomplete: its index is missing, as after an interrupted recording or copy; upload the complete file."
)
_NO_SOUND = "There is no sound in this video; upload a recording with an audio track."
_NO_DECODER = "The sound in this file is coded in a way that cannot be decoded; convert it to MP3 and upload that."


@dataclass(frozen=True, slots=True)
class Media:
    """An open file and its first audio track."""

    container: InputContainer
    stream: AudioStream
    facts: MediaFacts
    notices: tuple[Notice, ...]
    #: Bits per second of the whole file; 0 where unknown.
    bit_rate: int
    #: Seconds that the file's own header promises for the track; None where it promises nothing.
    promised: float | None


@contextmanager
def opened(source: Path) -> Iterator[Media]:
    """Open `source` for decoding; the name's ending plays no part. Raises `BadMedia`."""
    with source.open("rb") as file:
        if not source.stat().st_size:
            raise BadMedia("The file is empty; upload the recording again.")
        # The `fd` protocol gives the demuxer this one file and no name, so it can neither guess by the ending nor
        # open another file next to it.
        options = {"fd": str(file.fileno()), "protocol_whitelist": "fd", "format_whitelist": ",".join(ENDINGS)}
        av.logging.set_level(av.logging.WARNING)
        # Counts of repetitions come late, and would be taken for news of the next file.
        av.logging.set_skip_repeated(False)
        with Capture(local=False) as log:
            container = _open(options, log)
        with container:
            yield _describe(container, log)


def _open(options: dict[str, str], log: list[tuple[int, str, str]]) -> InputContainer:
    try:
        return av.open("fd:", "r", options=options)
    except av.FFmpegError as error:
        raise BadMedia(_NO_INDEX if _says(log, "moov atom not found") else _NOT_MEDIA) from error


def _describe(container: InputContainer, log: list[tuple[int, str, str]]) -> Media:
    has_video = any(stream.type == "video" and not _is_cover(stream) for stream in container.streams)
    tracks = container.streams.audio
    if not tracks:
        raise BadMedia(_NO_SOUND if has_video else _NOT_MEDIA)
    stream = tracks[0]
    if stream.codec_context is None or stream.codec_context.sample_rate not in _RATES:
        raise BadMedia(_NO_DECODER)
    for other in container.streams:
        if other is not stream:
            other.discard = av.stream.Discard.all
    promised = None if _says(log, "Estimating duration") else _promised(container, stream, has_video)
    facts = MediaFacts(
        container=container.format.name,
        codec=stream.codec_context.codec.canonical_name,
        duration=container.duration / av.time_base if container.duration else None,
        sample_rate=stream.codec_context.sample_rate,
        channels=stream.codec_context.layout.nb_channels,
        audio_tracks=len(tracks),
        has_video=has_video,
    )
    return Media(container, stream, facts, _notices(len(tracks)), container.bit_rate, promised)


def _is_cover(stream: Stream) -> bool:
    return bool(stream.disposition & Disposition.attached_pic)


def _says(log: list[tuple[int, str, str]], words: str) -> bool:
    return any(words in message for _, _, message in log)


def _promised(container: InputContainer, stream: AudioStream, has_video: bool) -> float | None:
    if stream.duration and stream.time_base:
        return float(stream.duration * stream.time_base)
    # A container's duration is that of its longest track.
    only_track = len(container.streams) == 1 and not has_video
    return container.duration / av.time_base if container.duration and only_track else None


def _notices(tracks: int) -> tuple[Notice, ...]:
    if tracks == 1:
        return ()
    return (Notice("second_audio_track", f"The file has {tracks} audio tracks; only the first was used."),)
