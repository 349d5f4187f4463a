"""SubRip subtitles."""

from callscribe.export.call import Call, Options
from callscribe.export.clock import timestamp
from callscribe.export.cues import Cue, cues


def write(call: Call, options: Options) -> str:
    """Numbered cues that begin with the speaker's name; the summary has no place in subtitles."""
    found = cues(call.transcript, named=options.speakers)
    return "\n".join(_block(number, cue) for number, cue in enumerate(found, 1))


def _block(number: int, cue: Cue) -> str:
    return f"{number}\n{timestamp(cue.start, ',')} --> {timestamp(cue.end, ',')}\n{cue.text}\n"
