"""A Whisper model that encodes sparingly: nothing twice, and not more at once than it has to."""

from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any

import ctranslate2
import numpy as np
import numpy.typing as npt
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.feature_extractor import FeatureExtractor

from callscribe.sound import Sound

Features = npt.NDArray[np.float32]
_ENGLISH = "en"


class _Extractor(FeatureExtractor):
    """Makes features, and keeps those of a clip whose language is asked for until its words are."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)  # type: ignore[no-untyped-call]
        self.kept: dict[bytes, Features] = {}

    def __call__(self, waveform: Sound, *args: Any, keep: bool = False, **settings: Any) -> Features:
        key = blake2b(waveform.tobytes()).digest()
        features: Features | None = self.kept.pop(key, None)
        if features is None:
            features = super().__call__(waveform, *args, **settings)
        if keep:
            self.kept[key] = features
        return features


class FrugalModel(WhisperModel):
    """Encodes clip by clip on a CPU, and keeps what it encoded to detect a language for the words asked for next.

    A CPU is as busy with one clip as with eight, but the encoder's attention takes eight times the memory: 100 MB a
    clip with `small`. And faster-whisper encodes up to 30 s for the language alone, and then once more.
    """

    def __init__(self, *args: Any, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.feature_extractor = self._extractor = _Extractor(**self.feat_kwargs)
        #: In float16, which is what GPUs compute with; there are as many as a window has clips.
        self._kept: dict[bytes, npt.NDArray[np.float16]] = {}

    def languages(self, clips: Sequence[Sound]) -> list[Mapping[str, float]]:
        """How likely each language (ISO 639-1) is, 0..1, for each clip of at most 30 s."""
        if not self.model.is_multilingual:
            return [{_ENGLISH: 1.0} for _ in clips]
        # Exactly as the batched pipeline prepares what it encodes.
        features = np.stack([pad_or_trim(self._extractor(clip, keep=True)[..., :-1]) for clip in clips])
        encoded = self._encode(features, keep=True)
        return [{token.strip("<|>"): likely for token, likely in clip} for clip in self.model.detect_language(encoded)]

    def encode(self, features: Features) -> Any:
        """The encoder's output, of shape (clips, time, size)."""
        return self._encode(features) if features.ndim == 3 else super().encode(features)

    def forget(self) -> None:
        """Drop what was kept."""
        self._kept.clear()
        self._extractor.kept.clear()

    def _encode(self, features: Features, *, keep: bool = False) -> Any:
        if self.model.device != "cpu":
            return super().encode(features)
        encoded = []
        for clip in features:
            key = blake2b(clip.tobytes()).digest()
            output = self._kept.pop(key, None)
            if output is None:
                output = np.array(super().encode(clip[np.newaxis]))
            if keep:
                self._kept[key] = output.astype(np.float16)
            encoded.append(output.astype(np.float32, copy=False))
        return ctranslate2.StorageView.from_array(encoded[0] if len(encoded) == 1 else np.concatenate(encoded))
