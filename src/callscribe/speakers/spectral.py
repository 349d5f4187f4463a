"""Tells clearly different voices apart without a downloaded model: by the colour of their vowels and their pitch.

A vector holds the mean and the spread of the cepstrum (MFCC: Davis, Mermelstein 1980) over voiced frames, and the
median pitch by autocorrelation, each on a fixed scale. The scales are the means and the spreads within one voice of 25
synthetic voices, Russian and English, at several levels, with noise and through a telephone's band: approximate for
people, whose voices vary more.

In calls of 2, 3 and 4 out of 58 synthetic voices chosen at random, many of them nearly alike, 91, 79 and 73 % of the
speech was with its speaker; one voice alone was one speaker in 96 % of calls.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import scipy.fft

from callscribe.sound import SAMPLE_RATE, Sound

Numbers = npt.NDArray[Any]

#: Samples: 25 ms each 10 ms for the cepstrum, 50 ms for the pitch.
_FRAME, _STEP, _PITCH_FRAME = 400, 160, 800
#: A telephone's band, in Hz.
_BAND, _FILTERS = (250.0, 3400.0), 32
_COEFFICIENTS = 19
#: Hz.
_PITCH = (65.0, 400.0)
#: How periodic and how loud (against the loudest) a frame is that counts as voiced.
_PERIODIC, _LOUD, _ENOUGH = 0.5, 0.05, 5
#: An octave has twelve semitones; 84.5 is 132 Hz.
_MEAN = np.array([
    6.76, 6.62, 0.78, 0.53, -1.02, -1.20, 0.20, -0.91, -0.24, -0.27,
    -0.40, -0.14, -0.45, -0.07, -0.25, -0.15, -0.20, -0.06, -0.03, 1.49,
    1.84, 1.66, 1.31, 1.17, 0.97, 0.90, 0.74, 0.60, 0.50, 0.39,
    0.28, 0.17, 0.11, 0.02, -0.09, -0.17, -0.27, -0.32, 84.45,
])  # fmt: skip
_SPREAD = np.array([
    1.67, 2.65, 2.20, 1.27, 1.25, 0.86, 0.80, 0.77, 0.70, 0.64,
    0.56, 0.49, 0.43, 0.40, 0.43, 0.41, 0.36, 0.28, 0.22, 0.23,
    0.22, 0.24, 0.20, 0.19, 0.18, 0.16, 0.16, 0.20, 0.19, 0.18,
    0.19, 0.17, 0.17, 0.17, 0.18, 0.16, 0.17, 0.15, 1.50,
])  # fmt: skip
#: A last coordinate that makes the angle between two vectors grow with their distance and not with their direction
#: from the average voice.
_CONSTANT = 6.0


class SpectralEmbedder:
    """See the module."""

    name = "builtin"
    #: In our samples 95 in 100 pairs of one voice are nearer than 0.03, and all pairs of two farther than 0.05, with
    #: noise 0.04. All from 0.034 to 0.052 find the right number of speakers in both.
    threshold = 0.045

    def __init__(self, *, is_stopgap: bool = False) -> None:
        self.is_stopgap = is_stopgap

    def embed(self, pieces: Sequence[Sound]) -> npt.NDArray[np.float32]:
        """See `SpeakerEmbedder`; of a piece without any sound the vector is zero."""
        size = len(_MEAN) + 1
        return np.array([_vector(np.asarray(piece, np.float64)) for piece in pieces], np.float32).reshape(-1, size)


def _vector(sound: Numbers) -> Numbers:
    if len(sound) < _PITCH_FRAME:
        sound = np.pad(sound, (0, _PITCH_FRAME - len(sound)))
    sound = sound - sound.mean()
    frames = _frames(sound, _FRAME)
    power = np.square(frames).mean(axis=1)
    if power.max() < 1e-12:
        return np.zeros(len(_MEAN) + 1)
    cepstrum = _cepstrum(frames)
    pitch, periodicity = _pitch(sound, len(cepstrum))
    loud = power > _LOUD * np.percentile(power, 95)
    voiced = loud & (periodicity > _PERIODIC)
    if voiced.sum() < _ENOUGH:
        voiced = loud
    mean, spread = cepstrum[voiced].mean(axis=0), np.log(cepstrum[voiced].std(axis=0) + 0.05)
    features = np.concatenate([mean, spread, [np.median(12 * np.log2(pitch[voiced]))]])
    scaled = (features - _MEAN) / _SPREAD / np.sqrt(2 * _COEFFICIENTS)
    vector = np.append(scaled, _CONSTANT)
    unit: Numbers = vector / np.linalg.norm(vector)
    return unit


def _frames(sound: Numbers, length: int) -> Numbers:
    starts = np.arange(0, max(len(sound) - length, 0) + 1, _STEP)
    return np.stack([sound[start : start + length] for start in starts])


def _cepstrum(frames: Numbers) -> Numbers:
    """Of shape (frames, coefficients), without the first, which is the level."""
    spectrum = np.square(np.abs(np.fft.rfft(frames * np.hamming(_FRAME), 512)))
    energies = np.log(spectrum @ _FILTERBANK.T + 1e-7 * spectrum.mean())
    found: Numbers = scipy.fft.dct(energies, axis=1, norm="ortho")[:, 1 : _COEFFICIENTS + 1]
    return found


def _pitch(sound: Numbers, count: int) -> tuple[Numbers, Numbers]:
    """In Hz, and how periodic each frame is (0..1), for `count` frames; by the autocorrelation of a longer one."""
    margin = (_PITCH_FRAME - _FRAME) // 2
    frames = _frames(np.pad(sound, (margin, margin + _STEP)), _PITCH_FRAME)[:count]
    correlation = _autocorrelation(frames * _WINDOW) / (_autocorrelation(_WINDOW) + 1e-9)
    correlation /= np.maximum(correlation[:, :1], 1e-9)
    shortest, longest = (int(SAMPLE_RATE / frequency) for frequency in reversed(_PITCH))
    within = correlation[:, shortest:longest]
    best = within.max(axis=1)
    # The shortest period that is nearly as good as the best: a multiple of it is as good.
    peak = np.zeros(within.shape, bool)
    peak[:, 1:-1] = (within[:, 1:-1] >= within[:, :-2]) & (within[:, 1:-1] >= within[:, 2:])
    good = peak & (within >= 0.9 * best[:, np.newaxis])
    lag = np.where(good.any(axis=1), good.argmax(axis=1), within.argmax(axis=1)) + shortest
    return SAMPLE_RATE / lag, best


def _autocorrelation(frames: Numbers) -> Numbers:
    size = 2048  # more than twice the frame, so that it does not wrap around
    found: Numbers = np.fft.irfft(np.square(np.abs(np.fft.rfft(frames, size))))[..., : _PITCH_FRAME // 2]
    return found


def _filterbank() -> Numbers:
    """Triangles, evenly spaced in mel, of shape (filters, frequencies)."""
    low, high = (2595 * np.log10(1 + frequency / 700) for frequency in _BAND)
    edges = 700 * (10 ** (np.linspace(low, high, _FILTERS + 2) / 2595) - 1)
    at = np.fft.rfftfreq(512, 1 / SAMPLE_RATE)
    rows = zip(edges, edges[1:], edges[2:], strict=False)
    return np.array([np.clip(np.minimum((at - a) / (b - a), (c - at) / (c - b)), 0, None) for a, b, c in rows])


_FILTERBANK = _filterbank()
_WINDOW = np.hanning(_PITCH_FRAME)
