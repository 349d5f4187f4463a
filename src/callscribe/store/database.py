"""Connections and transactions. Only the edges (a request, a job) open a transaction, and they commit it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.pool import QueuePool

from callscribe.errors import ConfigError, Unavailable

_MIGRATIONS = Path(__file__).parent / "migrations"
_LOCK = 0x43414C4C  # "CALL": an advisory lock, so that two processes do not migrate at once
_SILENT = "The database does not answer; try again in a moment."
_POOL, _OVERFLOW = 5, 15
_AFTER_COMMIT = "after_commit"


def sqlalchemy_url(url: str) -> str:
    """The usual `postgresql://` form, with the driver named that this project uses."""
    try:
        return make_url(url).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    except (ArgumentError, ValueError) as exc:
        raise ConfigError("CALLSCRIBE_DATABASE_URL must look like postgresql://user:password@host:5432/name.") from exc


def libpq_url(url: str) -> str:
    """The same for psycopg itself."""
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PoolTimeout as exc:
        raise Unavailable(_SILENT) from exc
    except DBAPIError as exc:
        if exc.connection_invalidated or (isinstance(exc, OperationalError) and not _over_a_limit(exc)):
            raise Unavailable(_SILENT) from exc
        raise


def _over_a_limit(exc: OperationalError) -> bool:
    """Whether a value was too large for PostgreSQL (class 54), which no waiting mends."""
    return (getattr(exc.orig, "sqlstate", None) or "").startswith("54")


@dataclass(frozen=True, slots=True)
class Pool:
    """Connections of this process."""

    in_use: int
    idle: int
    #: Most there may be.
    limit: int


def after_commit(session: Session, action: Callable[[], None]) -> None:
    """Do it once the transaction is committed, and never if it is rolled back."""
    session.info.setdefault(_AFTER_COMMIT, []).append(action)


class Database:
    """A pool of connections to one PostgreSQL database."""

    def __init__(self, url: str) -> None:
        self.url = sqlalchemy_url(url)
        self._engine = create_engine(
            self.url, pool_pre_ping=True, hide_parameters=True, pool_size=_POOL, max_overflow=_OVERFLOW
        )
        self._session = sessionmaker(self._engine, expire_on_commit=False)

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Commit at the end, roll back on an error; a lost connection becomes `Unavailable`, which can be retried."""
        with _translated(), self._session.begin() as session:
            yield session
        for action in session.info.pop(_AFTER_COMMIT, ()):
            action()

    def pool(self) -> Pool:
        """How its connections are used now."""
        pool = self._engine.pool
        assert isinstance(pool, QueuePool)
        return Pool(pool.checkedout(), pool.checkedin(), _POOL + _OVERFLOW)

    def migrate(self) -> None:
        """Bring the schema to this version's state; safe to call from several processes at once."""
        config = Config()
        config.set_main_option("script_location", str(_MIGRATIONS))
        with _translated(), self._engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")

    def check(self) -> None:
        """Raise `ConfigError` unless the schema is this version's, or that of a later one, which serves it too."""
        scripts = ScriptDirectory(str(_MIGRATIONS))
        with _translated(), self._engine.connect() as connection:
            present = MigrationContext.configure(connection).get_current_revision()
        older = {script.revision for script in scripts.walk_revisions()} - {scripts.get_current_head()}
        if present is None or present in older:
            raise ConfigError("The database's tables are missing or of an older version; run `callscribe migrate`.")

    def ping(self) -> None:
        """Raise `Unavailable` unless the database answers."""
        with self.transaction() as session:
            session.execute(text("SELECT 1"))

    def close(self) -> None:
        """Close the pool's idle connections."""
        self._engine.dispose()
