"""What an ASR worker lacks."""

from callscribe.asr import catalog
from callscribe.errors import ConfigError
from callscribe.models import Notice
from callscribe.settings import Settings

_AUTO = "auto"
#: What a model is for: a language with a name for people, or all others, and telling them apart.
_USES = {"": "", "ru": "Russian", "en": "English"}


def lacks(settings: Settings) -> tuple[Notice, ...]:
    """Each speech model that some language needs, as long as it is not on this machine."""
    device = catalog.device_for(settings.asr_device)
    set_for = {"ru": settings.asr_model_ru, "en": settings.asr_model_en}
    names = {use: catalog.chosen(settings.asr_model, set_for.get(use), device, use) for use in _USES}
    notices: list[Notice] = []
    for name in dict.fromkeys(names.values()):
        uses = [use for use in _USES if names[use] == name]
        asked = {set_for.get(use) or settings.asr_model for use in uses}
        try:
            catalog.engine_of(name)
            if catalog.local_folder(name, settings.models) is None:
                notices.append(
                    _missing(name, uses, names, settings) if asked == {_AUTO} else _fails(name, uses, settings)
                )
        except ConfigError as exc:
            notices.append(Notice("model-missing", str(exc)))
    return tuple(notices)


def _fails(name: str, uses: list[str], settings: Settings) -> Notice:
    first = "The first call" if "" in uses else f"The first call in {' or '.join(_USES[use] for use in uses)}"
    return Notice(
        "model-missing",
        f"The speech model `{name}` is not on this machine. {first} fetches it; without internet it fails: "
        f"{_advice(name, settings)}",
    )


def _missing(name: str, uses: list[str], names: dict[str, str], settings: Settings) -> Notice:
    """What `auto` does without the model."""
    russian, others = (_is_here(names[use], settings) for use in ("ru", ""))
    if "" not in uses:
        poor = f"`{names['']}` reads it, with more mistakes" if others else "it cannot be read at all"
        told = f"The first call in Russian fetches it; without internet {poor}"
    else:
        poor = "only where that is set as the call's language" if russian else "not at all"
        told = f"The first call fetches it; without internet English is read with many mistakes, and Russian {poor}"
    return Notice(
        "model-fallback", f"The speech model `{name}` is not on this machine. {told}: {_advice(name, settings)}"
    )


def _is_here(name: str, settings: Settings) -> bool:
    try:
        return catalog.local_folder(name, settings.models) is not None
    except ConfigError:
        return False


def _advice(name: str, settings: Settings) -> str:
    return f"run `callscribe models pull {name}` while online, or copy the model's folder to {settings.models / name}."
