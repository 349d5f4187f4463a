"""Transcribe: one window's audio becomes segments with words in call time, and how their speakers sound."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, cast

from callscribe.models import LanguageChoice, Segment, Voice, Window, WindowTranscript
from callscribe.ports import Report, SpeakerEmbedder, Transcriber

if TYPE_CHECKING:
    from callscribe.sound import Sound


def transcribe(
    audio: Path,
    window: Window,
    language: LanguageChoice,
    report: Report,
    *,
    engine: Transcriber,
    embedder: SpeakerEmbedder | None = None,
    vocabulary: Sequence[str] = (),
) -> WindowTranscript:
    """What is said in a window, whose audio is a 16 kHz file with a channel, or with two that are speakers.

    Each of these is transcribed on its own, and then merged by time. Where nobody speaks no engine is asked, so that
    none can invent anything.
    """
    channels = sorted({span.channel for span in window.speech}, key=lambda channel: channel or 0)
    if not channels:
        return WindowTranscript((), None, 0.0, "voice activity")
    samples = _read(audio)
    heard = []
    for done, channel in enumerate(channels):
        own = tuple(replace(span, channel=None) for span in window.speech if span.channel == channel)
        share = _share(report, done, len(channels))
        sound = _of_channel(samples, channel)
        found = engine.transcribe(sound, replace(window, speech=own), language, share, vocabulary)
        heard.append(_on_channel(found, channel))
    complete = heard[0] if len(heard) == 1 else _merged(heard)
    if embedder is None:
        return complete
    own_voices = _voices(samples, window, complete.segments, embedder)
    return replace(complete, voices=own_voices, embedder=embedder.name)


def listen(audio: Path, window: Window, segments: Sequence[Segment], embedder: SpeakerEmbedder) -> tuple[Voice, ...]:
    """How the speakers of a window sound that was transcribed before."""
    return _voices(_read(audio), window, segments, embedder)


def _voices(
    samples: "Sound", window: Window, segments: Sequence[Segment], embedder: SpeakerEmbedder
) -> tuple[Voice, ...]:
    """Of nobody where two channels speak: then these are the speakers; else there may be several on one of them."""
    from callscribe.speakers.voices import voices

    channels = {segment.channel for segment in segments}
    if len(channels) != 1:
        return ()
    return voices(embedder, _of_channel(samples, channels.pop()), window, segments)


def _read(audio: Path) -> "Sound":
    """Of shape (samples, channels)."""
    import soundfile  # it needs the extra `asr`, which only some processes have

    return cast("Sound", soundfile.read(audio, dtype="float32", always_2d=True)[0])


def _of_channel(samples: "Sound", channel: int | None) -> "Sound":
    """The one asked for, or all of them together; `samples` has shape (samples, channels)."""
    if samples.shape[1] == 1:
        return samples[:, 0]
    found: Sound = samples.mean(axis=1) if channel is None else samples[:, channel].copy()
    return found


def _share(report: Report, done: int, of: int) -> Report:
    return lambda share: report((done + share) / of)


def _on_channel(heard: WindowTranscript, channel: int | None) -> WindowTranscript:
    return replace(heard, segments=tuple(replace(segment, channel=channel) for segment in heard.segments))


def _merged(heard: Sequence[WindowTranscript]) -> WindowTranscript:
    """By time; what two say at once stays as two segments that overlap."""
    longest = max(heard, key=lambda one: sum(segment.end - segment.start for segment in one.segments))
    segments = sorted(chain(*(one.segments for one in heard)), key=lambda segment: (segment.start, segment.end))
    return replace(
        longest,
        segments=tuple(segments),
        engine=" + ".join(dict.fromkeys(name for one in heard for name in one.engine.split(" + "))),
        notices=tuple(dict.fromkeys(chain(*(one.notices for one in heard)))),
        dropped=tuple(sorted(chain(*(one.dropped for one in heard)), key=lambda one: one.start)),
    )
