"""How long a call still takes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callscribe.jobs.eta import seconds_left

HOUR = 3600.0
DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("progress", "elapsed", "duration", "pace", "left"),
    [
        # By its own speed, once that can be seen, whatever is usual.
        (0.5, 60, 600, None, 60),
        (0.5, 60, 600, 0.1, 60),
        (0.5, 60, None, None, 60),
        (0.1, 10, 600, 0.5, 90),
        (0.8, 400, 600, 0.5, 100),
        (0.99, 99, 600, 0.5, 1),
        # By what is usual, before.
        (0.0, 0, 600, 0.5, 300),
        (0.05, 30, 600, 0.5, 285),
        (0.05, 5000, 600, 0.5, 285),
        # Nobody knows.
        (0.0, 5, None, 0.5, None),
        (0.05, 5, 600, None, None),
        (0.05, 5, None, None, None),
        # It waited for a retry: nobody worked on it most of the time.
        (0.5, DAY, 600, 0.5, 150),
        (0.5, DAY, 600, None, None),
        # Slow, but at work.
        (0.5, HOUR, 1800, 1.5, HOUR),
        (0.5, 5 * HOUR, HOUR, None, 5 * HOUR),
        # The clocks of worker and API differ.
        (0.5, -3, 600, 0.5, 150),
        (0.5, -3, 600, None, None),
        # Done before, and summarized anew.
        (1.0, DAY, 600, 0.5, None),
    ],
)
def test_the_estimate(
    progress: float, elapsed: float, duration: float | None, pace: float | None, left: float | None
) -> None:
    assert seconds_left(progress, elapsed, duration, pace) == (None if left is None else pytest.approx(left))


@given(
    st.floats(0, 1),
    st.floats(-DAY, 365 * DAY),
    st.none() | st.floats(0, 1000 * HOUR),
    st.none() | st.floats(0, 1e6),
)
def test_it_is_never_negative_nor_endless(
    progress: float, elapsed: float, duration: float | None, pace: float | None
) -> None:
    left = seconds_left(progress, elapsed, duration, pace)
    assert left is None or (left >= 0 and math.isfinite(left))
