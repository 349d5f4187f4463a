"""What every process logs, and how its lines look: whoever logs by `logging` comes out alike on standard error.

What is bound by `structlog.contextvars` and what a call passes as `extra` are fields of their own. Of an error there is
what `trail` says of it, because the text of a foreign one may quote what was said in a call.
"""

import json
import logging
import re
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Literal
from uuid import UUID

from structlog.contextvars import merge_contextvars
from structlog.stdlib import ExtraAdder, ProcessorFormatter
from structlog.typing import EventDict

from callscribe.trail import trail

log = logging.getLogger(__name__)

Form = Literal["auto", "json", "text"]
#: Makes the line of a record and its further fields.
_Render = Callable[[logging.LogRecord, str, dict[str, Any]], str]

_OURS = "callscribe"
#: What they tell of each step is of no use, and httpx tells addresses with what is searched for.
_CHATTY = ("httpx", "httpx2", "faster_whisper", "alembic")
_DULL = {"_record", "_from_structlog", "event", "exc_info", "stack_info", "color_message"}
_COLOURS = {"debug": 2, "warning": 33, "error": 31, "critical": 31}
_BARE = re.compile(r"[\w.:/@%+-]+")


def setup(level: str, form: Form, role: str = "") -> None:
    """Log to standard error from now on; `role` is what this process is, for JSON.

    Nothing is changed where somebody else has set up logging, as tests do. Libraries are not heard below INFO, where
    some tell what they send and receive.
    """
    root = logging.getLogger()
    if root.handlers:
        return
    handler = logging.StreamHandler()
    handler.setLevel(level)
    handler.setFormatter(formatter(form, role, is_terminal=sys.stderr.isatty()))
    root.addHandler(handler)
    root.setLevel(max(handler.level, logging.INFO))
    logging.getLogger(_OURS).setLevel(level)
    for library in _CHATTY:
        logging.getLogger(library).setLevel(logging.WARNING)
    # What Python itself would write there, an error's text included.
    logging.captureWarnings(True)
    sys.excepthook = lambda _, error, __: log.critical("ended by an error", exc_info=error)
    threading.excepthook = lambda at: log.error("a thread ended by an error", exc_info=at.exc_value)
    sys.unraisablehook = lambda at: log.error("an error that nobody can catch", exc_info=at.exc_value)


def take_over(logger: logging.Logger) -> None:
    """Let a library's lines come out like all others, where it writes them itself."""
    logger.handlers.clear()
    logger.propagate = True


def formatter(form: Form, role: str = "", *, is_terminal: bool = False) -> logging.Formatter:
    """JSON, an object a line, or text for people, in colours on a terminal; `auto` is text on a terminal alone."""
    if form == "json" or (form == "auto" and not is_terminal):
        return _formatter(lambda record, event, more: _json(record, event, more, role))
    return _formatter(lambda record, event, more: _text(record, event, more, is_coloured=is_terminal))


def _formatter(render: _Render) -> logging.Formatter:
    def rendered(_logger: object, _method: str, fields: EventDict) -> str:
        record: logging.LogRecord = fields["_record"]
        event = str(fields["event"]).strip()
        more = {name: _plain(value) for name, value in sorted(fields.items()) if name not in _DULL}
        _, error, _ = fields.get("exc_info") or (None, None, None)
        if error:
            # Where libraries add lines of their own, these may be the error's text.
            event, more["exception"] = event.partition("\n")[0], trail(error)
        return render(record, event, more)

    return ProcessorFormatter(processors=[merge_contextvars, ExtraAdder(), rendered])


def _json(record: logging.LogRecord, event: str, more: dict[str, Any], role: str) -> str:
    fields = {
        "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname.lower(),
        "logger": record.name,
        "role": role,
        "event": event,
    }
    return json.dumps(fields | {name: value for name, value in more.items() if name not in fields}, ensure_ascii=False)


def _text(record: logging.LogRecord, event: str, more: dict[str, Any], *, is_coloured: bool) -> str:
    level = record.levelname.lower()
    colour = _COLOURS.get(level) if is_coloured else None
    error = more.pop("exception", None)
    words = [
        f"{datetime.fromtimestamp(record.created):%Y-%m-%d %H:%M:%S}",
        f"\x1b[{colour}m{level:7}\x1b[0m" if colour else f"{level:7}",
        f"{record.name.removeprefix(f'{_OURS}.')}:",
        event,
        *(f"{name}={_shown(value)}" for name, value in more.items()),
    ]
    return " ".join(words) + (f"\n{error}" if error else "")


def _plain(value: object) -> str | int | float | None:
    """Of anything but plain values only the kind: what it holds is not known here."""
    if isinstance(value, UUID):
        return str(value)
    return value if value is None or isinstance(value, str | int | float) else type(value).__name__


def _shown(value: object) -> str:
    text = str(value)
    return text if _BARE.fullmatch(text) else json.dumps(text, ensure_ascii=False)
