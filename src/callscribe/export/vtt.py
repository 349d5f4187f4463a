"""WebVTT subtitles."""

from html import escape

from callscribe.export.call import Call, Options
from callscribe.export.clock import timestamp
from callscribe.export.cues import Cue, cues


def write(call: Call, options: Options) -> str:
    """Cues with the speaker as their voice; the summary has no place in subtitles."""
    return "\n".join(["WEBVTT\n", *(_block(cue, options) for cue in cues(call.transcript, named=False))])


def _block(cue: Cue, options: Options) -> str:
    voice = f"<v {escape(cue.speaker, quote=False)}>" if cue.speaker and options.speakers else ""
    text = escape(cue.text, quote=False)
    return f"{timestamp(cue.start, '.')} --> {timestamp(cue.end, '.')}\n{voice}{text}\n"
