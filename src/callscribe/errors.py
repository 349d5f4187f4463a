"""Every error a user can meet: one sentence that says what to do, an HTTP status, and whether a retry can help.

Adapters translate foreign errors into these at the seam (`raise ... from exc`), so that the log keeps the cause.
"""


class CallScribeError(Exception):
    """Base of all errors whose text may be shown to a user; `str(error)` is that text."""

    #: HTTP status when it reaches the API.
    status = 500
    #: Stable and machine-readable; the last part of the problem's `type`.
    code = "internal"
    #: Title of the problem, the same for every occurrence.
    title = "Something went wrong on our side"
    #: Whether the same job may succeed when it is tried again.
    retryable = False


class BadMedia(CallScribeError):
    """The file cannot be read as audio or video, or there is no sound in it."""

    status, code, title = 422, "bad-media", "The file cannot be used"


class BadRequest(CallScribeError):
    """A parameter is missing or has no meaning."""

    status, code, title = 422, "bad-request", "The request cannot be understood"


class TooLarge(CallScribeError):
    """The file is over the limit."""

    status, code, title = 413, "too-large", "The file is too large"


class NotFound(CallScribeError):
    """There is no such call, or no such part of it."""

    status, code, title = 404, "not-found", "There is nothing with this id"


class Conflict(CallScribeError):
    """The call is not in a state in which this can be done."""

    status, code, title = 409, "conflict", "Not possible in the call's present state"


class ModelMissing(CallScribeError):
    """A speech model is not on this machine and cannot be fetched."""

    status, code, title = 503, "model-missing", "The speech model is missing"


class ConfigError(CallScribeError):
    """A setting is wrong or contradicts another, or a part needed for it is not installed."""

    code, title = "config", "A setting is wrong"


class Unavailable(CallScribeError):
    """A part of the service (database, media store, LLM) does not answer now; it may later."""

    status, code, title, retryable = 503, "unavailable", "A part of the service is not available", True


class StageFailed(CallScribeError):
    """A stage failed for a reason that may be gone next time, such as a crashed child process."""

    code, title, retryable = "stage-failed", "A processing step failed", True


class Stopped(CallScribeError):
    """The job was taken away: canceled, deleted, or claimed by another worker after silence of this one."""

    code, title = "stopped", "The work was stopped"
