"""What a log may say about an error: what it is and where it came from, in no words but our own.

The text of a foreign error may quote what it was about, and that is a call's content.
"""

import traceback

from callscribe.errors import CallScribeError


def trail(error: BaseException) -> str:
    """The error and its causes, newest first, each with the places it passed."""
    found: list[str] = []
    at: BaseException | None = error
    while at is not None:
        found += [f"{_name(at)}\n", *traceback.format_tb(at.__traceback__)]
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)
    return "".join(found).rstrip()


def _name(error: BaseException) -> str:
    name = f"{type(error).__module__}.{type(error).__qualname__}"
    match error:
        case CallScribeError():
            return f"{name}: {error}"
        case OSError():
            return f"{name}: {error.strerror}"
        case _:
            return name
