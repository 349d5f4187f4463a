"""What an LLM worker lacks."""

from collections.abc import Callable

from callscribe.errors import Unavailable
from callscribe.models import Notice
from callscribe.settings import Settings
from callscribe.summary.servers.chosen import chat_model
from callscribe.summary.servers.failures import ModelAbsent

_EXTRACTIVE = "summaries consist of sentences of the call"
_NOT_SET = Notice(
    "llm-not-set",
    f"No language model is set, so {_EXTRACTIVE}; to have them written, set CALLSCRIBE_LLM_URL.",
)


def looking(settings: Settings) -> Callable[[], tuple[Notice, ...]]:
    """Looks for the language model, which takes a few seconds where nothing answers."""
    if not settings.llm_url:
        return lambda: (_NOT_SET,)
    llm = chat_model(settings)

    def look() -> tuple[Notice, ...]:
        try:
            llm.check()
        except ModelAbsent as exc:
            return (Notice("llm-model-missing", str(exc) if exc.is_coming else f"{exc} Until then {_EXTRACTIVE}."),)
        except Unavailable as exc:
            return (Notice("llm-unreachable", f"{exc} Until then {_EXTRACTIVE}."),)
        return ()

    return look
