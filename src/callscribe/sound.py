"""Sound as engines take it."""

import numpy as np
import numpy.typing as npt

#: Hertz; the only rate that speech engines are given.
SAMPLE_RATE = 16000

#: Mono, 16 kHz, -1..1, of shape (samples,).
Sound = npt.NDArray[np.float32]
