"""The system dashboard: whether calls get through, and where they wait if they do not."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from tools.dashboards.expressions import greatest, or_none, per_hour, quantile, total
from tools.dashboards.frame import SYSTEM, Row, Variable, dashboard
from tools.dashboards.machines import api, kafka, processes
from tools.dashboards.panels import Limits, Query, bars, lines, listing, number

_STAGE = 'stage=~"$stage"'
_HOUR = "suffix: /h"
_VARIABLES = (
    Variable("stage", "Stage", "callscribe_queue_size", "stage"),
    Variable("instance", "Process", "callscribe_database_connections_limit", "instance"),
)


def _now() -> Row:
    letters = f"sum by (kind) ({greatest('callscribe_dead_letters', 'kind, error')})"
    alerts = 'sum by (alertname, severity) (ALERTS{alertstate="firing"})'
    return Row(
        "Now",
        [
            listing(
                "Alerts that fire",
                "What each one means and what to do: docs/operations.md, Alerts. `none`: all is well.",
                "short",
                Query(or_none(alerts, "alertname"), "{{alertname}}"),
            ),
            number(
                "Workers by role",
                "Living processes, of all hosts. Where there is none, nobody does that work.",
                "short",
                Query(greatest("callscribe_workers", "role"), "{{role}}"),
                limits=Limits(1, 1, below=True),
            ),
            number(
                "Dead letters",
                "Jobs that failed for good, and messages that nobody understands: `callscribe dead-letters list`.",
                "short",
                Query(letters, "{{kind}}"),
                limits=Limits(1, 100),
            ),
        ],
    )


def _calls() -> Row:
    halves = [
        Query(f"{quantile(share, 'callscribe_turnaround_seconds')} or on () vector(0)", name)
        for share, name in ((0.5, "p50"), (0.95, "p95"))
    ]
    return Row(
        "Calls",
        [
            lines(
                "Calls by outcome",
                "Calls whose work ended, at the pace of the moment.",
                _HOUR,
                Query(per_hour("callscribe_files_processed_total", "status"), "{{status}}"),
                width=8,
                stacked=True,
            ),
            bars(
                "Calls in this time",
                "Calls whose work ended in the time that is shown.",
                "short",
                Query(total("callscribe_files_processed_total", "status"), "{{status}}"),
                width=8,
            ),
            lines(
                "Turnaround",
                "From the upload of a call until it is done. In quiet times: of all calls since the workers started.",
                "s",
                *halves,
                width=8,
            ),
        ],
    )


def _work() -> Row:
    return Row(
        "Work",
        [
            lines(
                "Queue",
                "Jobs that wait for a worker. If transcribe grows for long, add ASR workers.",
                "short",
                Query(greatest("callscribe_queue_size", "stage", _STAGE), "{{stage}}"),
                stacked=True,
                width=8,
            ),
            lines(
                "Oldest job",
                "How long the job that waits longest could have been worked on; 0: nothing waits.",
                "s",
                Query(greatest("callscribe_oldest_job_age_seconds", "stage", _STAGE), "{{stage}}"),
                limits=Limits(1800, 3600),
                width=8,
            ),
            lines(
                "Jobs running",
                "Jobs that are worked on. Those of a worker that died count until its silence is noticed.",
                "short",
                Query(greatest("callscribe_jobs_running", "stage", _STAGE), "{{stage}}"),
                stacked=True,
                width=8,
            ),
            *(
                lines(
                    f"Time that a stage takes, {name}",
                    "Of finished jobs. In quiet times: of all since the workers started.",
                    "s",
                    Query(
                        or_none(quantile(share, "callscribe_processing_duration_seconds", "stage", _STAGE), "stage"),
                        "{{stage}}",
                    ),
                )
                for share, name in ((0.5, "p50"), (0.95, "p95"))
            ),
        ],
    )


def _troubles() -> Row:
    lacking = f"{greatest('callscribe_workers_lacking', 'role, lack')} > 0"
    letters = greatest("callscribe_dead_letters", "kind, error")
    return Row(
        "Troubles",
        [
            lines(
                "Errors by stage and error",
                "Attempts that failed, and LLMs that did not answer. `bad-media` is a file that cannot be read.",
                _HOUR,
                Query(per_hour("callscribe_errors_total", "stage, error", _STAGE), "{{stage}}: {{error}}"),
            ),
            lines(
                "Retries",
                "Jobs that were made ready for another attempt.",
                _HOUR,
                Query(per_hour("callscribe_job_retries_total", "stage", _STAGE), "{{stage}}"),
            ),
            lines(
                "Dead letters by error",
                "They stay until they are replayed or dropped: docs/operations.md, Dead letters.",
                "short",
                Query(letters, "{{kind}}: {{error}}"),
                stacked=True,
            ),
            lines(
                "Workers that lack something",
                "Living workers without their model or LLM. `none`: nothing lacks.",
                "short",
                Query(or_none(lacking, "lack"), "{{role}} {{lack}}"),
            ),
        ],
    )


def system() -> Dashboard:
    """Its panels, from what is wrong now to what may be wrong next."""
    about = "Whether calls get through, and where they wait if not. What to do: docs/operations.md."
    rows = (_now(), _calls(), _work(), _troubles(), api(), processes(), kafka())
    return dashboard(SYSTEM, about, _VARIABLES, rows)
