"""Every metric that a process counts itself, by Prometheus' conventions. docs/operations.md tells operators of them.

What the whole service has to do is not here: one process reads that from the database (`telemetry.figures`).
Each process has numbers of its own, so that sums over processes are right. Labels have few values: see `bounded`.
"""

from collections.abc import Iterable
from typing import Final

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from callscribe.errors import CallScribeError
from callscribe.models import CallStatus, DropReason, Stage, Summary, Window, WindowTranscript
from callscribe.telemetry.labels import OTHER, bounded

# Of no use to Prometheus, and as many series again.
disable_created_metrics()

_SECOND, _MINUTE, _HOUR = 1.0, 60.0, 3600.0
#: From a short window's second to a long call's hours.
_LONG: Final = (
    *(part * _SECOND for part in (0.1, 0.3, 1, 3, 10, 30)),
    *(part * _MINUTE for part in (1, 2, 5, 10, 20, 30)),
    *(part * _HOUR for part in (1, 2, 4, 8)),
)
_UNKNOWN = "unknown"
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})

files_processed = Counter(
    "callscribe_files_processed", "Calls whose work ended, by how it ended and their language.", ["status", "language"]
)
processing = Histogram(
    "callscribe_processing_duration_seconds", "Time that a finished job of a stage took.", ["stage"], buckets=_LONG
)
turnaround = Histogram(
    "callscribe_turnaround_seconds", "Time from the upload of a call until it was done.", buckets=_LONG
)
errors = Counter(
    "callscribe_errors", "Attempts at a job that failed, and LLMs that did not answer.", ["stage", "error"]
)
retries = Counter("callscribe_job_retries", "Jobs that were made ready for another attempt.", ["stage"])
audio = Counter("callscribe_audio_seconds", "Length of the audio that was transcribed.", ["model", "language"])
realtime_factor = Histogram(
    "callscribe_realtime_factor",
    "RTFx of a window: its seconds of audio by the seconds that its transcription took; below 1 is too slow.",
    ["model", "language"],
    buckets=(0.25, 0.5, 1, 2, 3, 5, 7.5, 10, 15, 20, 30, 50, 100, 200),
)
word_probability = Histogram(
    "callscribe_word_probability",
    "Mean probability of the words of a window, as the speech model says.",
    ["model", "language"],
    buckets=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1),
)
dropped = Counter("callscribe_dropped_texts", "Texts of speech models that nobody said, left out.", ["reason"])
inference = Histogram(
    "callscribe_ollama_inference_seconds",
    "Time that a question to the LLM took, whatever its server.",
    ["model", "operation"],
    buckets=(0.1, 0.3, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800),
)
tokens = Counter("callscribe_llm_tokens", "Tokens read and written by the LLM.", ["model", "direction"])
statements = Counter(
    "callscribe_statements", "Statements of the LLM: kept ones are borne out by the call.", ["model", "outcome"]
)
summaries = Counter("callscribe_summaries", "Summaries by what wrote them: llm, extractive or stopgap.", ["engine"])
http_requests = Histogram(
    "callscribe_http_request_duration_seconds",
    "Time until the answer to a request begins, by the template of its route.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600),
)
worker_up = Gauge(
    "callscribe_worker_up", "1 while this worker runs, with the model that is set for it.", ["role", "model"]
)

_ENGINES = ("llm", "extractive", "stopgap")
#: What is known to begin at nothing: a counter that is not there yet hides its first increment.
for _status in (CallStatus.DONE, CallStatus.FAILED, CallStatus.CANCELED):
    for _language in (_UNKNOWN, "ru", "en"):
        files_processed.labels(_status.value, _language)


def begin(stages: Iterable[Stage]) -> None:
    """This process works at these stages: what can be counted of them is there from now on."""
    for stage in stages:
        processing.labels(stage.value)
        retries.labels(stage.value)
        errors.labels(stage.value, CallScribeError.code)
        if stage is Stage.TRANSCRIBE:
            for reason in DropReason:
                dropped.labels(reason.value)
        if stage is Stage.SUMMARIZE:
            for engine in _ENGINES:
                summaries.labels(engine)


def ended(status: CallStatus, language: str | None) -> None:
    """A call's work ended."""
    files_processed.labels(status.value, language or _UNKNOWN).inc()


def failed(stage: Stage, error: BaseException) -> None:
    """An attempt at a job failed, or its LLM did."""
    errors.labels(stage.value, error.code if isinstance(error, CallScribeError) else CallScribeError.code).inc()


def transcribed(window: Window, heard: WindowTranscript, seconds: float) -> None:
    """A window was transcribed in so many seconds."""
    labels = bounded("model", heard.engine), heard.language or _UNKNOWN
    length = window.end - window.start
    audio.labels(*labels).inc(length)
    for one in heard.dropped:
        dropped.labels(one.reason.value).inc()
    if window.speech and seconds > 0:  # where nobody speaks, no model was asked
        realtime_factor.labels(*labels).observe(length / seconds)
    words = [word.probability for segment in heard.segments for word in segment.words]
    if words:
        word_probability.labels(*labels).observe(sum(words) / len(words))


def asked(model: str, operation: str, seconds: float, read: int | None, written: int | None) -> None:
    """An LLM answered; it read and wrote so many tokens, where its server says."""
    name = _model(model)
    inference.labels(name, operation).observe(seconds)
    tokens.labels(name, "in").inc(read or 0)
    tokens.labels(name, "out").inc(written or 0)


def summarized(summary: Summary) -> None:
    """A summary was written."""
    by_llm = summary.engine != "extractive"
    summaries.labels("stopgap" if summary.is_stopgap else "llm" if by_llm else "extractive").inc()
    if by_llm:
        name = _model(summary.engine)
        statements.labels(name, "kept").inc(len(summary.insights))
        statements.labels(name, "left_out").inc(summary.ungrounded)


def _model(engine: str) -> str:
    """An LLM without its kind of server, which comes before a space."""
    return bounded("llm", engine.partition(" ")[2] or engine)


def answered(method: str, route: str, status: int, seconds: float) -> None:
    """The answer to a request began; `route` is a template."""
    http_requests.labels(method if method in _METHODS else OTHER, route, f"{status // 100}xx").observe(seconds)
