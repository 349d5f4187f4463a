"""Which speech models can be had by name, which one suits this machine, and how one gets here."""

import logging
from dataclasses import dataclass
from pathlib import Path

import ctranslate2
import huggingface_hub

from callscribe.errors import ConfigError, ModelMissing

log = logging.getLogger(__name__)

_FILES = ["config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*"]
_WEIGHTS = "model.bin"


@dataclass(frozen=True, slots=True)
class Model:
    """A model that can be chosen by name."""

    name: str
    #: Where it is on the Hugging Face hub.
    repository: str
    #: Download in MB.
    size_mb: int
    languages: str
    #: When to choose it.
    advice: str


MODELS = {
    model.name: model
    for model in (
        Model("tiny", "Systran/faster-whisper-tiny", 78, "99", "to try things out"),
        Model("base", "Systran/faster-whisper-base", 148, "99", "a very small machine"),
        Model("small", "Systran/faster-whisper-small", 486, "99", "a CPU; what `auto` takes there"),
        Model("medium", "Systran/faster-whisper-medium", 1530, "99", "a CPU, if time does not matter"),
        Model(
            "large-v3-turbo",
            "mobiuslabsgmbh/faster-whisper-large-v3-turbo",
            1620,
            "99",
            "a GPU, or many cores; what `auto` takes on a GPU",
        ),
        Model("large-v3", "Systran/faster-whisper-large-v3", 3090, "99", "a GPU, the fewest mistakes"),
    )
}


def device_for(asked: str) -> str:
    """`cpu` or `cuda`, as asked for or as there is."""
    if asked != "auto":
        return asked
    return "cuda" if ctranslate2.get_cuda_device_count() > 0 else "cpu"


def suited_to(device: str) -> str:
    """The name of the model that `auto` stands for."""
    return "large-v3-turbo" if device == "cuda" else "small"


def local_folder(name: str, models: Path) -> Path | None:
    """Where the model lies on this machine: a folder given as such, or a pulled one below `models`; None if nowhere."""
    if _is_path(name):
        folder = Path(name).expanduser()
        if not (folder / _WEIGHTS).is_file():
            raise ConfigError(f"There is no speech model in {folder}: CALLSCRIBE_ASR_MODEL must name its folder.")
        return folder
    folder = models / _entry(name).name
    return folder if (folder / _WEIGHTS).is_file() else None


def pull(name: str, models: Path) -> Path:
    """Download a model, or finish a download that was cut off. Raises `ModelMissing` when the hub does not answer."""
    folder = models / _entry(name).name
    partial = models / f".{folder.name}.partial"
    try:
        partial.mkdir(parents=True, exist_ok=True)
        huggingface_hub.snapshot_download(_entry(name).repository, local_dir=partial, allow_patterns=_FILES)
        partial.replace(folder)
    except Exception as exc:  # the hub's client, and with it its errors, differ between versions
        if not (folder / _WEIGHTS).is_file():  # another process may have been faster
            raise ModelMissing(
                f"The speech model `{name}` could not be downloaded. Run `callscribe models pull {name}` when this "
                f"machine is online, or copy the model's folder to {folder}."
            ) from exc
    log.info("speech model %s is in %s", name, folder)
    return folder


def _entry(name: str) -> Model:
    if name not in MODELS:
        raise ConfigError(f"There is no speech model called `{name}`; choose one of {', '.join(MODELS)}, or a folder.")
    return MODELS[name]


def _is_path(name: str) -> bool:
    return "/" in name or name.startswith((".", "~"))
