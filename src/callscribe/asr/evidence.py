"""Whether somebody speaks in a piece of sound: what decides over text that looks invented."""

import numpy as np

from callscribe.media.vad import SpeechDetector
from callscribe.sound import SAMPLE_RATE, Sound

#: Below this level (dBFS, of the loudest fifth of a second) there is nothing to be heard.
_SILENCE_DB = -70.0
#: The share of frames that have to sound like speech, and how much.
_SHARE, _LIKELY = 0.2, 0.5
#: What quiet speech is raised to before it is judged, and by how much at most.
_PEAK, _MOST = 0.5, 100.0


def speaks(sound: Sound) -> bool:
    """By level and by voice activity, with a detector that remembers nothing of what was before."""
    if not len(sound) or _level(sound) < _SILENCE_DB:
        return False
    gain = min(_MOST, _PEAK / max(float(np.abs(sound).max()), 1e-6))
    loud = np.clip(sound * gain * 32767, -32768, 32767).astype(np.int16)
    return bool(np.mean(SpeechDetector().probabilities(loud) >= _LIKELY) >= _SHARE)


def _level(sound: Sound) -> float:
    length = SAMPLE_RATE // 5
    frames = [sound[at : at + length] for at in range(0, len(sound), length)]
    loudest = max(float(np.mean(np.square(frame))) for frame in frames)
    return float(10 * np.log10(max(loudest, 1e-12)))
