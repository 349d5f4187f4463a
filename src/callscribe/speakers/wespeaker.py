"""Speaker embeddings by a WeSpeaker model (Wang et al., ICASSP 2023), such as ResNet34 of VoxCeleb, by onnx-asr."""

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from onnx_asr.adapters import SeAdapter

from callscribe.asr.onnx import loaded, sessions
from callscribe.sound import SAMPLE_RATE, Sound

#: What has less sound than this is repeated, as in WeSpeaker's diarization (wespeaker/diar/extract_emb.py).
_SHORTEST = round(1.5 * SAMPLE_RATE)
#: The models learned from samples of 16 bits: their features have a floor, which is near silence only on that scale.
_SCALE = np.float32(2**15)
_BATCH = 16

Vectors = npt.NDArray[np.float32]


class WeSpeaker:
    """One model in memory."""

    name = "wespeaker"
    is_stopgap = False
    #: The mean distance of the vectors of one group from those of another. WeSpeaker's diarization joins groups whose
    #: mean cosine similarity is at least 0.3 (`merge_cutoff` in wespeaker/diar/umap_clusterer.py).
    threshold = 0.7

    def __init__(self, folder: Path, *, device: str, threads: int) -> None:
        """0 threads: one per core. Raises `ModelMissing`, and `ConfigError` where CUDA is not there."""
        manager = sessions(device, threads)

        def load() -> tuple[SeAdapter, int]:
            model = manager.create_se(local_dir=folder, offline=True)
            return model, model.embedding([np.zeros(_SHORTEST, np.float32)]).shape[1]

        self._model, self._size = loaded(
            load,
            f"The speaker model in {folder} cannot be loaded; delete the folder and run `callscribe models pull`, or "
            "set CALLSCRIBE_SPEAKER_MODEL to another one.",
        )

    def embed(self, pieces: Sequence[Sound]) -> Vectors:
        """See `SpeakerEmbedder`: float32 of shape (pieces, size); a short piece is repeated up to 1.5 s."""
        vectors = np.empty((len(pieces), self._size), np.float32)
        for batch in _batches(pieces):
            vectors[batch] = self._model.embedding([_prepared(pieces[at]) for at in batch])
        unit: Vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


def _batches(pieces: Sequence[Sound]) -> list[list[int]]:
    """Which pieces go together: those of one length, since silence after a shorter one would be part of its voice."""
    alike: dict[int, list[int]] = defaultdict(list)
    for at, piece in enumerate(pieces):
        alike[max(len(piece), _SHORTEST)].append(at)
    return [group[first : first + _BATCH] for group in alike.values() for first in range(0, len(group), _BATCH)]


def _prepared(piece: Sound) -> Sound:
    whole = piece if len(piece) >= _SHORTEST else np.resize(piece, _SHORTEST)
    return whole * _SCALE
