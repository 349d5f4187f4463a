import pytest

from callscribe.errors import BadMedia, ModelMissing, StageFailed, Stopped, Unavailable
from callscribe.jobs.retry import RetryDecision, decide
from callscribe.settings import Settings

SETTINGS = Settings(job_attempts=3, job_retry_s=5)


@pytest.mark.parametrize(
    ("error", "attempt", "delay"),
    [
        (Unavailable("away"), 1, 5),
        (Unavailable("away"), 2, 10),
        (Unavailable("away"), 3, None),
        (Unavailable("away"), 4, None),
        (StageFailed("crashed"), 1, 5),
        (BadMedia("no sound"), 1, None),
        (ModelMissing("fetch it"), 1, None),
        (Stopped("taken away"), 1, None),
        (ValueError("a bug"), 1, 5),
        (MemoryError(), 2, 10),
        (OSError("disk"), 3, None),
    ],
)
def test_decides(error: BaseException, attempt: int, delay: float | None) -> None:
    assert decide(error, attempt, SETTINGS) == (None if delay is None else RetryDecision(delay))


def test_one_attempt_means_no_retry() -> None:
    assert decide(Unavailable("away"), 1, SETTINGS.model_copy(update={"job_attempts": 1})) is None


@pytest.mark.parametrize("attempt", [12, 100, 5_000])
def test_pauses_end_at_an_hour(attempt: int) -> None:
    assert decide(Unavailable("away"), attempt, SETTINGS.model_copy(update={"job_attempts": 10_000})) == RetryDecision(
        3600
    )
