"""Transcribe: one window's audio becomes segments with words in call time."""

from callscribe.models import LanguageChoice, Window, WindowTranscript
from callscribe.ports import MediaStore, Report, Transcriber


def transcribe(
    store: MediaStore, audio_key: str, window: Window, language: LanguageChoice, engine: Transcriber, report: Report
) -> WindowTranscript:
    """Where nobody speaks no engine is asked, so that none can invent anything."""
    if not window.speech:
        return WindowTranscript((), None, 0.0, "voice activity")
    with store.local(audio_key) as audio:
        return engine.transcribe(audio, window, language, report)
