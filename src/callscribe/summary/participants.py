"""Who speaks in a call, how long, and what they mainly say."""

from collections.abc import Sequence

from callscribe import talk
from callscribe.models import Participant, Segment
from callscribe.summary.statements import Statements

#: Main statements of one participant.
_STATEMENTS = 3


def participants(segments: Sequence[Segment], statements: Statements) -> tuple[Participant, ...]:
    """Those who speak, in the order in which they first do; nobody where speakers are not known."""
    spoken = [(segment.speaker, segment.end - segment.start) for segment in segments if segment.text.strip()]
    names = dict.fromkeys(speaker for speaker, _ in spoken if speaker is not None)
    return talk.participants(spoken, {name: _main(name, statements) for name in names})


def _main(name: str, statements: Statements) -> tuple[str, ...]:
    best = statements.best(_STATEMENTS, lambda sentence: sentence.speaker == name)
    return tuple(statements.sentences[i].text for i in sorted(best))
