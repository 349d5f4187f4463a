"""Rows of the system dashboard about the processes themselves: the API, what they use, what Kafka is told."""

from tools.dashboards.expressions import or_none, rate, ratio
from tools.dashboards.frame import Row
from tools.dashboards.panels import Limits, Query, lines

_INSTANCE = 'instance=~"$instance"'
#: Prometheus, which is a process too, is nobody's concern here.
_OURS = f'job!="prometheus", {_INSTANCE}'
_HTTP = "callscribe_http_request_duration_seconds"


def api() -> Row:
    """How requests are answered."""
    by_route = f"histogram_quantile(0.95, sum by (le, route) (rate({_HTTP}_bucket{{{_INSTANCE}}}[$__rate_interval])))"
    failed = ratio(f'{_HTTP}_count{{status="5xx", {_INSTANCE}}}', f"{_HTTP}_count{{{_INSTANCE}}}")
    return Row(
        "API",
        [
            lines(
                "Requests by route",
                "Answers that began, by the template of their route.",
                "reqps",
                Query(or_none(rate(f"{_HTTP}_count", "method, route", _INSTANCE), "route"), "{{method}} {{route}}"),
                width=8,
            ),
            lines(
                "Time until the answer begins, p95",
                "By route, of those that are asked for. It includes the time that an upload takes. 0: nobody asks.",
                "s",
                Query(or_none(f"{by_route} >= 0", "route"), "{{route}}"),
                width=8,
            ),
            lines(
                "Answers with an error of ours",
                "Share of the answers whose status was 500 or more.",
                "percentunit",
                Query(f"{failed} or on () vector(0)", "5xx"),
                limits=Limits(0.01, 0.05),
                width=8,
            ),
        ],
    )


def processes() -> Row:
    """What they need of their machines."""
    connections = f"sum by (job, instance, state) (callscribe_database_connections{{{_INSTANCE}}})"
    most = f"max(callscribe_database_connections_limit{{{_INSTANCE}}})"
    free = f"callscribe_disk_free_bytes{{{_INSTANCE}}}"
    process = "{{job}} {{instance}}"
    return Row(
        "Processes",
        [
            lines(
                "CPU",
                "Of each process; 100 % is one core. The decoding of recordings is a child and does not count.",
                "percentunit",
                Query(rate("process_cpu_seconds_total", "job, instance", _OURS), process),
            ),
            lines(
                "Memory",
                "Resident memory of each process, its models included.",
                "bytes",
                Query(f"sum by (job, instance) (process_resident_memory_bytes{{{_OURS}}})", process),
            ),
            lines(
                "Database connections",
                "Of each process, and how many one may have. At the limit, work waits for a connection.",
                "short",
                Query(connections, "{{job}} {{instance}} {{state}}"),
                Query(most, "limit"),
            ),
            lines(
                "Disk free",
                "Share that is free of the disk on which a folder of the API lies. With S3 there is no media.",
                "percentunit",
                Query(f"min by (folder) ({free} / callscribe_disk_size_bytes)", "{{folder}}"),
                limits=Limits(0.2, 0.1, below=True),
                most=1,
                width=6,
            ),
            lines(
                "Room on the disk",
                "The same in bytes.",
                "bytes",
                Query(f"min by (folder) ({free})", "{{folder}}"),
                width=6,
            ),
        ],
    )


def kafka() -> Row:
    """What is still to be told of."""
    size, lag = (f"max(callscribe_outbox_{name}) or vector(0)" for name in ("size", "lag_seconds"))
    return Row(
        "Kafka",
        [
            lines(
                "Outbox",
                "What is still to be announced on Kafka. 0 without Kafka.",
                "short",
                Query(size, "waiting"),
            ),
            lines(
                "Outbox lag",
                "How long the oldest announcement has waited. It grows while Kafka or the relay is down.",
                "s",
                Query(lag, "oldest"),
                limits=Limits(60, 300),
            ),
        ],
        folded=True,
    )
