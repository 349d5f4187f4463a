"""What the whole service has to do, for its metrics: one query, over indexes that hold only what is unfinished."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

# Each part names itself; `a` and `b` are its labels. Conditions are as the partial indexes have them: however many
# jobs are done, none of them is read.
_PARTS = """
SELECT 'waiting' AS part, stage AS a, NULL AS b, count(*) AS number,
       coalesce(extract(epoch FROM now() - min(run_at) FILTER (WHERE run_at <= now())), 0)::float8 AS seconds
  FROM jobs WHERE status = 'ready' GROUP BY stage
UNION ALL
SELECT 'running', stage, NULL, count(*), 0 FROM jobs WHERE status = 'running' GROUP BY stage
UNION ALL
SELECT 'dead', 'job', coalesce(calls.error_code, 'internal'), count(*), 0
  FROM jobs JOIN calls ON calls.id = jobs.call_id WHERE jobs.status = 'failed' GROUP BY 3
UNION ALL
SELECT 'dead', 'message', 'rejected', count(*), 0 FROM rejected_messages
UNION ALL
SELECT 'workers', role, NULL, count(*), 0 FROM workers
 WHERE seen_at >= now() - make_interval(secs => :silence) GROUP BY role
UNION ALL
SELECT 'lacking', role, notice ->> 'code', count(DISTINCT name), 0
  FROM workers CROSS JOIN LATERAL jsonb_array_elements(notices) AS notice
 WHERE seen_at >= now() - make_interval(secs => :silence) GROUP BY role, notice ->> 'code'
"""
# Only where a relay empties it: otherwise nothing is ever announced.
_OUTBOX = """
UNION ALL
SELECT 'outbox', NULL, NULL, count(*), coalesce(extract(epoch FROM now() - min(since)), 0)::float8
  FROM (SELECT run_at AS since FROM jobs
         WHERE announced_at IS NULL AND status = 'ready' AND run_at <= now()
        UNION ALL
        SELECT finished_at FROM jobs WHERE announced_at IS NULL AND status = 'failed'
        UNION ALL
        SELECT finished_at FROM calls WHERE announced_at IS NULL AND finished_at IS NOT NULL) AS unannounced
"""
_QUERY, _QUERY_WITH_OUTBOX = text(_PARTS), text(_PARTS + _OUTBOX)


@dataclass(frozen=True, slots=True)
class Figures:
    """Numbers by stage, by role, or by what is wrong; what is not there is nothing."""

    waiting: Mapping[str, int] = field(default_factory=dict)
    #: How many seconds the job that waits longest could have been worked on.
    oldest: Mapping[str, float] = field(default_factory=dict)
    running: Mapping[str, int] = field(default_factory=dict)
    #: By kind (`job`, `message`) and the code of the error.
    dead: Mapping[tuple[str, str], int] = field(default_factory=dict)
    #: Living ones.
    workers: Mapping[str, int] = field(default_factory=dict)
    #: Living ones that lack something, by role and the code of what it is.
    lacking: Mapping[tuple[str, str], int] = field(default_factory=dict)
    #: Announcements that wait, and how many seconds the oldest does; None without Kafka.
    outbox: tuple[int, float] | None = None


def figures(session: Session, *, silence: float, with_outbox: bool) -> Figures:
    """The numbers of this moment; a worker that was silent for more than `silence` seconds is dead."""
    rows = session.execute(_QUERY_WITH_OUTBOX if with_outbox else _QUERY, {"silence": silence}).all()

    def of(part: str) -> list[Any]:
        return [row for row in rows if row.part == part]

    return Figures(
        waiting={row.a: row.number for row in of("waiting")},
        oldest={row.a: row.seconds for row in of("waiting")},
        running={row.a: row.number for row in of("running")},
        dead={(row.a, row.b): row.number for row in of("dead")},
        workers={row.a: row.number for row in of("workers")},
        lacking={(row.a, row.b): row.number for row in of("lacking")},
        outbox=next(((row.number, row.seconds) for row in of("outbox")), None),
    )
