"""What an LLM worker lacks."""

from collections.abc import Callable

from callscribe.errors import Unavailable
from callscribe.models import Notice
from callscribe.settings import Settings
from callscribe.summary.llm import ModelAbsent, Ollama

_EXTRACTIVE = "summaries consist of sentences of the call"
_NOT_SET = Notice(
    "llm-not-set",
    f"No language model is set, so {_EXTRACTIVE}; to have them written, set CALLSCRIBE_LLM_URL to an Ollama server.",
)


def looking(settings: Settings) -> Callable[[], tuple[Notice, ...]]:
    """Looks for the language model, which takes a few seconds where nothing answers."""
    if not settings.llm_url:
        return lambda: (_NOT_SET,)
    llm = Ollama(settings.llm_url, settings.llm_model, settings.llm_context, settings.llm_timeout_s)

    def look() -> tuple[Notice, ...]:
        try:
            llm.check()
        except Unavailable as exc:
            code = "llm-model-missing" if isinstance(exc, ModelAbsent) else "llm-unreachable"
            return (Notice(code, f"{exc} Until then {_EXTRACTIVE}."),)
        return ()

    return look
