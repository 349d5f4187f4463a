"""Which language is spoken where, as a detector says it of clips."""

from collections.abc import Mapping, Sequence

import pytest

from callscribe.asr.clips import Clip
from callscribe.asr.language import Passage, passages
from callscribe.models import Span

RU, EN = {"ru": 0.98, "en": 0.02}, {"ru": 0.02, "en": 0.98}


class Detector:
    """Says what is likely by the middle of a clip: `changes` are the times from which another language is spoken."""

    def __init__(self, *changes: tuple[float, Mapping[str, float]]) -> None:
        self.changes = changes
        self.asked: list[Clip] = []

    def __call__(self, clips: Sequence[Clip]) -> Sequence[Mapping[str, float]]:
        self.asked += clips
        return [self._at((clip.start + clip.end) / 2) for clip in clips]

    def _at(self, moment: float) -> Mapping[str, float]:
        return [likely for start, likely in self.changes if start <= moment][-1]


def talk(count: int, length: float = 20.0, pause: float = 10.0) -> list[Span]:
    """Stretches too long to share a clip."""
    return [Span(i * (length + pause), i * (length + pause) + length) for i in range(count)]


def languages(found: Sequence[Passage]) -> list[tuple[str, float, float]]:
    return [(passage.language, passage.clips[0].start, passage.clips[-1].end) for passage in found]


def test_nobody_speaks() -> None:
    assert passages([], Detector((0, RU))) == []


def test_one_language() -> None:
    detect = Detector((0, RU))
    (found,) = passages(talk(5), detect)
    assert (found.language, [clip.spans for clip in found.clips]) == ("ru", [(span,) for span in talk(5)])
    assert found.probability == pytest.approx(0.98)
    assert detect.asked == list(found.clips)


def test_a_change_in_the_middle_is_right_on_both_sides() -> None:
    found = passages(talk(6), Detector((0, RU), (90, EN)))
    assert languages(found) == [("ru", 0, 80), ("en", 90, 170)]


def test_of_many_clips_in_one_language_only_some_are_listened_to() -> None:
    detect = Detector((0, RU))
    (found,) = passages(talk(13), detect, stride=4)
    assert len(found.clips) == 13
    assert [clip.start for clip in detect.asked] == [0, 120, 240, 360]


def test_where_two_that_are_listened_to_differ_all_between_them_are() -> None:
    detect = Detector((0, RU), (205, EN))
    found = passages(talk(13), detect, stride=4)
    assert languages(found) == [("ru", 0, 200), ("en", 210, 380)]
    assert len(detect.asked) == len(set(detect.asked)), "nothing is listened to twice"


def test_a_clip_beside_one_of_another_language_is_taken_apart() -> None:
    # Two clips: the second one begins in Russian, and is English for most of its time.
    speech = [Span(0, 26), Span(30, 36), Span(37, 45), Span(46, 56)]
    found = passages(speech, Detector((0, RU), (37, EN)))
    assert languages(found) == [("ru", 0, 36), ("en", 37, 56)]


def test_a_clip_that_is_in_doubt_is_taken_apart() -> None:
    doubt = {"ru": 0.55, "en": 0.45}

    def detect(clips: Sequence[Clip]) -> list[Mapping[str, float]]:
        return [doubt if clip.end - clip.start > 15 else RU if clip.start < 10 else EN for clip in clips]

    assert languages(passages([Span(0, 8), Span(10, 18)], detect)) == [("ru", 0, 8), ("en", 10, 18)]


def test_a_stretch_that_says_too_little_is_of_the_language_before_it() -> None:
    speech = [Span(0, 10), Span(11, 11.5), Span(12, 20)]
    doubt = {"ru": 0.8, "en": 0.2}

    def detect(clips: Sequence[Clip]) -> list[Mapping[str, float]]:
        return [EN if clip.end - clip.start < 1 else doubt for clip in clips]

    assert languages(passages(speech, detect)) == [("ru", 0, 20)]


def test_where_all_is_in_doubt_one_of_the_expected_languages_is_taken() -> None:
    unsure = {"uk": 0.4, "ru": 0.35, "pl": 0.25}
    (found,) = passages([Span(0, 10)], Detector((0, unsure)))
    assert found.language == "ru"


def test_another_language_is_believed_where_it_is_sure() -> None:
    (found,) = passages([Span(0, 10)], Detector((0, {"de": 0.97, "en": 0.03})))
    assert found.language == "de"
