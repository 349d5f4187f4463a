"""Traces of the stages, for those who have a place for them: a trace is a call, and its id is the call's.

So the stages of a call are seen together, whichever processes worked on it and however long it waited in between.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from uuid import UUID

from callscribe.errors import CallScribeError, ConfigError, Stopped
from callscribe.settings import Settings

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.sdk.trace import TracerProvider

    from callscribe.jobs.queue import Job

_provider: "TracerProvider | None" = None


def begin(settings: Settings, role: str) -> None:
    """Send what this process does from now on, if CALLSCRIBE_OTLP_URL says where. Raises `ConfigError`.

    OpenTelemetry's own variables say the rest, such as OTEL_EXPORTER_OTLP_HEADERS for a key.
    """
    global _provider  # noqa: PLW0603 - a process has one
    if settings.otlp_url is None:
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.trace import TracerProvider
        from opentelemetry.sdk.trace.export import BatchSpanProcessor
    except ImportError as exc:
        raise ConfigError(
            f"A part that traces need is not installed ({exc.name}); run `pip install 'callscribe[tracing]'`."
        ) from exc
    _provider = TracerProvider(resource=Resource.create({"service.name": f"callscribe-{role}"}))
    _provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(f"{settings.otlp_url.rstrip('/')}/v1/traces")))


def end() -> None:
    """Send what is not sent yet."""
    if _provider is not None:
        _provider.shutdown()


@contextmanager
def span(job: "Job") -> Iterator[None]:
    """The work at a job. What it dies of is told by its code: its text may quote anything."""
    if _provider is None:
        yield
        return
    from opentelemetry.trace import StatusCode

    attributes: dict[str, str | int] = {"callscribe.call_id": str(job.call_id), "callscribe.attempt": job.attempt}
    if job.window_index is not None:
        attributes["callscribe.window"] = job.window_index
    with _provider.get_tracer("callscribe").start_as_current_span(
        job.stage.value,
        _of_call(job.call_id),
        attributes=attributes,
        record_exception=False,
        set_status_on_exception=False,
    ) as running:
        try:
            yield
        except Stopped:
            running.set_attribute("callscribe.stopped", True)
            raise
        except Exception as exc:
            code = exc.code if isinstance(exc, CallScribeError) else CallScribeError.code
            running.set_status(StatusCode.ERROR, code)
            raise


def _of_call(call_id: UUID) -> "Context":
    """What makes a span one of the call's: they all have one parent that nobody sends."""
    from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags, set_span_in_context

    parent = SpanContext(call_id.int, call_id.int & (2**64 - 1), is_remote=True, trace_flags=TraceFlags(0x01))
    return set_span_in_context(NonRecordingSpan(parent))
