"""The dashboard of the models: how fast and how sure speech recognition is, and what the LLM does."""

from grafana_foundation_sdk.models.dashboard import Dashboard

from tools.dashboards.expressions import or_none, per_hour, quantile, rate, ratio, total
from tools.dashboards.frame import ML, Row, Variable, dashboard
from tools.dashboards.panels import Limits, Panel, Query, bars, lines, number, spread

_SPEECH = 'model=~"$model", language=~"$language"'
_LLM = 'model=~"$llm"'
_HEARD = "{{model}} {{language}}"
_HOUR = "suffix: /h"
_STATEMENTS = "callscribe_statements_total"
_ASKED = "callscribe_ollama_inference_seconds"
_VARIABLES = (
    Variable("model", "Speech model", "callscribe_audio_seconds_total", "model"),
    Variable("language", "Language", "callscribe_audio_seconds_total", "language"),
    Variable("llm", "LLM", "callscribe_ollama_inference_seconds_count", "model"),
)
_QUIET = "In quiet times: of all since the workers started."


def _speed() -> Row:
    hours = f"({total('callscribe_audio_seconds_total', 'model, language', _SPEECH)}) / 3600"
    factor = "callscribe_realtime_factor"
    return Row(
        "Speech: speed and amount",
        [
            *(
                lines(
                    f"RTFx, {name}",
                    f"Seconds of audio by the seconds that their transcription took; below 1 is too slow. {_QUIET}",
                    "suffix: ×",
                    Query(or_none(quantile(share, factor, "model, language", _SPEECH), "model"), _HEARD),
                    limits=Limits(2, 1, below=True),
                )
                for share, name in ((0.5, "median"), (0.1, "the slowest tenth is below"))
            ),
            bars(
                "Audio in this time",
                "Length of what was transcribed in the time that is shown, by model and language.",
                "h",
                Query(or_none(hours, "model"), _HEARD),
                width=8,
            ),
            lines(
                "Audio",
                "Hours of audio that are transcribed in an hour.",
                "suffix: h/h",
                Query(or_none(rate("callscribe_audio_seconds_total", "model, language", _SPEECH), "model"), _HEARD),
                width=8,
                stacked=True,
            ),
            bars(
                "Languages of calls",
                "Calls that were done in the time that is shown. `unknown`: nobody spoke, or not clearly.",
                "short",
                Query(total("callscribe_files_processed_total", "language", 'status="done"'), "{{language}}"),
                width=8,
            ),
        ],
    )


def _quality() -> Row:
    sure = "callscribe_word_probability"
    buckets = f"sum by (le) (increase({sure}_bucket{{{_SPEECH}}}[$__rate_interval]))"
    return Row(
        "Speech: confidence",
        [
            *(
                lines(
                    f"Confidence, {name}",
                    f"Mean probability of the words of a window, as the speech model says. {_QUIET}",
                    "percentunit",
                    Query(or_none(quantile(share, sure, "model, language", _SPEECH), "model"), _HEARD),
                    limits=Limits(0.7, 0.5, below=True),
                    most=1,
                    width=6,
                )
                for share, name in ((0.5, "median"), (0.1, "the worst tenth is below"))
            ),
            spread(
                "Confidence of windows",
                "How many windows had which mean probability of their words.",
                "percentunit",
                Query(or_none(buckets, "le", name="1.0"), "{{le}}"),
                width=6,
            ),
            lines(
                "Texts left out",
                "What a speech model wrote and nobody said, by the reason; to be seen at /results/{task_id}/dropped.",
                _HOUR,
                Query(or_none(per_hour("callscribe_dropped_texts_total", "reason"), "reason"), "{{reason}}"),
                width=6,
                stacked=True,
            ),
        ],
    )


def _summaries() -> Row:
    grounded = ratio(f'{_STATEMENTS}{{outcome="kept", {_LLM}}}', f"{_STATEMENTS}{{{_LLM}}}", "model")
    return Row(
        "Summaries",
        [
            lines(
                "Summaries by what wrote them",
                "`stopgap`: extractive because the LLM did not answer; it is written anew later.",
                _HOUR,
                Query(per_hour("callscribe_summaries_total", "engine"), "{{engine}}"),
                width=8,
                stacked=True,
            ),
            number(
                "Summaries in this time",
                "By what wrote them, in the time that is shown.",
                "short",
                Query(total("callscribe_summaries_total", "engine"), "{{engine}}"),
                width=8,
            ),
            lines(
                "Grounding rate",
                f"Share of the LLM's statements that the call bears out; the others are left out. {_QUIET} "
                "`none`: the LLM has not stated anything.",
                "percentunit",
                Query(or_none(grounded, "model", 1), "{{model}}"),
                limits=Limits(0.8, 0.6, below=True),
                most=1,
                width=8,
            ),
        ],
    )


def _llm() -> Row:
    tokens = "callscribe_llm_tokens_total"
    speed = _speed_of_writing(tokens)
    return Row(
        "LLM",
        [
            *(
                lines(
                    f"Time of an answer, {name}",
                    f"Time that a question to the LLM takes, by what it is asked for. {_QUIET}",
                    "s",
                    Query(
                        or_none(quantile(share, _ASKED, "model, operation", _LLM), "model"), "{{model}} {{operation}}"
                    ),
                )
                for share, name in ((0.5, "p50"), (0.95, "p95"))
            ),
            lines(
                "Tokens",
                "Tokens that the LLM reads (in) and writes (out) in a second, of all workers.",
                "suffix: /s",
                Query(or_none(rate(tokens, "model, direction", _LLM), "model"), "{{model}} {{direction}}"),
                width=6,
            ),
            speed,
            lines(
                "LLM failures",
                "Why summaries could not be written as wanted, by error.",
                _HOUR,
                Query(or_none(per_hour("callscribe_errors_total", "error", 'stage="summarize"'), "error"), "{{error}}"),
                width=6,
            ),
            number(
                "Models that are set",
                "Running workers by role and the model that is set for them.",
                "short",
                Query("sum by (role, model) (callscribe_worker_up)", "{{role}} {{model}}"),
            ),
        ],
    )


def _speed_of_writing(tokens: str) -> Panel:
    speed = ratio(f'{tokens}{{direction="out", {_LLM}}}', f"{_ASKED}_sum{{{_LLM}}}", "model")
    return lines(
        "Speed of the LLM",
        f"Tokens that it writes in a second of its work, the time in which it reads included. {_QUIET}",
        "suffix: /s",
        Query(or_none(speed, "model"), "{{model}}"),
        width=6,
    )


def ml_metrics() -> Dashboard:
    """Its panels, in the order of a call's way."""
    about = "How fast and how sure speech recognition is, and what the LLM does. What to do: docs/operations.md."
    return dashboard(ML, about, _VARIABLES, (_speed(), _quality(), _summaries(), _llm()))
