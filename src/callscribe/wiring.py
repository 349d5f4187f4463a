"""The only place that chooses implementations: who starts PostgreSQL, how a job reaches a worker, where media lie."""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from callscribe.errors import ConfigError
from callscribe.jobs import dead_letters
from callscribe.jobs.events import MessageRejected
from callscribe.jobs.postgres import PostgresDispatcher
from callscribe.jobs.queue import OUTCOME, Job
from callscribe.jobs.relay import Relay
from callscribe.jobs.renewal import renewing
from callscribe.models import Stage
from callscribe.pipeline import Assembling, Handler, Preparing, Summarizing, Transcribing
from callscribe.ports import Dispatcher, MediaStore, SpeakerEmbedder, Summarizer, Transcriber
from callscribe.presence import Presence, own_name
from callscribe.pulse import Pulse
from callscribe.scratch import sweep
from callscribe.settings import Settings
from callscribe.stages.summarize import Llm, summarize
from callscribe.store import calls
from callscribe.store.database import Database
from callscribe.store.files import FolderStore, folder_of
from callscribe.store.s3 import S3Store
from callscribe.telemetry import metrics
from callscribe.telemetry.figures import ServiceFigures
from callscribe.worker import Lane, Worker

if TYPE_CHECKING:
    from callscribe.jobs.broker import Broker
    from callscribe.store.embedded import EmbeddedPostgres

_CLUSTER = "postgres"
# Language models that are kept ready; users may ask for any name.
_LLMS = 8
# Seconds between two looks for what is missing: in a folder, and at a server.
_LOOK_NEARBY, _LOOK_AFAR = 5.0, 20.0


def database(settings: Settings) -> Database:
    """The database that is set, or the embedded one that `callscribe up` runs. Raises `Unavailable`, `ConfigError`."""
    if settings.database_url:
        return Database(settings.database_url)
    with _needs("embedded"):
        from callscribe.store.embedded import find
    return Database(find(settings.data_dir / _CLUSTER).url)


def embedded_postgres(settings: Settings) -> "EmbeddedPostgres":
    """The server of embedded mode; it runs inside the `with`."""
    with _needs("embedded"):
        from callscribe.store.embedded import EmbeddedPostgres
    return EmbeddedPostgres(_data_folder(settings) / _CLUSTER)


def media_store(settings: Settings) -> MediaStore:
    """Where media lie. Raises `ConfigError`, `Unavailable`."""
    if settings.media_url is None:
        return FolderStore(_data_folder(settings) / "media")
    if settings.media_url.startswith("s3://"):
        return S3Store(settings, scratch(settings))
    return FolderStore(folder_of(settings.media_url))


def scratch(settings: Settings) -> Path:
    """The folder for temporary files: in the data folder, since /tmp may be small, or memory."""
    folder = _data_folder(settings) / "tmp"
    folder.mkdir(exist_ok=True)
    return folder


def transcriber(settings: Settings) -> Transcriber:
    """The speech engine; its model is loaded at the first window."""
    with _needs("asr"):
        from callscribe.asr.engine import ConfiguredTranscriber
    return ConfiguredTranscriber(settings)


def embedder(settings: Settings) -> Callable[[], SpeakerEmbedder | None]:
    """What tells voices apart, chosen anew at each call; its model is loaded at the first one."""
    with _needs("asr"):
        from callscribe.speakers.chosen import ConfiguredEmbedder
    return ConfiguredEmbedder(settings)


def summarizers(settings: Settings) -> tuple[Llm | None, Summarizer]:
    """The LLM's, if one is set, by the name of the model, and the one that needs none."""
    with _needs("summary"):
        from callscribe.summary.extractive import ExtractiveSummarizer
        from callscribe.summary.llm import LlmSummarizer
        from callscribe.summary.servers.chosen import chat_model

    @lru_cache(_LLMS)
    def llm(model: str | None) -> Summarizer:
        return LlmSummarizer(chat_model(settings, model), settings.prompts_dir)

    return llm if settings.llm_url else None, ExtractiveSummarizer()


def service_figures(settings: Settings, database: Database) -> ServiceFigures:
    """What the API tells of the whole service."""
    folders = {"data": _data_folder(settings)}
    if settings.media_url and not settings.media_url.startswith("s3://"):
        folders["media"] = folder_of(settings.media_url)
    return ServiceFigures(
        database,
        folders,
        silence=settings.heartbeat_timeout_s,
        with_outbox=bool(settings.kafka_bootstrap),
    )


def migrate(settings: Settings, database: Database) -> None:
    """Bring the database's tables and Kafka's topics to this version's state; a second time changes nothing."""
    database.migrate()
    if settings.kafka_bootstrap:
        with _needs("kafka"):
            from callscribe.jobs.broker import create_topics
        create_topics(_broker(settings), settings.kafka_partitions)


def relay(settings: Settings, database: Database) -> Relay:
    """Announces jobs and outcomes on Kafka."""
    if not settings.kafka_bootstrap:
        raise ConfigError("There is nothing to relay without Kafka; set CALLSCRIBE_KAFKA_BOOTSTRAP.")
    with _needs("kafka"):
        from callscribe.jobs.broker import Publisher
    wakes = PostgresDispatcher(database.url, [*Stage, OUTCOME])
    metrics.worker_up.labels("relay", "").set(1)
    return Relay(
        database,
        Publisher(_broker(settings)),
        wakes,
        settings.poll_s,
        pulse=Pulse(_data_folder(settings), "relay"),
        presence=Presence(database, "relay", settings.heartbeat_s, own_name()),
    )


def asr_worker(settings: Settings, database: Database) -> Worker:
    """Decodes, transcribes and assembles; decoding has a lane of its own, so that it runs ahead."""
    store = media_store(settings)
    sweep(scratch(settings))
    with _needs("asr"):
        from callscribe.asr.catalog import chosen, device_for
        from callscribe.asr.readiness import lacks
    model = chosen(settings.asr_model, None, device_for(settings.asr_device), "")
    metrics.worker_up.labels("asr", Path(model).name).set(1)  # a folder's place is nobody's business
    voices = embedder(settings)
    media: Mapping[Stage, Handler] = {
        Stage.ASSEMBLE: Assembling(store, voices),
        Stage.PREPARE: Preparing(store, settings, scratch(settings)),
    }
    speech: Mapping[Stage, Handler] = {Stage.TRANSCRIBE: Transcribing(store, transcriber(settings), voices)}
    presence = partial(
        Presence, database, "asr", settings.heartbeat_s, look=partial(lacks, settings), pause=_LOOK_NEARBY
    )
    return _worker(settings, database, store, "asr", {"media": media, "speech": speech}, presence=presence)


def llm_worker(settings: Settings, database: Database) -> Worker:
    """Writes summaries."""
    llm, extractive = summarizers(settings)
    with _needs("summary"):
        from callscribe.summary.readiness import looking
    lane: Mapping[Stage, Handler] = {
        Stage.SUMMARIZE: Summarizing(partial(summarize, llm=llm, extractive=extractive)),
    }
    metrics.worker_up.labels("llm", settings.llm_model if settings.llm_url else "extractive").set(1)
    look = renewing(looking(settings), database)
    presence = partial(Presence, database, "llm", settings.heartbeat_s, look=look, pause=_LOOK_AFAR)
    return _worker(settings, database, media_store(settings), "llm", {"summary": lane}, presence=presence)


def _data_folder(settings: Settings) -> Path:
    """Nobody else on the machine may read calls; who has made the folder already has decided that already."""
    folder = settings.data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as exc:
        raise ConfigError(
            f"The folder {folder} cannot be made ({exc.strerror}); set CALLSCRIBE_DATA_DIR to one that can be written."
        ) from exc
    return folder


def _worker(
    settings: Settings,
    database: Database,
    store: MediaStore,
    kind: str,
    lanes: Mapping[str, Mapping[Stage, Handler]],
    *,
    presence: Callable[[str], Presence],
) -> Worker:
    metrics.begin(stage for handlers in lanes.values() for stage in handlers)
    return Worker(
        database,
        settings,
        [Lane(name, handlers, _dispatcher(settings, database, name, handlers)) for name, handlers in lanes.items()],
        partial(_remove_leftovers, database, store),
        pulse=Pulse(_data_folder(settings), kind),
        presence=presence,
    )


def _dispatcher(settings: Settings, database: Database, lane: str, stages: Collection[Stage]) -> Dispatcher:
    if not settings.kafka_bootstrap:
        return PostgresDispatcher(database.url, stages)
    with _needs("kafka"):
        from callscribe.jobs.kafka import KafkaDispatcher

    def reject(message: MessageRejected) -> None:
        with database.transaction() as session:
            dead_letters.reject(session, message)

    return KafkaDispatcher(_broker(settings), lane, stages, reject)


def _broker(settings: Settings) -> "Broker":
    from callscribe.jobs.broker import Broker

    return Broker(settings.kafka_bootstrap or "", settings.kafka_prefix, settings.kafka_options)


def _remove_leftovers(database: Database, store: MediaStore, job: Job) -> None:
    """A worker may have stored a window of a call in the very moment in which the call was deleted."""
    with database.transaction() as session:
        gone = not calls.exists(session, job.call_id)
    if gone:
        store.delete(calls.media_folder(job.call_id))


@contextmanager
def _needs(extra: str) -> Iterator[None]:
    try:
        yield
    except ImportError as exc:
        raise ConfigError(
            f"A part that this needs is not installed ({exc.name}); run `pip install 'callscribe[{extra}]'`."
        ) from exc
