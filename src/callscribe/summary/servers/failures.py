"""What can go wrong with a language model's server, each in a sentence that says what to do."""

import re
from collections.abc import Callable

from callscribe.errors import Unavailable
from callscribe.ports import TooLong

#: Statuses of a limit: of questions in a time, or of what has been paid for.
_SPENT = frozenset({402, 429})
# How servers say it, in small letters.
_OVER_CONTEXT = re.compile(
    r"context.*(exceed|too long|too large|not enough|overflow|reduce)|(exceed|too large|maximum).*context"
    r"|longer than the maximum model length",
    re.DOTALL,
)
_NO_MODEL = re.compile(r"model\b.{0,200}(not found|not exist)|(no such|unknown|not a valid) model", re.DOTALL)
_CENSORED = re.compile(r"content_filter|content management policy|flagged|moderation")


class ModelAbsent(Unavailable):
    """The server answers, and does not have the model."""

    def __init__(self, message: str, *, is_coming: bool):
        super().__init__(message)
        #: Whether the next question fetches it.
        self.is_coming = is_coming


class Refused(Unavailable):
    """The server does not take the question as it is put."""

    def __init__(self, message: str, reason: str):
        super().__init__(message)
        #: The server's own words in small letters. They may quote the question, so they are not to be shown.
        self.reason = reason


class Passing(Unavailable):
    """A failure that may be over in a moment."""

    def __init__(self, message: str, pause: int | None = None):
        super().__init__(message)
        #: Seconds after which the server wants to be asked again.
        self.pause = pause


class Failures:
    """The errors of one model of the server at `place`, an address without a password.

    `product` is what the server should be, `absent` what to say when it lacks the model, `pulls` whether it is fetched
    then.
    """

    def __init__(self, place: str, model: str, product: str, absent: str, *, pulls: bool = False):
        self._place = place
        self._model = model
        self._product = product
        self._absent = absent
        self._pulls = pulls

    def answered(self, status: int, reason: str, pause: int | None = None) -> Unavailable | TooLong:
        """The error for an HTTP status and the server's own words, which are not repeated."""
        reason = reason.lower()
        cases: tuple[tuple[object, Callable[[], Unavailable | TooLong]], ...] = (
            (status >= 500 and "memory" in reason, self._out_of_memory),
            (status == 413 or _OVER_CONTEXT.search(reason), TooLong),
            (status < 500 and _CENSORED.search(reason), self.censored),
            (status in {401, 403}, self.no_entry),
            (status == 429 or status >= 500, lambda: Passing(self._failed(status), pause)),
            (status in {400, 404} and _NO_MODEL.search(reason), self.missing),
            (status < 400 or status in {404, 405}, self.stranger),
        )
        return next((error() for applies, error in cases if applies), Refused(self._failed(status), reason))

    def missing(self) -> ModelAbsent:
        """A server without the model."""
        return ModelAbsent(f"The LLM server has no model {self._model}; {self._absent}", is_coming=self._pulls)

    def censored(self) -> Unavailable:
        """A model that does not want to speak of the call, or may not."""
        return Unavailable(f"The model {self._model} refuses this call; set CALLSCRIBE_LLM_MODEL to another one.")

    def nobody(self) -> Unavailable:
        """No server at the address."""
        return Unavailable(
            f"The LLM at {self._place} does not answer; start {self._product} there or correct CALLSCRIBE_LLM_URL."
        )

    def stranger(self) -> Unavailable:
        """A server of another kind."""
        return Unavailable(
            f"What answers at {self._place} does not speak as {self._product} does; correct CALLSCRIBE_LLM_URL "
            "or CALLSCRIBE_LLM_API."
        )

    def no_entry(self) -> Unavailable:
        """A key that the server does not take, or none where it wants one."""
        return Unavailable(
            f"The LLM at {self._place} does not let us in; set CALLSCRIBE_LLM_API_KEY to a key that it takes."
        )

    def silence(self) -> Unavailable:
        """Nothing heard for as long as the LLM may be silent."""
        return Unavailable(f"The LLM at {self._place} is silent; try again later or raise CALLSCRIBE_LLM_TIMEOUT_S.")

    def slow(self) -> Unavailable:
        """An answer that comes so slowly that nobody wants to wait for it."""
        return Unavailable(
            f"The LLM at {self._place} is too slow; set CALLSCRIBE_LLM_MODEL to a faster model or raise "
            "CALLSCRIBE_LLM_TIMEOUT_S."
        )

    def lost(self) -> Passing:
        """A connection that broke."""
        return Passing(f"The connection to the LLM at {self._place} broke; see its log and try again.")

    def broken_off(self) -> Passing:
        """An answer without an end."""
        return Passing(f"The LLM at {self._place} broke off in the middle of its answer; see its log and try again.")

    def _out_of_memory(self) -> Passing:
        return Passing(
            f"The LLM server has not enough memory for {self._model}; set CALLSCRIBE_LLM_MODEL to a smaller model "
            "or lower CALLSCRIBE_LLM_CONTEXT."
        )

    def _failed(self, status: int) -> str:
        if status in _SPENT:
            return (
                f"The LLM at {self._place} takes no more questions now (HTTP {status}); try again later, or see the "
                "limits and the credit of the account."
            )
        return f"The LLM at {self._place} failed (HTTP {status}); see its log and try again."
