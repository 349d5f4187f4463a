"""How metrics leave a process: as text, and from workers, which have no other port, by a small server."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from prometheus_client import REGISTRY, CollectorRegistry, start_http_server
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from callscribe.store.database import Database

log = logging.getLogger(__name__)


class _OfProcess(Collector):
    """What the process counts by itself; a registry of its own per server, so that two in a process do not clash."""

    def collect(self) -> Iterable[Metric]:
        return REGISTRY.collect()


class Connections(Collector):
    """The pool of connections to the database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def collect(self) -> Iterable[Metric]:
        """How many there are, and how many there may be."""
        pool = self._database.pool()
        family = GaugeMetricFamily("callscribe_database_connections", "Open connections.", labels=["state"])
        family.add_metric(["in_use"], pool.in_use)
        family.add_metric(["idle"], pool.idle)
        yield family
        yield GaugeMetricFamily("callscribe_database_connections_limit", "Most there may be.", value=pool.limit)


def registry(database: Database, *more: Collector) -> CollectorRegistry:
    """All that a process tells."""
    found = CollectorRegistry()
    for collector in (_OfProcess(), Connections(database), *more):
        found.register(collector)
    return found


@contextmanager
def served(database: Database, host: str, port: int) -> Iterator[None]:
    """`/metrics` at this address in the `with`; 0: nowhere. A port that is taken costs the metrics, not the work."""
    if not port:
        yield
        return
    try:
        server, thread = start_http_server(port, host, registry(database))
    except OSError as exc:
        log.warning(
            "no metrics: port %d of %s cannot be used (%s); set CALLSCRIBE_METRICS_PORT to another",
            port,
            host,
            exc.strerror,
        )
        yield
        return
    log.info("metrics are at http://%s:%d/metrics", host, port)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
