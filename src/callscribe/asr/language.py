"""A Whisper model that tells the language of a window at no cost."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim

Samples = npt.NDArray[Any]
_ENGLISH = "en"


class LanguageAwareModel(WhisperModel):
    """Keeps what it encoded to detect the language for the words that are asked for next.

    faster-whisper itself encodes up to 30 s for the language alone, and then once more.
    """

    _kept: tuple[npt.NDArray[np.float32], Any] | None = None

    def detect(self, clips: Sequence[Samples]) -> tuple[str, float]:
        """The language (ISO 639-1) that all clips together, at most 30 s each, are most likely in, and how likely."""
        if not self.model.is_multilingual:
            return _ENGLISH, 1.0
        # Exactly as the batched pipeline prepares what it encodes.
        features = np.stack([pad_or_trim(self.feature_extractor(clip)[..., :-1]) for clip in clips])
        encoded = self.encode(features)
        self._kept = features, encoded
        likely: Counter[str] = Counter()
        for clip in self.model.detect_language(encoded):
            likely.update(dict(clip))
        ((token, total),) = likely.most_common(1)
        return token.strip("<|>"), total / len(clips)

    def encode(self, features: npt.NDArray[np.float32]) -> Any:
        """The encoder's output, of shape (clips, time, size)."""
        kept, self._kept = self._kept, None
        if kept and np.array_equal(kept[0], features):
            return kept[1]
        return super().encode(features)
