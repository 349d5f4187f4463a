"""Puts decoded frames on the file's timeline: where silence belongs between them, and what was there already."""

from dataclasses import dataclass

#: Seconds; smaller differences are the jitter and rounding of time stamps.
_JITTER = 0.1
#: Seconds; a longer hole is taken for a wrong time stamp, not for an hour of silence.
_LONGEST_GAP = 3600.0
#: Seconds of silence that time stamps can ask for in all.
_MOST_SILENCE = 12 * 3600.0
#: Seconds; stepping back further is a clock that began anew, not sound that comes twice.
_LONGEST_OVERLAP = 2.0


@dataclass(frozen=True, slots=True)
class Placement:
    """What to do with a frame, in samples: silence that goes before it, and what to drop of its beginning."""

    silence: int = 0
    skip: int = 0


class Timeline:
    """Keeps count of the time that frames, fed in their order, have filled."""

    def __init__(self, origin: float = 0.0) -> None:
        #: Seconds filled so far.
        self.position = 0.0
        #: Whether silence was put in or doubled sound taken out.
        self.mended = False
        #: Whether time stamps made no sense, so that sound was simply joined.
        self.jumped = False
        self._shift = -origin
        self._silence = 0.0

    def place(self, start: float | None, samples: int, rate: int) -> Placement:
        """Say how to join a frame whose time stamp is `start` seconds; None follows its predecessor."""
        gap = 0.0 if start is None else start + self._shift - self.position
        if self._is_nonsense(gap):
            self.jumped = self.position > 0 or gap > 0 or self.jumped
            self._shift -= gap
            gap = 0.0
        placement = Placement()
        if gap > _JITTER:
            placement = Placement(silence=round(gap * rate))
            self._silence += gap
        elif gap < -_JITTER:
            placement = Placement(skip=min(samples, round(-gap * rate)))
        self.mended = self.mended or placement != Placement()
        self.position += (placement.silence + samples - placement.skip) / rate
        return placement

    def _is_nonsense(self, gap: float) -> bool:
        if gap > _JITTER:
            return gap > _LONGEST_GAP or self._silence + gap > _MOST_SILENCE
        # What comes before zero would be lost: the call starts with its first sound.
        return gap < (-_LONGEST_OVERLAP if self.position else -_JITTER)
