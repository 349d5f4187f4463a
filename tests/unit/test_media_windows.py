import itertools
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from callscribe.media.vad import FRAME, SAMPLE_RATE
from callscribe.media.windows import Cutter, Piece

#: Speech (positive) and silence (negative), in seconds.
Script = list[float]


def voice_of(script: Script) -> npt.NDArray[np.bool_]:
    return np.concatenate([np.full(round(abs(part) * SAMPLE_RATE / FRAME), part > 0) for part in script])


def cut(
    script: Script | npt.NDArray[np.bool_], *, target: float = 20, longest: float = 40, start: int = 0, rest: int = 0
) -> list[Piece]:
    voice = voice_of(script) if isinstance(script, list) else script
    samples = np.arange(len(voice) * FRAME - rest).astype(np.int16)
    cutter = Cutter(target, longest, start=start)
    pieces = []
    for begin in range(0, len(voice), 100):
        part = samples[begin * FRAME : (begin + 100) * FRAME]
        pieces += list(cutter.feed(part[:, None], voice[begin : begin + 100, None].astype(np.float32)))
    pieces += list(cutter.finish())
    assert np.array_equal(np.concatenate([piece.samples for piece in pieces]), samples[start:])
    for before, after in itertools.pairwise(pieces):
        assert before.window.end == after.window.start
        assert before.window.index + 1 == after.window.index
    assert pieces[-1].window.end == len(samples) / SAMPLE_RATE
    return pieces


def ends(pieces: list[Piece]) -> list[float]:
    return [piece.window.end for piece in pieces]


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ([5], [5]),
        ([18, -1, 30], [18.5, 49]),
        ([13, -0.5, 8, -0.9, 20], [21.95, 42.4]),
        ([15, -2, 2, -2, 20], [20, 41]),
        ([23, -0.1, 10, -0.5, 30], [33.35, 63.6]),
        ([26, -0.1, 30], [26.05, 56.1]),
        ([-70], [20, 40, 60, 70]),
        ([39.5], [39.5]),
        ([19, -1, 19, -1, 3], [19.5, 43]),
    ],
    ids=[
        "short",
        "one pause",
        "the longer pause",
        "nearest of long pauses",
        "grows to a good pause",
        "a short pause rather than none",
        "silence",
        "one window up to the limit",
        "no tiny last window",
    ],
)
def test_cut_at_silences(script: Script, expected: list[float]) -> None:
    assert ends(cut(script)) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("seconds", [41, 45, 90, 200])
def test_speech_without_any_pause_is_cut_at_the_limit(seconds: float) -> None:
    lengths = [len(piece.samples) / SAMPLE_RATE for piece in cut([seconds])]
    assert max(lengths) <= 40
    assert min(lengths) >= 4


def test_without_any_pause_the_quietest_moment_is_cut() -> None:
    samples = np.random.default_rng(0).integers(-9000, 9000, 60 * SAMPLE_RATE // FRAME * FRAME).astype(np.int16)
    quiet = round(35 * SAMPLE_RATE / FRAME)
    samples[quiet * FRAME : (quiet + 2) * FRAME] //= 50
    cutter = Cutter(20, 40)
    pieces = [*cutter.feed(samples[:, None], np.ones((len(samples) // FRAME, 1), np.float32)), *cutter.finish()]
    assert pieces[0].window.end == (quiet + 1) * FRAME / SAMPLE_RATE


def test_the_first_window_is_short_and_only_of_a_whole_call() -> None:
    script = [9.0, -1.0] * 100
    assert ends(cut(script, target=300, longest=600))[0] == pytest.approx(59.5, abs=0.2)
    assert ends(cut(script, target=300, longest=600, start=160 * FRAME))[0] > 295


def test_a_call_that_is_resumed_goes_on_with_the_same_windows() -> None:
    voice = voice_of([7.0, -0.6, 4.0, -0.4] * 10 + [60.0] + [7.0, -0.6, 4.0, -0.4] * 10)  # some cuts are forced
    whole = cut(voice)
    for last, piece in enumerate(whole[:-1]):
        start = round(piece.window.end * SAMPLE_RATE)
        assert start % FRAME == 0
        resumed = [replace(piece.window, index=piece.window.index + last + 1) for piece in cut(voice, start=start)]
        assert resumed == [piece.window for piece in whole[last + 1 :]]


def test_a_call_may_end_within_a_frame() -> None:
    (piece,) = cut([0.032], rest=352)
    assert piece.window.end == 0.01
    assert all(span.end <= 0.01 for span in piece.window.speech)
