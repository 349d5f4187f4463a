"""Whether and when a failed job is tried again."""

from dataclasses import dataclass

from callscribe.errors import CallScribeError
from callscribe.settings import Settings


@dataclass(frozen=True, slots=True)
class RetryDecision:
    """Try again, but not before `delay` seconds have passed."""

    delay: float


def decide(error: BaseException, attempt: int, settings: Settings) -> RetryDecision | None:
    """None when trying again is pointless or was done often enough; `attempt` counts from 1.

    An error that is not ours is a bug or a fault of the machine, so it gets its attempts too.
    """
    retryable = error.retryable if isinstance(error, CallScribeError) else True
    if not retryable or attempt >= settings.job_attempts:
        return None
    return RetryDecision(settings.job_retry_s * 2 ** (attempt - 1))
