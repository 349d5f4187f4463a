"""SubRip subtitles."""

from callscribe.export.clock import timestamp
from callscribe.export.cues import Cue, cues
from callscribe.models import Summary, Transcript


def write(transcript: Transcript, _summary: Summary | None) -> str:
    """Numbered cues that begin with the speaker's name; the summary has no place in subtitles."""
    return "\n".join(_block(number, cue) for number, cue in enumerate(cues(transcript, named=True), 1))


def _block(number: int, cue: Cue) -> str:
    return f"{number}\n{timestamp(cue.start, ',')} --> {timestamp(cue.end, ',')}\n{cue.text}\n"
