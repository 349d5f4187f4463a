"""Transcribe: one window's audio becomes segments with words in call time."""

from collections.abc import Sequence
from pathlib import Path

from callscribe.models import LanguageChoice, Window, WindowTranscript
from callscribe.ports import Report, Transcriber


def transcribe(
    audio: Path,
    window: Window,
    language: LanguageChoice,
    report: Report,
    *,
    engine: Transcriber,
    vocabulary: Sequence[str] = (),
) -> WindowTranscript:
    """Where nobody speaks no engine is asked, so that none can invent anything."""
    if not window.speech:
        return WindowTranscript((), None, 0.0, "voice activity")
    return engine.transcribe(audio, window, language, report, vocabulary)
