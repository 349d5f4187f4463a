"""Assemble: the segments of all windows become one transcript, and each gets its speaker."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from callscribe.models import LanguageChoice, Notice, Segment, Transcript, Voice

if TYPE_CHECKING:
    from callscribe.ports import SpeakerEmbedder

#: What a speaker is called until somebody says who it is, by the call's language; in English elsewhere.
_SPEAKER = {"ru": "Спикер"}
_APPROXIMATE = Notice(
    "speakers-approximate",
    "Speakers were told apart by the built-in means, which mixes up similar voices; run `callscribe models pull "
    "wespeaker` while online and upload the call again.",
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What was asked for with the upload."""

    language: LanguageChoice = LanguageChoice.AUTO
    #: How many speak; None: as many as are found.
    speakers: int | None = None
    #: Who is on the left and on the right channel.
    channel_names: tuple[str, ...] = ()


def assemble(
    segments: Sequence[Segment], voices: Sequence[Voice], wanted: Wanted, *, embedder: "SpeakerEmbedder | None" = None
) -> tuple[Transcript, tuple[Notice, ...]]:
    """Segments in order of time with their speakers, the language most of the speech is in, and what to know of that.

    Where two channels speak, these are the speakers. Else `voices`, made by `embedder`, are put into groups, and
    segments in which the voice changes are split. Without an embedder nobody is known.
    """
    ordered = sorted(segments, key=lambda segment: (segment.start, segment.end))
    language = _main_language(ordered) or (None if wanted.language is LanguageChoice.AUTO else wanted.language.value)
    by_channel = len({segment.channel for segment in ordered} - {None}) > 1
    heard_only = [segment for segment in ordered if not by_channel or segment.channel is None]
    told_apart = _by_voice(heard_only, voices, wanted, embedder) if embedder else [(one, None) for one in heard_only]
    on_channels = [(one, ("channel", one.channel)) for one in ordered if by_channel and one.channel is not None]
    parts = sorted([*told_apart, *on_channels], key=lambda part: (part[0].start, part[0].end))
    found = len({speaker for _, speaker in told_apart} - {None})
    notices = (_APPROXIMATE,) if embedder and embedder.is_stopgap and found > 1 else ()
    return Transcript(_named(parts, wanted.channel_names, language), language), notices


#: Who speaks, before they have names: the kind of thing they are known by, and which one of these.
_Who = tuple[str, int | None]


def _by_voice(
    segments: Sequence[Segment], voices: Sequence[Voice], wanted: Wanted, embedder: "SpeakerEmbedder"
) -> list[tuple[Segment, _Who | None]]:
    if not voices:
        return [(segment, None) for segment in segments]
    # They need the extra `asr`, which only some processes have.
    import numpy as np

    from callscribe.speakers.align import align, turns
    from callscribe.speakers.clustering import cluster

    vectors = np.array([voice.vector for voice in voices], np.float32)
    seconds = np.array([voice.end - voice.start for voice in voices], np.float32)
    labels = cluster(vectors, seconds, threshold=embedder.threshold, speakers=wanted.speakers)
    aligned = align(segments, turns(voices, labels))
    return [(segment, None if speaker is None else ("voice", speaker)) for segment, speaker in aligned]


def _named(
    parts: Sequence[tuple[Segment, _Who | None]], channel_names: Sequence[str], language: str | None
) -> tuple[Segment, ...]:
    """Speakers are numbered in the order in which they first speak; channels may have names of their own."""
    names: dict[_Who, str] = {}
    for _, who in parts:
        if who is not None and who not in names:
            kind, index = who
            own = channel_names[index] if kind == "channel" and index is not None and index < len(channel_names) else ""
            names[who] = own or f"{_SPEAKER.get(language or '', 'Speaker')} {len(names) + 1}"
    return tuple(replace(segment, speaker=names[who] if who else None) for segment, who in parts)


def _main_language(segments: Sequence[Segment]) -> str | None:
    seconds: defaultdict[str, float] = defaultdict(float)
    for segment in segments:
        seconds[segment.language] += segment.end - segment.start
    return max(seconds, key=lambda language: seconds[language], default=None)
