"""Chooses the speech engine for each language as the settings say, loads it when it is needed, and lets go of it."""

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from callscribe.asr import catalog, window
from callscribe.asr.hardware import batch_size_for
from callscribe.asr.recognizer import Recognizer
from callscribe.asr.sphinx import SphinxTranscriber
from callscribe.asr.whisper import WhisperRecognizer
from callscribe.asr.window import Choice, Engines
from callscribe.errors import ModelMissing
from callscribe.models import LanguageChoice, Notice, Window, WindowTranscript
from callscribe.ports import Report
from callscribe.settings import Settings
from callscribe.sound import Sound

log = logging.getLogger(__name__)

_ASK_AGAIN_S = 300.0
_AUTO = "auto"
#: Stands for all languages that have no model of their own, and for telling languages apart.
_ANY = ""


class ConfiguredTranscriber:
    """A model set by name or folder is used or fails; where `auto` cannot get the best one, it takes the next best.

    As long as it does so it looks for the better model before every window, so that one which was pulled or copied
    meanwhile is used without a restart; the hub is asked every five minutes at most.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._device = catalog.device_for(settings.asr_device)
        self._loaded: dict[str, Recognizer] = {}
        self._sphinx: SphinxTranscriber | None = None
        self._ask_hub_at: dict[str, float] = {}
        # One window at a time: the models have all cores, and none is let go of while it works.
        self._busy = threading.Lock()
        self._idle: threading.Timer | None = None

    def transcribe(
        self,
        sound: Sound,
        part: Window,
        language: LanguageChoice,
        report: Report,
        vocabulary: Sequence[str] = (),
    ) -> WindowTranscript:
        """Load what is needed, then transcribe. Raises `ModelMissing`, `ConfigError`."""
        with self._busy:
            if self._idle:
                self._idle.cancel()
            try:
                return self._transcribe(sound, part, language, report, vocabulary)
            finally:
                self._release_when_idle()

    @property
    def is_loaded(self) -> bool:
        """Whether a model is in memory."""
        return bool(self._loaded) or self._sphinx is not None

    def _transcribe(
        self, sound: Sound, part: Window, language: LanguageChoice, report: Report, vocabulary: Sequence[str]
    ) -> WindowTranscript:
        try:
            engines = self._engines(language)
        except ModelMissing:
            if self._settings.asr_model != _AUTO or self._override(language):
                raise
            self._sphinx = self._sphinx or SphinxTranscriber(self._name(language))
            return self._sphinx.transcribe(sound, part, language, report, vocabulary)
        self._sphinx = None
        return window.transcribe(engines, sound, part, language, report, vocabulary=vocabulary)

    def _engines(self, language: LanguageChoice) -> Engines:
        if language is not LanguageChoice.AUTO:
            choice = self._choice(language.value)
            return Engines(lambda _: choice)
        names = [self._name(each) for each in (_ANY, LanguageChoice.EN, LanguageChoice.RU)]
        whisper = next((name for name in names if self._is_whisper(name)), None)
        if whisper:
            detector = self._get(whisper)
            assert isinstance(detector, WhisperRecognizer)
            return Engines(self._choice, detector)
        # Whoever sets only engines that cannot tell languages apart has calls in those that they read.
        return Engines(self._choice, assumed=catalog.main_language(names[0]))

    def _choice(self, language: str) -> Choice:
        """What reads a language: where `auto` misses the best model, the one for all languages."""
        name = self._name(language)
        try:
            return Choice(self._get(name))
        except ModelMissing:
            if self._settings.asr_model != _AUTO or self._override(language) or name == self._name(_ANY):
                raise
            notice = Notice(
                "second-best-model",
                f"The speech model `{name}`, which reads this language best, is not on this machine, so "
                f"`{self._name(_ANY)}` was used. Run `callscribe models pull {name}` while online and upload the call "
                "again.",
            )
            return Choice(self._get(self._name(_ANY)), (notice,))

    def _name(self, language: str) -> str:
        return catalog.chosen(self._settings.asr_model, self._override(language), self._device, language)

    def _override(self, language: str) -> str | None:
        overrides = {LanguageChoice.RU: self._settings.asr_model_ru, LanguageChoice.EN: self._settings.asr_model_en}
        return overrides.get(LanguageChoice(language)) if language in set(LanguageChoice) else None

    def _is_whisper(self, name: str) -> bool:
        return catalog.engine_of(name) == "whisper"

    def _get(self, name: str) -> Recognizer:
        """The engine with its model loaded. Raises `ModelMissing`."""
        if name not in self._loaded:
            catalog.engine_of(name)  # before anything is fetched that reads no speech
            self._loaded[name] = self._load(name, self._folder(name))
        return self._loaded[name]

    def _load(self, name: str, folder: Path) -> Recognizer:
        threads = self._settings.asr_threads
        batch_size = self._settings.asr_batch_size or batch_size_for(self._device)
        if self._is_whisper(name):
            return WhisperRecognizer(folder, device=self._device, threads=threads, batch_size=batch_size)
        from callscribe.asr.onnx import OnnxRecognizer

        model = catalog.onnx_model(name, folder)
        return OnnxRecognizer(folder, model, device=self._device, threads=threads, batch_size=batch_size)

    def _folder(self, name: str) -> Path:
        """Where the model is, pulled if need be; one that could not be is asked for again only after a while."""
        if folder := catalog.local_folder(name, self._settings.models):
            return folder
        if time.monotonic() < self._ask_hub_at.get(name, 0.0):
            raise ModelMissing(
                f"The speech model `{name}` is not on this machine; run `callscribe models pull {name}`."
            )
        try:
            return catalog.pull(name, self._settings.models)
        except ModelMissing as exc:
            if self._settings.asr_model == _AUTO:
                self._ask_hub_at[name] = time.monotonic() + _ASK_AGAIN_S
            log.warning("%s", exc)
            raise

    def _release_when_idle(self) -> None:
        if not self._settings.asr_idle_s:
            return
        self._idle = threading.Timer(self._settings.asr_idle_s, self._release)
        self._idle.daemon = True
        self._idle.start()

    def _release(self) -> None:
        with self._busy:
            self._loaded.clear()
            self._sphinx = None
        log.info("the speech models were idle for %.0f s and were released", self._settings.asr_idle_s)
