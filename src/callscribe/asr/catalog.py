"""Which model suits this machine and a language, where it lies, and how it gets here."""

import json
import logging
from pathlib import Path

import ctranslate2

from callscribe.asr.published import MODELS, SPEAKERS, WEIGHTS, Engine, Model
from callscribe.asr.pull import Report, alone, fetch, silent
from callscribe.errors import ConfigError, ModelMissing

log = logging.getLogger(__name__)

_AUTO = "auto"
#: Fetched too where a Whisper model has them.
_OPTIONAL = ("preprocessor_config.json",)
#: onnx-asr's names of the models that are known by their files alone; all of them say `gigaam` in config.json.
_BY_FILES = {
    "v?_e2e_rnnt_encoder*.onnx": "gigaam-v3-e2e-rnnt",
    "v?_e2e_ctc*.onnx": "gigaam-v3-e2e-ctc",
    "v?_rnnt_encoder*.onnx": "gigaam-v3-rnnt",
    "v?_ctc*.onnx": "gigaam-v3-ctc",
}
_RUSSIAN = ("gigaam-v", "nemo-fastconformer-ru")


def device_for(asked: str) -> str:
    """`cpu` or `cuda`, as asked for or as there is."""
    if asked != _AUTO:
        return asked
    return "cuda" if ctranslate2.get_cuda_device_count() > 0 else "cpu"


def suited_to(device: str, language: str = "") -> str:
    """The name of the model that `auto` stands for; no language: what tells them apart, and reads all others."""
    if device == "cuda":
        return "large-v3-turbo"
    return "gigaam-v3-e2e-rnnt" if language == "ru" else "small"


def automatic(device: str) -> tuple[str, ...]:
    """The names of all models that `auto` stands for, with the one that tells voices apart."""
    return (*dict.fromkeys(suited_to(device, language) for language in ("ru", "")), SPEAKERS)


def chosen(settings_model: str, override: str | None, device: str, language: str) -> str:
    """The model for a language (ISO 639-1, or none: as `suited_to`), where `override` is what is set for it alone."""
    asked = override or settings_model
    return suited_to(device, language) if asked == _AUTO else asked


def engine_of(name: str) -> Engine:
    """What runs a speech model. Raises `ConfigError` for a name or a folder that stands for none."""
    if _is_path(name):
        return kind_of(Path(name).expanduser())
    if name == SPEAKERS:
        raise ConfigError(
            f"The model `{name}` tells voices apart and hears no words; choose one of {_speech_models()}."
        )
    return _entry(name).engine


def main_language(name: str) -> str:
    """What a model of onnx-asr, by name or folder, reads when nothing tells languages apart (ISO 639-1)."""
    model = onnx_model(name, Path(name).expanduser())
    return "ru" if model.startswith(_RUSSIAN) else "en"


def kind_of(folder: Path) -> Engine:
    """What runs the model in this folder, by its files. Raises `ConfigError` where there is none."""
    if (folder / WEIGHTS).is_file():
        return "whisper"
    if any(folder.glob("*.onnx")):
        return "onnx"
    raise ConfigError(
        f"There is no speech model in {folder}: name a folder with {WEIGHTS} (Whisper), or with .onnx files, "
        "config.json and a vocabulary (GigaAM, Parakeet)."
    )


def onnx_model(name: str, folder: Path) -> str:
    """onnx-asr's name, or type (`model_type` in config.json), of a model. Raises `ConfigError` if nothing tells it."""
    if not _is_path(name):
        return _entry(name).name
    for files, model in _BY_FILES.items():
        if any(folder.glob(files)):
            return model
    config = folder / "config.json"
    try:
        return str(json.loads(config.read_text(encoding="utf-8"))["model_type"])
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise ConfigError(
            f"What model is in {folder} cannot be told: {config.name} there must hold its model_type, such as "
            "nemo-conformer-tdt."
        ) from exc


def local_folder(name: str, models: Path) -> Path | None:
    """Where the model lies on this machine: a folder given as such, or a pulled one below `models`; None if nowhere."""
    if _is_path(name):
        folder = Path(name).expanduser()
        kind_of(folder)
        return folder
    folder = models / _entry(name).name
    return folder if _is_in(folder, _entry(name)) else None


def pull(name: str, models: Path, report: Report = silent) -> Path:
    """Download a model, or finish a download that was cut off. Raises `ModelMissing` when it cannot be had."""
    model = _entry(name)
    folder = models / model.name
    try:
        with alone(folder):
            if not _is_in(folder, model):
                if folder.exists() and any(folder.iterdir()):
                    raise ModelMissing(f"{folder} is there without the model's files; delete it, then pull again.")
                fetch(model.repository, model.files, folder, report, optional=_OPTIONAL)
    except ModelMissing:
        raise
    except Exception as exc:  # the hub's client, and with it its errors, differ between versions
        raise ModelMissing(_advice(model, folder, exc)) from exc
    log.info("the model %s (licence %s) is in %s", name, model.licence, folder)
    return folder


def _advice(model: Model, folder: Path, exc: Exception) -> str:
    if isinstance(exc, OSError) and exc.strerror:  # of the disk: the network's have none
        return (
            f"The model `{model.name}` cannot be written to {folder} ({exc.strerror}); make room for {model.size_mb} "
            "MB there, or set CALLSCRIBE_MODELS_DIR to another folder."
        )
    return (
        f"The model `{model.name}` could not be downloaded. Run `callscribe models pull {model.name}` when this "
        f"machine is online, or copy the model's folder to {folder}."
    )


def _is_in(folder: Path, model: Model) -> bool:
    if model.engine == "whisper":
        return (folder / WEIGHTS).is_file()
    # Weights of 8 bits have their data in the same file.
    small = [name.replace(".onnx", ".int8.onnx") for name in model.files if not name.endswith(".data")]
    return any(all((folder / name).is_file() for name in files) for files in (model.files, small))


def _entry(name: str) -> Model:
    if name not in MODELS:
        raise ConfigError(f"There is no speech model called `{name}`; choose one of {_speech_models()}, or a folder.")
    return MODELS[name]


def _speech_models() -> str:
    return ", ".join(name for name in MODELS if name != SPEAKERS)


def _is_path(name: str) -> bool:
    return "/" in name or name.startswith((".", "~"))
