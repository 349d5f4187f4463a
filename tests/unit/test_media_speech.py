from pathlib import Path

import numpy as np
import pytest

from callscribe.media.speech import Hysteresis, spans
from callscribe.media.vad import FRAME, SAMPLE_RATE, SpeechDetector
from callscribe.models import Span
from tests.media_files import CALL_EN, CALL_RU, Samples, speech, tone

SECOND = SAMPLE_RATE / FRAME


def found(*parts: float, start: int = 0) -> list[tuple[float, float]]:
    mask = np.concatenate([np.full(round(abs(part) * SECOND), part > 0) for part in parts])
    return [(span.start, span.end) for span in spans(mask, start, len(mask) * FRAME)]


def detected(samples: Samples, block: int = 64 * FRAME) -> tuple[Span, ...]:
    detector, hysteresis, mask = SpeechDetector(), Hysteresis(), []
    for begin in range(0, len(samples), block):
        mask += hysteresis.feed(detector.probabilities(samples[begin : begin + block]))
    return spans(np.array(mask), 0, len(samples))


def test_speech_begins_at_one_half_and_ends_below_a_lower_value() -> None:
    hysteresis = Hysteresis()
    assert hysteresis.feed(np.array([0.4, 0.5, 0.4], np.float32)) == [False, True, True]
    assert hysteresis.feed(np.array([0.36, 0.34, 0.4], np.float32)) == [True, False, False]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((-2, 2, -2), [(1.7, 4.3)]),
        ((2,), [(0, 2)]),
        ((-1, 1, -0.2, 1, -1), [(0.7, 3.5)]),
        ((-1, 1, -0.4, 1, -1), [(0.7, 2.2), (2.2, 3.7)]),
        ((-1, 0.064, -1), []),
        ((-1,), []),
    ],
    ids=["padded", "not over borders", "short pause", "padding meets", "click", "silence"],
)
def test_spans(parts: tuple[float, ...], expected: list[tuple[float, float]]) -> None:
    assert [time for span in found(*parts) for time in span] == pytest.approx(
        [time for span in expected for time in span], abs=0.05
    )


def test_spans_are_in_call_time() -> None:
    assert found(-2, 2, -2, start=10 * SAMPLE_RATE)[0] == pytest.approx((11.7, 14.3), abs=0.05)


@pytest.mark.parametrize("call", [CALL_EN, CALL_RU], ids=["en", "ru"])
def test_the_model_hears_speech_and_does_not_depend_on_blocks(call: Path) -> None:
    samples = speech(call, 20)
    heard = detected(samples)
    assert 12 < sum(span.end - span.start for span in heard) <= 20
    assert heard == detected(samples, block=7 * FRAME)


@pytest.mark.parametrize(
    "samples",
    [
        np.zeros(10 * SAMPLE_RATE, np.int16),
        (3000 * np.random.default_rng(1).standard_normal(10 * SAMPLE_RATE)).astype(np.int16),
        tone(10),
    ],
    ids=["silence", "noise", "tone"],
)
def test_the_model_hears_no_speech_where_there_is_none(samples: Samples) -> None:
    assert detected(samples) == ()
