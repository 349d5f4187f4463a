"""The services that CallScribe needs, and its own workers."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial
from io import BytesIO
from uuid import uuid4

from sqlalchemy import text

from callscribe import wiring
from callscribe.checks.found import Check, Found
from callscribe.checks.machine import is_writable, media_folder
from callscribe.errors import ConfigError, Unavailable
from callscribe.jobs.events import TOPICS
from callscribe.ports import MediaStore
from callscribe.settings import Settings
from callscribe.store import workers
from callscribe.store.database import Database
from callscribe.store.files import FolderStore
from callscribe.store.s3 import S3Store
from callscribe.store.workers import Crew

#: Parts whose names are used elsewhere too.
DATABASE, MIGRATIONS, MEDIA, KAFKA = "database", "migrations", "media store", "Kafka"
_OLDEST_POSTGRES = 15
_KAFKA_S = 5.0
_PROBE = b"callscribe"
#: By the role of workers: their name, and what happens without them.
_CREWS = {
    "asr": ("ASR workers", "None lives, so calls wait; start `callscribe up`, or `callscribe worker asr`."),
    "llm": ("LLM workers", "None lives, so summaries wait; start `callscribe up`, or `callscribe worker llm`."),
    "relay": ("relay", "None lives, so Kafka is told nothing and jobs start later; start `callscribe relay`."),
}
#: What workers of a role report about.
_MODELS = {"asr": "speech models of workers", "llm": "LLM of workers"}
#: Notices about what somebody has decided.
_WANTED = frozenset({"llm-not-set"})


def any_database(settings: Settings) -> Sequence[Found]:
    """The database that is set, or the embedded one, which may not run: then `callscribe up` starts it."""
    try:
        database = wiring.database(settings)
    except (Unavailable, ConfigError) as exc:
        if settings.database_url:
            raise
        return (Found(DATABASE, "warning", str(exc)),)
    with closing(database):
        return list(database_and_workers(database, settings))


def database_and_workers(database: Database, settings: Settings) -> Iterator[Found]:
    """The database, its tables, and who works on it, as far as each can be told. Raises `Unavailable`."""
    yield (found := _answering(database))
    if found.state == "missing":
        return
    yield (found := _migrated(database))
    if found.state == "missing":
        return
    with database.transaction() as session:
        crews = workers.crews(session, settings.heartbeat_timeout_s)
    if settings.kafka_bootstrap and "relay" not in {crew.role for crew in crews}:
        crews.append(Crew("relay", 0, ()))
    for crew in crews:
        yield _living(crew)
    for crew in crews:
        if crew.count and crew.role in _MODELS:
            yield from _reported(crew)


def _answering(database: Database) -> Found:
    with database.transaction() as session:
        version = int(session.scalar(text("SHOW server_version_num")) or 0) // 10_000
    if version < _OLDEST_POSTGRES:
        sentence = f"PostgreSQL {version} is too old; upgrade it to {_OLDEST_POSTGRES} or newer."
        return Found(DATABASE, "missing", sentence)
    return Found(DATABASE, "ok", f"PostgreSQL {version} answers.")


def _migrated(database: Database) -> Found:
    try:
        database.check()
    except ConfigError as exc:
        return Found(MIGRATIONS, "missing", str(exc))
    return Found(MIGRATIONS, "ok", "The tables are up to date.")


def _living(crew: Crew) -> Found:
    part, without = _CREWS.get(crew.role, (crew.role, ""))
    if not crew.count:
        return Found(part, "warning", without)
    return Found(part, "ok", "1 lives." if crew.count == 1 else f"{crew.count} live.")


def _reported(crew: Crew) -> list[Found]:
    part = _MODELS[crew.role]
    found = [Found(part, "ok" if notice.code in _WANTED else "warning", notice.message) for notice in crew.notices]
    return found or [Found(part, "ok", "They have what is set.")]


def kafka(settings: Settings) -> Sequence[Found]:
    """Kafka and its topics, where it is set."""
    if not settings.kafka_bootstrap:
        return ()
    try:
        from confluent_kafka import KafkaException
        from confluent_kafka.admin import AdminClient

        from callscribe.jobs.broker import Broker
    except ImportError:
        sentence = "It is set, but not installed here; run `pip install 'callscribe[kafka]'`."
        return (Found(KAFKA, "warning", sentence),)
    # Its own log would tell once more, and at length, what the sentence says.
    quiet = {"log_level": "0", **settings.kafka_options}
    admin: AdminClient = Broker(settings.kafka_bootstrap, options=quiet).client(AdminClient)
    try:
        there = admin.list_topics(timeout=_KAFKA_S).topics
    except KafkaException as exc:
        raise Unavailable(
            f"Kafka at {settings.kafka_bootstrap} does not answer; check the broker and CALLSCRIBE_KAFKA_BOOTSTRAP."
        ) from exc
    return (_topics({name: len(topic.partitions) for name, topic in there.items()}, settings),)


def _topics(partitions: dict[str, int], settings: Settings) -> Found:
    """`partitions`: how many each topic has."""
    names = [settings.kafka_prefix + topic for topic in TOPICS]
    if missing := [name for name in names if name not in partitions]:
        return Found(KAFKA, "missing", f"It has no topic {', '.join(missing)}; run `callscribe migrate`.")
    fewest = min(partitions[name] for name in names)
    if fewest < settings.kafka_partitions:
        sentence = f"A topic has only {fewest} of {settings.kafka_partitions} partitions; run `callscribe migrate`."
        return Found(KAFKA, "warning", sentence)
    return Found(KAFKA, "ok", f"It answers, and has its {len(names)} topics.")


def any_media_store(settings: Settings) -> Sequence[Found]:
    """The media store that is set; a folder that is not there yet is not made."""
    folder = media_folder(settings)
    if folder is None:
        # Files are only put and read, so the folder for temporary ones need not be there.
        return media_store(S3Store(settings, settings.data_dir / "tmp"), settings)
    if folder.exists():
        return media_store(FolderStore(folder), settings)
    if reason := is_writable(folder):
        return (Found(MEDIA, "missing", f"The folder {folder} cannot be made ({reason}); correct its owner."),)
    if settings.media_url is None and not settings.data_dir.exists():
        return (Found(MEDIA, "ok", f"{folder} is not there yet; the first start makes it."),)
    sentence = f"{folder} is not there, and the next start makes it; if recordings should be there, mount its disk."
    return (Found(MEDIA, "warning", sentence),)


def media_store(store: MediaStore, settings: Settings) -> Sequence[Found]:
    """Whether the store, which is that of the settings, takes a file and gives it back. Raises `Unavailable`."""
    folder = media_folder(settings)
    if folder is not None and not folder.is_dir():
        # To store a file would make it anew, without the recordings, which may lie on a disk that is not mounted.
        return (Found(MEDIA, "missing", f"There is no folder {folder}; mount it, or start CallScribe anew."),)
    # Not in a folder that stays: if root made it, nobody else could write there.
    place = f"check-{uuid4().hex}" if folder else f"checks/{uuid4().hex}"
    store.put(f"{place}/probe", BytesIO(_PROBE))
    try:
        read = store.read(f"{place}/probe", 0, len(_PROBE))
    finally:
        store.delete(place)
    where = folder or settings.media_url
    if read != _PROBE:
        return (Found(MEDIA, "missing", f"{where} gives back another file than it was given; check its disk."),)
    return (Found(MEDIA, "ok", f"Files can be written and read in {where}."),)


def doctors(settings: Settings) -> dict[str, Check]:
    """The checks of these services, by part, from outside of them."""
    return {
        DATABASE: partial(any_database, settings),
        **({KAFKA: partial(kafka, settings)} if settings.kafka_bootstrap else {}),
        MEDIA: partial(any_media_store, settings),
    }
