"""Words and turns become segments of one speaker each. Pure functions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from callscribe.models import Segment, Turn, Voice, Word

#: Stretches of one speaker with less silence between them are one turn.
_PAUSE_S = 1.0
#: A word outside all turns is of the nearest one within this time.
_NEAR_S = 1.0
#: A single word of another speaker is believed where its turn covers so much of it, and it stands by itself.
_COVERED, _APART_S = 0.8, 0.2
_SENTENCE_END = (".", "?", "!", "…")


def turns(voices: Sequence[Voice], labels: Iterable[int]) -> list[Turn]:
    """Stretches of one speaker, in order of time; `labels` says whose each voice is."""
    found: list[Turn] = []
    for voice, label in zip(voices, labels, strict=True):
        last = found[-1] if found else None
        if last and last.speaker == label and voice.start - last.end < _PAUSE_S:
            found[-1] = replace(last, end=max(last.end, voice.end))
        else:
            found.append(Turn(voice.start, voice.end, int(label)))
    return found


def align(segments: Sequence[Segment], spoken: Sequence[Turn]) -> list[tuple[Segment, int | None]]:
    """Segments with their speakers, split where one changes; a word is of the turn that it overlaps most.

    Both are in order of time. The first part of a split segment keeps its id, the others have none. A segment whose
    text is not that of its words, because somebody corrected it, is not split.
    """
    found: list[tuple[Segment, int | None]] = []
    first = 0
    for segment in segments:
        while first < len(spoken) and spoken[first].end < segment.start - _NEAR_S:
            first += 1
        near = list(_until(spoken, first, segment.end + _NEAR_S))
        found += _split(segment, near)
    return found


def _until(spoken: Sequence[Turn], first: int, end: float) -> Iterator[Turn]:
    for turn in spoken[first:]:
        if turn.start > end:
            return
        yield turn


def _split(segment: Segment, near: Sequence[Turn]) -> list[tuple[Segment, int | None]]:
    if not segment.words or segment.text != " ".join(word.text for word in segment.words):
        whole = Word(segment.start, segment.end, "", 1.0)
        return [(segment, _speaker(whole, near))]
    speakers = _smoothed(segment.words, [_speaker(word, near) for word in segment.words], near)
    runs = [
        (speaker, [word for _, word in run])
        for speaker, run in groupby(zip(speakers, segment.words, strict=True), key=lambda pair: pair[0])
    ]
    if len(runs) == 1:
        return [(segment, runs[0][0])]
    return [(_part(segment, words, is_first=index == 0), speaker) for index, (speaker, words) in enumerate(runs)]


def _part(segment: Segment, words: Sequence[Word], *, is_first: bool) -> Segment:
    return replace(
        segment,
        start=words[0].start,
        end=words[-1].end,
        text=" ".join(word.text for word in words),
        words=tuple(words),
        id=segment.id if is_first else None,
    )


def _speaker(word: Word, near: Sequence[Turn]) -> int | None:
    overlap: defaultdict[int, float] = defaultdict(float)
    for turn in near:
        overlap[turn.speaker] += max(0.0, min(word.end, turn.end) - max(word.start, turn.start))
    if overlap and max(overlap.values()) > 0:
        return max(overlap, key=lambda speaker: overlap[speaker])
    away = [(max(turn.start - word.end, word.start - turn.end, 0.0), turn.speaker) for turn in near]
    # Of two that are equally near the earlier one: engines put words they cannot place at the end of the one before.
    distance, speaker = min(away, key=lambda found: found[0], default=(float("inf"), None))
    return speaker if distance <= _NEAR_S else None


def _smoothed(words: Sequence[Word], speakers: Sequence[int | None], near: Sequence[Turn]) -> list[int | None]:
    """Words of nobody are of whoever speaks before or after; a single one of another speaker needs a reason."""
    found = list(speakers)
    for index, speaker in enumerate(found):
        if speaker is None and index:
            found[index] = found[index - 1]
    for index in range(len(found) - 2, -1, -1):
        if found[index] is None:
            found[index] = found[index + 1]
    for index in range(1, len(found) - 1):
        alone = found[index - 1] == found[index + 1] != found[index]
        if alone and not _believable(words, index, found[index], near):
            found[index] = found[index - 1]
    for index, beside in ((0, 1), (len(found) - 1, len(found) - 2)):
        if len(found) > 1 and found[index] != found[beside] and not _believable(words, index, found[index], near):
            found[index] = found[beside]
    return found


def _believable(words: Sequence[Word], index: int, speaker: int | None, near: Sequence[Turn]) -> bool:
    word = words[index]
    inside = sum(
        max(0.0, min(word.end, turn.end) - max(word.start, turn.start)) for turn in near if turn.speaker == speaker
    )
    covered = word.end > word.start and inside >= _COVERED * (word.end - word.start)
    return covered and _ends(words, index - 1) and _ends(words, index)


def _ends(words: Sequence[Word], index: int) -> bool:
    """Whether there is a pause or a sentence's end behind this word, or nothing."""
    if not 0 <= index < len(words) - 1:
        return True
    return words[index].text.endswith(_SENTENCE_END) or words[index + 1].start - words[index].end >= _APART_S
