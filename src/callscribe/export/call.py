"""What an export is made of."""

from dataclasses import dataclass
from datetime import datetime

from callscribe.models import Summary, Transcript


@dataclass(frozen=True, slots=True)
class Call:
    """A call as its reader knows it, as far as it is known by now."""

    title: str
    #: When it took place, with its time zone; None where nobody can say.
    called_at: datetime | None
    #: Seconds.
    duration: float | None
    transcript: Transcript
    #: None while there is none.
    summary: Summary | None


@dataclass(frozen=True, slots=True)
class Options:
    """What of a call is shown. Subtitles have times and no summary in any case, JSON has everything."""

    times: bool = True
    speakers: bool = True
    summary: bool = True


#: Everything.
ALL = Options()
