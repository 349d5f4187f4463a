"""Chooses the speech engine as the settings say, and loads it at the first window."""

import logging
import time
from collections.abc import Sequence
from pathlib import Path

from callscribe.asr import catalog
from callscribe.asr.sphinx import SphinxTranscriber
from callscribe.asr.whisper import WhisperTranscriber
from callscribe.errors import ModelMissing
from callscribe.models import LanguageChoice, Window, WindowTranscript
from callscribe.ports import Report, Transcriber
from callscribe.settings import Settings

log = logging.getLogger(__name__)

_ASK_AGAIN_S = 300.0


class ConfiguredTranscriber:
    """A model set by name or folder is used or fails; `auto` falls back to the built-in English recogniser.

    As long as it has fallen back it looks for the model before every window, so that a model which was pulled or
    copied meanwhile is used without a restart; the hub is asked every five minutes at most.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._device = catalog.device_for(settings.asr_device)
        self._auto = settings.asr_model == "auto"
        self._name = catalog.suited_to(self._device) if self._auto else settings.asr_model
        self._whisper: WhisperTranscriber | None = None
        self._fallback: SphinxTranscriber | None = None
        self._ask_hub_at = 0.0

    def transcribe(
        self,
        audio: Path,
        window: Window,
        language: LanguageChoice,
        report: Report,
        vocabulary: Sequence[str] = (),
    ) -> WindowTranscript:
        """Load what is needed, then transcribe. Raises `ModelMissing`, `ConfigError`."""
        return self._engine().transcribe(audio, window, language, report, vocabulary)

    def _engine(self) -> Transcriber:
        if self._whisper is None and (folder := self._folder()):
            self._whisper = WhisperTranscriber(
                folder,
                device=self._device,
                threads=self._settings.asr_threads,
                batch_size=self._settings.asr_batch_size,
            )
            self._fallback = None
        if self._whisper is not None:
            return self._whisper
        self._fallback = self._fallback or SphinxTranscriber(self._name)
        return self._fallback

    def _folder(self) -> Path | None:
        folder = catalog.local_folder(self._name, self._settings.models)
        if folder is not None or (self._auto and time.monotonic() < self._ask_hub_at):
            return folder
        try:
            return catalog.pull(self._name, self._settings.models)
        except ModelMissing as exc:
            if not self._auto:
                raise
            self._ask_hub_at = time.monotonic() + _ASK_AGAIN_S
            log.warning("%s Until then the built-in English recogniser is used, which makes many mistakes.", exc)
            return None
