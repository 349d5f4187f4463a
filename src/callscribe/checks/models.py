"""The models that listen and write. To make a check loads what it needs, which may take long; to run it does not."""

from callscribe.checks.found import Check, Found, absent
from callscribe.settings import Settings

SPEECH, SPEAKERS, LLM = "speech models", "speaker model", "LLM"
_AUTO, _WESPEAKER, _BUILTIN, _NONE = "auto", "wespeaker", "builtin", "none"


def speech_models(settings: Settings) -> Check:
    """Whether the models that are set exist, and are on this machine. Running it may raise `ConfigError`."""
    try:
        from callscribe.asr import catalog
        from callscribe.asr.readiness import lacks
    except ImportError:
        return absent(SPEECH, "asr", "transcribes")

    def look() -> list[Found]:
        for name in (settings.asr_model, settings.asr_model_ru, settings.asr_model_en):
            if name not in (None, _AUTO):
                catalog.engine_of(name)
        found = [Found(SPEECH, "warning", notice.message) for notice in lacks(settings)]
        return found or [Found(SPEECH, "ok", "All that are set are on this machine.")]

    return look


def speaker_model(settings: Settings) -> Check:
    """What tells voices apart. Running it may raise `ConfigError` and `ModelMissing` for a folder that is set."""
    try:
        from callscribe.asr import catalog
        from callscribe.speakers.chosen import ConfiguredEmbedder
    except ImportError:
        return absent(SPEAKERS, "asr", "transcribes")
    asked = settings.speaker_model

    def look() -> list[Found]:
        if asked == _NONE:
            return [Found(SPEAKERS, "ok", "Voices are not told apart, as CALLSCRIBE_SPEAKER_MODEL says.")]
        if asked == _BUILTIN:
            return [Found(SPEAKERS, "ok", "Voices are told apart by the built-in way, which is approximate.")]
        if asked not in (_AUTO, _WESPEAKER):
            ConfiguredEmbedder(settings)()
            return [Found(SPEAKERS, "ok", f"It is in {asked}.")]
        if folder := catalog.local_folder(_WESPEAKER, settings.models):
            return [Found(SPEAKERS, "ok", f"It is in {folder}.")]
        poor = "voices are told apart by the built-in way, which is approximate" if asked == _AUTO else "it fails"
        sentence = (
            f"The model `{_WESPEAKER}` is not on this machine. The first call fetches it; without internet {poor}: "
            f"run `callscribe models pull {_WESPEAKER}` while online."
        )
        return [Found(SPEAKERS, "warning", sentence)]

    return look


def llm(settings: Settings) -> Check:
    """Whether the language model answers. Running it takes a few seconds where nothing does."""
    try:
        import callscribe.summary.extractive  # noqa: F401 - the summarizer's libraries are there
        from callscribe.summary.readiness import looking
    except ImportError:
        return absent(LLM, "summary", "summarizes")

    def look() -> list[Found]:
        if not settings.llm_url:
            return [Found(LLM, "ok", "None is set, so summaries consist of sentences of the call.")]
        found = [Found(LLM, "warning", notice.message) for notice in looking(settings)()]
        return found or [Found(LLM, "ok", f"Its server has {settings.llm_model}.")]

    return look
