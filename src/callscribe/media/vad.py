"""Voice activity: the Silero model that faster-whisper carries, run as a stream."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from callscribe.errors import ConfigError

#: Hertz; the only rate that the model and all speech engines are given.
SAMPLE_RATE = 16000
#: Samples that get one probability.
FRAME = 512
#: Samples of the frame before that the model wants to see again.
_CONTEXT = 64
_STATE = (1, 1, 128)

Samples = npt.NDArray[np.int16]
Probabilities = npt.NDArray[np.float32]


class SpeechDetector:
    """Says for each frame how likely somebody speaks; remembers what it has heard."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])
        self._h: Probabilities = np.zeros(_STATE, np.float32)
        self._c: Probabilities = np.zeros(_STATE, np.float32)
        self._context: Probabilities = np.zeros(_CONTEXT, np.float32)

    def probabilities(self, samples: Samples) -> Probabilities:
        """One value of 0..1 a frame for the next samples; only the last call's may end within a frame."""
        frames = -(-len(samples) // FRAME)
        sound = np.zeros(frames * FRAME, np.float32)
        np.divide(samples, 32768, out=sound[: len(samples)])
        with_context = np.empty((frames, _CONTEXT + FRAME), np.float32)
        with_context[:, _CONTEXT:] = sound.reshape(frames, FRAME)
        with_context[1:, :_CONTEXT] = with_context[:-1, -_CONTEXT:]
        with_context[0, :_CONTEXT] = self._context
        self._context = with_context[-1, -_CONTEXT:].copy()
        outputs = self._session.run(None, {"input": with_context, "h": self._h, "c": self._c})
        probabilities, self._h, self._c = (np.asarray(output, np.float32) for output in outputs)
        return probabilities


def _model() -> str:
    # Importing the package would load a whole speech engine for the sake of one path.
    package = find_spec("faster_whisper")
    if package is None or package.origin is None:
        raise ConfigError("The package faster-whisper is missing; install callscribe with its extra `asr`.")
    return str(Path(package.origin).parent / "assets" / "silero_vad_v6.onnx")
