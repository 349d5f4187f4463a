"""Whether two channels are two speakers."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from callscribe.media.channels import Mask, speakers
from callscribe.media.speech import Hysteresis
from callscribe.media.vad import FRAME, Samples, SpeechDetector
from tests.service import CALL_EN, CALL_RU

Floats = npt.NDArray[np.float64]


def read(path: Path) -> Floats:
    samples, _ = soundfile.read(path, always_2d=True)
    return np.asarray(samples, np.float64)


@pytest.fixture(scope="module")
def stereo() -> Floats:
    return read(CALL_EN)


@pytest.fixture(scope="module")
def mono() -> Floats:
    return read(CALL_RU)[:, 0]


def judged(left: Floats, right: Floats) -> tuple[Mask, Mask | None]:
    """Where voice activity is, and who of the two speaks when."""
    samples: Samples = np.clip(np.stack([left, right], axis=1) * 32767, -32768, 32767).astype(np.int16)
    speech = np.array([Hysteresis().feed(SpeechDetector().probabilities(channel)) for channel in samples.T]).T
    return speech, speakers(samples, speech)


def delayed(sound: Floats, samples: int) -> Floats:
    return np.concatenate([np.zeros(samples), sound[: len(sound) - samples]])


def test_a_call_with_a_party_on_each_channel(stereo: Floats) -> None:
    speech, found = judged(*stereo.T)
    assert found is not None
    assert (found == speech).mean() > 0.99
    assert found.any(axis=0).all()


def test_a_mono_recording_in_a_stereo_file(mono: Floats) -> None:
    assert judged(mono, mono)[1] is None


@pytest.mark.parametrize("gain", [0.7, 1.3, -1.0])
def test_it_may_be_louder_or_turned_over_on_one_side(mono: Floats, gain: float) -> None:
    assert judged(0.5 * mono, 0.5 * gain * mono)[1] is None


def test_far_louder_on_one_side_it_is_heard_there_alone(mono: Floats) -> None:
    _, found = judged(mono, 0.2 * mono)
    assert found is not None
    assert found[:, 1].mean() < 0.02 * found[:, 0].mean()


def test_a_stereo_microphone(mono: Floats) -> None:
    """Everybody is heard by both sides, a millisecond apart, with noise of their own."""
    rng = np.random.default_rng(0)
    left, right = (0.8 * mono + rng.normal(0, 0.002, len(mono)) for _ in range(2))
    assert judged(left, delayed(right, 14))[1] is None


def test_crosstalk_is_not_taken_for_speech_of_the_other(stereo: Floats) -> None:
    left, right = stereo.T
    _, expected = judged(left, right)
    _, found = judged(left + 0.1 * right, right + 0.1 * left)
    assert expected is not None
    assert found is not None
    assert (found == expected).mean() > 0.97


def test_a_late_echo_is_not_taken_for_speech_of_the_other(stereo: Floats) -> None:
    left, right = stereo.T
    _, found = judged(left, right + 0.03 * delayed(left, 3200))
    _, expected = judged(left, right)
    assert expected is not None
    assert found is not None
    assert (found == expected).mean() > 0.95


def test_two_who_speak_at_once_are_both_heard(stereo: Floats) -> None:
    half = len(stereo) // 2
    left, right = stereo[:half, 0] + stereo[half : 2 * half, 0], stereo[:half, 1] + stereo[half : 2 * half, 1]
    speech, found = judged(left, right)
    assert found is not None
    both = speech.all(axis=1)
    assert both.sum() * FRAME / 16000 > 1
    assert found[both].all(axis=1).mean() > 0.8


def test_one_channel_that_is_silent(mono: Floats) -> None:
    _, found = judged(mono, np.zeros(len(mono)))
    assert found is not None
    assert found[:, 0].any()
    assert not found[:, 1].any()


def test_nobody_speaks() -> None:
    assert judged(np.zeros(16000), np.zeros(16000))[1] is None
