"""Who speaks how long and how often."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from callscribe.models import Participant


def participants(
    spoken: Iterable[tuple[str | None, float]], statements: Mapping[str, Sequence[str]]
) -> tuple[Participant, ...]:
    """Those who speak, in the order in which they first do; nobody where speakers are not known.

    `spoken` are the speakers of a call's segments in order of time, None where nobody is known, and the seconds of each
    segment. `statements` are what they mainly say.
    """
    times: dict[str | None, float] = defaultdict(float)
    turns: dict[str | None, int] = defaultdict(int)
    for speaker, run in groupby(spoken, key=lambda one: one[0]):
        times[speaker] += sum(seconds for _, seconds in run)
        turns[speaker] += 1
    total = sum(times.values()) or 1.0
    return tuple(
        Participant(name, round(time, 3), tuple(statements.get(name, ())), round(time / total, 4), turns[name])
        for name, time in times.items()
        if name is not None
    )
