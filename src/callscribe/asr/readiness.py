"""What an ASR worker lacks."""

from callscribe.asr import catalog
from callscribe.errors import ConfigError
from callscribe.models import Notice
from callscribe.settings import Settings


def lacks(settings: Settings) -> tuple[Notice, ...]:
    """The speech model, as long as it is not on this machine."""
    auto = settings.asr_model == "auto"
    name = catalog.suited_to(catalog.device_for(settings.asr_device)) if auto else settings.asr_model
    try:
        if catalog.local_folder(name, settings.models):
            return ()
    except ConfigError as exc:
        return (Notice("model-missing", str(exc)),)
    advice = (
        f"run `callscribe models pull {name}` while online, or copy the model's folder to {settings.models / name}."
    )
    absent = f"The speech model `{name}` is not on this machine. The first call fetches it;"
    if not auto:
        return (Notice("model-missing", f"{absent} without internet it fails: {advice}"),)
    poor = "without internet English is read with many mistakes, and Russian not at all"
    return (Notice("model-fallback", f"{absent} {poor}: {advice}"),)
