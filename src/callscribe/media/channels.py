"""Whether the two channels of a recording are two speakers, and what of one is only heard in the other. Pure functions.

In stereo telephony each party has a channel. A meeting recorded by a stereo microphone has everybody on both, at much
the same level and with the same waveform, a millisecond apart at most.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from callscribe.media.vad import FRAME, Samples

Mask = npt.NDArray[np.bool_]
_Numbers = npt.NDArray[np.float32]

#: Channels that differ by less in level and are correlated by more carry the same sound.
_LEVEL_DB, _CORRELATION = 6.0, 0.5
#: So much quieter than the other channel, what is heard in one is an echo, however late.
_ECHO_DB = 24.0
#: The share of frames with speech that have to differ for the channels to.
_SHARE = 0.5
#: Frames (about half a second) over which an echo is decided on.
_SMOOTH = 15
#: Frames that are compared at once, to bound the memory.
_BLOCK = 1024
_FLOOR = 1e-6


def speakers(samples: Samples, speech: Mask) -> Mask | None:
    """Who of two speaks when, or None if the channels are not two speakers.

    `samples` has shape (samples, 2), 16 kHz; `speech`, shape (frames, 2), where voice activity was found in each.
    """
    either = speech.any(axis=1)
    if not either.any():
        return None
    level, correlation = _compared(samples, len(speech))
    same = (np.abs(level) < _LEVEL_DB) & (correlation > _CORRELATION)
    if np.mean(same[either]) > 1 - _SHARE:
        return None
    leaks = (np.abs(level) >= _LEVEL_DB) & (correlation > _CORRELATION) | (np.abs(level) > _ECHO_DB)
    echo = np.stack([_smooth(leaks & (level < 0)), _smooth(leaks & (level > 0))], axis=1)
    found: Mask = speech & ~echo
    return found


def _compared(samples: Samples, frames: int) -> tuple[_Numbers, _Numbers]:
    """By how much the left channel is louder (dB) in each frame, and how alike the two are (0..1) at the best lag."""
    padded = np.zeros((frames * FRAME, 2), np.float32)
    padded[: len(samples)] = samples
    blocks = [_compared_frames(padded[at : at + _BLOCK * FRAME]) for at in range(0, len(padded), _BLOCK * FRAME)]
    return np.concatenate([level for level, _ in blocks]), np.concatenate([alike for _, alike in blocks])


def _compared_frames(samples: _Numbers) -> tuple[_Numbers, _Numbers]:
    left, right = samples.reshape(-1, FRAME, 2).transpose(2, 0, 1) / 32768
    power_left, power_right = np.square(left).sum(axis=1) + _FLOOR, np.square(right).sum(axis=1) + _FLOOR
    spectrum = np.fft.rfft(left, 2 * FRAME) * np.conj(np.fft.rfft(right, 2 * FRAME))
    best: npt.NDArray[Any] = np.abs(np.fft.irfft(spectrum)).max(axis=1)
    level = 10 * np.log10(power_left / power_right)
    return level.astype(np.float32), (best / np.sqrt(power_left * power_right)).astype(np.float32)


def _smooth(mask: Mask) -> Mask:
    share = np.convolve(mask, np.full(_SMOOTH, 1 / _SMOOTH), mode="same")
    return share > 0.5
