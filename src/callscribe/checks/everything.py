"""All parts, as `callscribe doctor` looks at them: from outside, on one machine."""

from functools import partial

from callscribe.checks import machine, models, running, services
from callscribe.checks.found import Check, Found
from callscribe.settings import Settings


def found(settings: Settings) -> list[Found]:
    """What is found on this machine; a part that does not answer costs ten seconds at most."""
    checks: dict[str, Check] = {
        "data folder": partial(machine.data_folder, settings),
        "ports": partial(machine.ports, settings),
        "disk": partial(machine.disk, settings),
        **services.doctors(settings),
        models.SPEECH: models.speech_models(settings),
        models.SPEAKERS: models.speaker_model(settings),
        models.LLM: models.llm(settings),
    }
    return [Found("settings", "ok", "They can be read."), *running.look(checks)]
