"""How long a call still takes."""

# Before this, progress is mostly that of the preparation, which says little about the rest.
_TELLING = 0.1
# So many times slower than usual, or than the call itself lasts, and nobody worked on it most of the time: the service
# was down, or the call failed and was tried again later.
_IDLE_BY_USUAL, _IDLE_BY_LENGTH = 4.0, 20.0


def seconds_left(progress: float, elapsed: float, duration: float | None, pace: float | None) -> float | None:
    """Seconds until the call is done, as well as can be said; None where nothing sensible can be.

    `progress` is 0..1, `elapsed` the seconds since the work began, `duration` the call's length in seconds, `pace` how
    many seconds of work a second of a call usually takes.
    """
    rest = 1 - progress
    if rest <= 0:  # done before: its summary is written anew
        return None
    usual = None if duration is None or pace is None else pace * duration
    if progress < _TELLING or elapsed <= 0:
        left = None if usual is None else usual * rest
    elif usual is not None and elapsed > _IDLE_BY_USUAL * usual * progress:
        left = usual * rest
    elif usual is None and duration is not None and elapsed > _IDLE_BY_LENGTH * duration * progress:
        left = None
    else:
        left = elapsed / progress * rest
    return None if left is None else round(left, 1)
