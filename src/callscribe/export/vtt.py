"""WebVTT subtitles."""

from html import escape

from callscribe.export.clock import timestamp
from callscribe.export.cues import Cue, cues
from callscribe.models import Summary, Transcript


def write(transcript: Transcript, _summary: Summary | None) -> str:
    """Cues with the speaker as their voice; the summary has no place in subtitles."""
    return "\n".join(["WEBVTT\n", *map(_block, cues(transcript, named=False))])


def _block(cue: Cue) -> str:
    voice = f"<v {escape(cue.speaker, quote=False)}>" if cue.speaker else ""
    text = escape(cue.text, quote=False)
    return f"{timestamp(cue.start, '.')} --> {timestamp(cue.end, '.')}\n{voice}{text}\n"
