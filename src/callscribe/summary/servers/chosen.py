"""Which language model is asked, as the settings say."""

from callscribe.ports import ChatModel
from callscribe.settings import Settings
from callscribe.summary.servers.ollama import Ollama
from callscribe.summary.servers.openai import OpenAi


def chat_model(settings: Settings, model: str | None = None) -> ChatModel:
    """The model that is set, or another one of the same server; whoever gets it closes it.

    Only the one that is set is ever pulled: what is asked for with a call must not fill the server's disk.
    """
    name = model or settings.llm_model
    at = settings.llm_url, name, settings.llm_context, settings.llm_timeout_s
    if settings.llm_api == "openai":
        return OpenAi(*at, key=settings.llm_api_key)
    return Ollama(*at, key=settings.llm_api_key, pulls=settings.llm_pull and name == settings.llm_model)
