import numpy as np
import pytest

from callscribe.media.peaks import peaks

TENTH = 1600


@pytest.mark.parametrize(
    ("amplitude", "level"),
    [(0, 0), (1, 0), (32, 0), (1037, 128), (16384, 229), (32767, 255), (-32768, 255), (-16384, 229)],
)
def test_the_level_is_that_of_the_ear(amplitude: int, level: int) -> None:
    assert list(peaks(np.full(TENTH, amplitude, np.int16))) == [level]


def test_each_tenth_of_a_second_has_the_level_of_its_loudest_moment() -> None:
    samples = np.zeros(3 * TENTH + 10, np.int16)
    samples[TENTH + 5] = -32768
    samples[-1] = 16384
    assert list(peaks(samples)) == [0, 255, 0, 229]
