"""How loud a call is from moment to moment, in outline: what a player draws."""

import numpy as np
import numpy.typing as npt

from callscribe.media.vad import SAMPLE_RATE, Samples

#: Samples that get one value.
_STRETCH = SAMPLE_RATE // 10
#: dBFS that becomes 0; full scale becomes 255, and what is between goes by decibels, as hearing does.
_FLOOR = -60.0


def peaks(samples: Samples) -> bytes:
    """The loudest moment of each tenth of a second, the last of which may be shorter, from -60 to 0 dBFS as 0..255.

    `samples` has shape (samples,) or (samples, channels).
    """
    starts = np.arange(0, len(samples), _STRETCH)
    # Not by absolute values: they would take as much memory again as the samples.
    highest = np.maximum.reduceat(samples, starts, axis=0).astype(np.float64)
    lowest = np.minimum.reduceat(samples, starts, axis=0).astype(np.float64)
    amplitudes = np.maximum(highest, -lowest)
    return _levels(amplitudes if samples.ndim == 1 else amplitudes.max(axis=1)).tobytes()


def _levels(amplitudes: npt.NDArray[np.float64]) -> npt.NDArray[np.uint8]:
    decibels = 20 * np.log10(np.maximum(amplitudes, 1) / 32768)
    return np.rint(np.clip(1 - decibels / _FLOOR, 0, 1) * 255).astype(np.uint8)
