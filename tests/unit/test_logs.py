"""What a line of a log looks like, and what is never in it."""

import ast
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from structlog.contextvars import bound_contextvars

import callscribe
from callscribe.errors import Unavailable
from callscribe.telemetry import logs

PACKAGE = Path(callscribe.__file__).parent
SECRET = "we sell the Zürich branch"
CALL = UUID("11111111-2222-3333-4444-555555555555")

both = pytest.mark.parametrize("form", ["json", "text"])


def record(event: str, *args: object, error: BaseException | None = None, **extra: object) -> logging.LogRecord:
    logger = logging.getLogger("callscribe.api.tasks")
    exc_info = (type(error), error, error.__traceback__) if error else None
    return logger.makeRecord(logger.name, logging.WARNING, "tasks.py", 1, event, args, exc_info, extra=extra)


def as_json(one: logging.LogRecord, role: str = "api") -> dict[str, Any]:
    line = logs.formatter("json", role).format(one)
    assert "\n" not in line
    fields: dict[str, Any] = json.loads(line)
    return fields


def raised(error: Exception) -> Exception:
    """The error, as it is after it has passed this place."""
    try:
        raise error
    except Exception as caught:  # noqa: BLE001
        return caught


def chained() -> Exception:
    """An error of ours whose cause is foreign."""
    try:
        raise Unavailable("The database does not answer; try again.") from raised(ValueError(SECRET))
    except Unavailable as caught:
        return caught


def test_a_record_is_an_object_in_a_known_order() -> None:
    one = record("%d parts of %s", 3, "Müller")
    fields = as_json(one)
    assert list(fields) == ["timestamp", "level", "logger", "role", "event"]
    moment = datetime.fromisoformat(fields.pop("timestamp"))
    assert moment.utcoffset() == timedelta(0)
    assert abs(moment.timestamp() - one.created) < 0.001
    assert fields == {
        "level": "warning",
        "logger": "callscribe.api.tasks",
        "role": "api",
        "event": "3 parts of Müller",
    }


def test_letters_of_other_languages_can_be_read() -> None:
    assert "Модель загружена" in logs.formatter("json").format(record("Модель загружена"))


def test_what_is_bound_and_what_is_passed_are_fields() -> None:
    with bound_contextvars(call_id=str(CALL), stage="transcribe", window=3):
        fields = as_json(record("done", seconds=1.5, first=True))
    assert {name: fields[name] for name in list(fields)[5:]} == {
        "call_id": str(CALL),
        "stage": "transcribe",
        "window": 3,
        "seconds": 1.5,
        "first": True,
    }
    assert "call_id" not in as_json(record("done"))


def test_what_is_passed_wins_over_what_is_bound_and_never_over_what_a_line_needs() -> None:
    with bound_contextvars(attempt=1, level="none", role="nobody"):
        fields = as_json(record("done", attempt=2))
    assert (fields["attempt"], fields["level"], fields["role"]) == (2, "warning", "api")


def test_of_things_only_the_kind_is_told() -> None:
    fields = as_json(record("done", call_id=CALL, connection=Path(SECRET), parts=[SECRET], color_message=SECRET))
    assert {name: fields[name] for name in list(fields)[5:]} == {
        "call_id": str(CALL),
        "connection": "PosixPath",
        "parts": "list",
    }


@both
def test_the_text_of_a_foreign_error_is_not_told(form: logs.Form) -> None:
    line = logs.formatter(form).format(record("failed", error=raised(ValueError(SECRET))))
    assert SECRET not in line
    assert "builtins.ValueError" in line
    assert "in raised" in line


@both
def test_the_text_of_our_error_is_told_but_not_that_of_its_cause(form: logs.Form) -> None:
    line = logs.formatter(form).format(record("failed", error=chained()))
    assert "Unavailable: The database does not answer; try again." in line
    assert "builtins.ValueError" in line
    assert SECRET not in line


@both
def test_of_a_message_beside_an_error_only_the_first_line_is_told(form: logs.Form) -> None:
    # As asyncio has it.
    message = f"Task exception was never retrieved\nfuture: <Task exception=ValueError('{SECRET}')>"
    line = logs.formatter(form).format(record(message, error=raised(ValueError(SECRET))))
    assert "Task exception was never retrieved" in line
    assert SECRET not in line


def test_text_is_a_short_line() -> None:
    one = record("done", note="two words", empty="")
    with bound_contextvars(call_id=str(CALL), window=3):
        line = logs.formatter("text", "api").format(one)
    moment = datetime.fromtimestamp(one.created)
    fields = f'call_id={CALL} empty="" note="two words" window=3'
    assert line == f"{moment:%Y-%m-%d %H:%M:%S} warning api.tasks: done {fields}"


def test_text_has_colours_on_a_terminal_alone() -> None:
    assert "\x1b[33mwarning\x1b[0m" in logs.formatter("text", is_terminal=True).format(record("done"))
    assert "\x1b" not in logs.formatter("text").format(record("done"))


@pytest.mark.parametrize(
    ("form", "is_terminal", "is_json"),
    [("auto", True, False), ("auto", False, True), ("json", True, True), ("text", False, False)],
)
def test_auto_is_text_where_a_terminal_shows_it(form: logs.Form, is_terminal: bool, is_json: bool) -> None:
    assert logs.formatter(form, is_terminal=is_terminal).format(record("done")).startswith("{") is is_json


def logged(script: str, level: str = "INFO") -> list[dict[str, Any]]:
    """What a process writes to standard error that sets up its log and then does this."""
    setup = f"from callscribe.telemetry import logs\nlogs.setup({level!r}, 'auto', 'asr')"
    program = f"import logging, threading, warnings\n{setup}\n{script}"
    done = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)
    assert SECRET not in done.stderr
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_process_writes_lines_of_ours_and_of_libraries() -> None:
    entries = logged("for name in ('callscribe.a', 'uvicorn.error', 'httpx'): logging.getLogger(name).info('said')")
    assert [(entry["logger"], entry["role"]) for entry in entries] == [
        ("callscribe.a", "asr"),
        ("uvicorn.error", "asr"),
    ]


def test_libraries_do_not_tell_what_they_send_even_if_all_is_logged() -> None:
    script = f"logging.getLogger('callscribe.a').debug('done'); logging.getLogger('websockets').debug({SECRET!r})"
    assert [entry["logger"] for entry in logged(script, "DEBUG")] == ["callscribe.a"]


@pytest.mark.parametrize(
    ("script", "event"),
    [
        (f"raise ValueError({SECRET!r})", "ended by an error"),
        (
            f"def run(): raise ValueError({SECRET!r})\nthreading.Thread(target=run).start()",
            "a thread ended by an error",
        ),
        (f"class A:\n def __del__(self): raise ValueError({SECRET!r})\nA()", "an error that nobody can catch"),
    ],
)
def test_what_python_writes_by_itself_is_a_line_too(script: str, event: str) -> None:
    (entry,) = logged(script)
    assert entry["event"] == event
    assert entry["exception"].startswith("builtins.ValueError\n")


def test_warnings_are_lines_too() -> None:
    (entry,) = logged("warnings.warn('this will go')")
    assert entry["logger"] == "py.warnings"
    assert "UserWarning: this will go" in entry["event"]


def test_streamlits_loggers_write_none_of_their_own() -> None:
    script = f"""
from callscribe.ui import server
from streamlit.logger import get_logger
server.take_over_streamlit()
for name in ("streamlit.runtime", "new"):
    get_logger(name).error("Uncaught", exc_info=ValueError({SECRET!r}))
"""
    entries = logged(script)
    assert [(entry["logger"], entry["exception"]) for entry in entries] == [
        ("streamlit.runtime", "builtins.ValueError"),
        ("new", "builtins.ValueError"),
    ]


#: What is said, typed or sent, and what opens doors.
CONTENT = frozenset(
    """
    text texts transcript transcription filename filenames title titles vocabulary terms prompt prompts answer
    answers reply replies body content contents segment segments word words quote quotes said summary summaries
    question questions query queries statement statements speaker speakers participant participants owner owners
    password secret secrets token tokens key keys headers
    """.split()  # noqa: SIM905 - as a list it would be a page
)
LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}


def calls_of_logs(source: str) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="log" | "_log"), attr=attr)) if attr in LEVELS:
                yield node


def names_in(call: ast.Call) -> Iterator[str]:
    """Every name in what is passed: variables, attributes, and the fields of `extra`."""
    for node in ast.walk(call):
        match node:
            case ast.Name(id=name) | ast.Attribute(attr=name) | ast.keyword(arg=str(name)):
                yield name
            case ast.Dict(keys=keys):
                yield from (key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str))


def suspects(source: str) -> list[str]:
    return [
        ast.unparse(call)
        for call in calls_of_logs(source)
        if any(CONTENT & {name.lower(), *name.lower().split("_")} for name in names_in(call))
    ]


@pytest.mark.parametrize(
    "source",
    [
        "log.info('heard %s', segment.text)",
        "log.info(f'found {len(query)}')",
        "_log.error('bad', extra={'filename': a})",
        "log.warning('bad', extra=dict(file_title=a))",
        "log.exception('bad %s', row['transcript'], the_reply)",
    ],
)
def test_what_is_named_like_content_is_found(source: str) -> None:
    assert suspects(source) == [source]


def test_nothing_named_like_content_is_logged() -> None:
    sources = {path: path.read_text() for path in PACKAGE.rglob("*.py")}
    assert sum(len(list(calls_of_logs(source))) for source in sources.values()) > 40
    found = {str(path.relative_to(PACKAGE)): suspects(source) for path, source in sources.items()}
    assert {path: calls for path, calls in found.items() if calls} == {}


def test_every_modules_logger_is_known_to_this_audit() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="logging"), attr=attr)):
                    assert attr not in LEVELS, path
                case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(args=[ast.Name(id="__name__")])):
                    assert name in {"log", "_log"}, path
