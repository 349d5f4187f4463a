"""Who speaks in a call, how long, and what they mainly say."""

from collections import defaultdict
from collections.abc import Sequence

from callscribe.models import Participant, Segment
from callscribe.summary.statements import Statements

#: Main statements of one participant.
_STATEMENTS = 3


def participants(segments: Sequence[Segment], statements: Statements) -> tuple[Participant, ...]:
    """Those who speak, in the order in which they first do; nobody where speakers are not known."""
    talk_time: dict[str, float] = defaultdict(float)
    for segment in segments:
        if segment.speaker is not None and segment.text.strip():
            talk_time[segment.speaker] += segment.end - segment.start
    return tuple(Participant(name, round(time, 3), _main(name, statements)) for name, time in talk_time.items())


def _main(name: str, statements: Statements) -> tuple[str, ...]:
    best = statements.best(_STATEMENTS, lambda sentence: sentence.speaker == name)
    return tuple(statements.sentences[i].text for i in sorted(best))
