"""Which embedder tells voices apart, as the settings say."""

import logging
import time
from pathlib import Path

from callscribe.asr import catalog
from callscribe.errors import ConfigError, ModelMissing
from callscribe.ports import SpeakerEmbedder
from callscribe.settings import Settings
from callscribe.speakers.spectral import SpectralEmbedder
from callscribe.speakers.wespeaker import WeSpeaker

log = logging.getLogger(__name__)

_AUTO, _BUILTIN, _NONE, _WESPEAKER = "auto", "builtin", "none", "wespeaker"
_ASK_AGAIN_S = 300.0


class ConfiguredEmbedder:
    """`auto` falls back to the built-in one, and takes the model as soon as it is there; others are used or fail."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._model: WeSpeaker | None = None
        self._builtin = SpectralEmbedder(is_stopgap=settings.speaker_model == _AUTO)
        self._ask_hub_at = 0.0

    def __call__(self) -> SpeakerEmbedder | None:
        """The one to use now; None: speakers are not told apart by voice. Raises `ModelMissing`, `ConfigError`."""
        asked = self._settings.speaker_model
        if asked in (_NONE, _BUILTIN):
            return self._builtin if asked == _BUILTIN else None
        if self._model is None and (folder := self._pulled() if asked in (_AUTO, _WESPEAKER) else _own(asked)):
            # A small model: where there is a GPU it belongs to speech, and needs another build of onnxruntime.
            self._model = WeSpeaker(folder, device="cpu", threads=self._settings.asr_threads)
        return self._model or self._builtin

    def _pulled(self) -> Path | None:
        auto = self._settings.speaker_model == _AUTO
        folder = catalog.local_folder(_WESPEAKER, self._settings.models)
        if folder is not None or (auto and time.monotonic() < self._ask_hub_at):
            return folder
        try:
            return catalog.pull(_WESPEAKER, self._settings.models)
        except ModelMissing as exc:
            if not auto:
                raise
            self._ask_hub_at = time.monotonic() + _ASK_AGAIN_S
            log.warning("%s Until then voices are told apart by the built-in means, which is approximate.", exc)
            return None


def _own(name: str) -> Path:
    folder = Path(name).expanduser()
    if not any(folder.glob("*.onnx")):
        raise ConfigError(
            f"There is no model of voices in {folder}; set CALLSCRIBE_SPEAKER_MODEL to auto, wespeaker, builtin, none, "
            "or a folder with a WeSpeaker model (.onnx)."
        )
    return folder
