"""Whether and when a failed job is tried again."""

from dataclasses import dataclass

from callscribe.errors import CallScribeError
from callscribe.settings import Settings

_LONGEST_S = 3600.0


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """Try again, but not before `delay` seconds have passed."""

    delay: float


def decide(error: BaseException, attempt: int, settings: Settings) -> RetryDecision | None:
    """None when trying again is pointless or was done often enough; `attempt` counts from 1.

    An error that is not ours is a bug or a fault of the machine, so it gets its attempts too. No pause is longer than
    an hour.
    """
    retryable = error.retryable if isinstance(error, CallScribeError) else True
    if not retryable or attempt >= settings.job_attempts:
        return None
    doublings = min(attempt - 1, 32)  # no more are needed, and a float has an end
    return RetryDecision(min(settings.job_retry_s * 2**doublings, _LONGEST_S))
