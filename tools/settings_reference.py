"""Print all settings, with their defaults and meanings: `python tools/settings_reference.py env|markdown`.

`env` is the file `.env.example`; `markdown` is the table of the README.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from callscribe.settings import Settings

HEAD = """\
# Settings of CallScribe, with their defaults. Copy this file to `.env` in the folder you start from, and take the
# `# ` from the front of what you change. Variables of the environment win over the file.
"""
HEAD_OF_COMPOSE = """
# For Docker Compose alone. Some of the settings above are fixed there: see docs/operations.md.
"""


class Setting(NamedTuple):
    """A setting as a user meets it."""

    #: The environment variable.
    name: str
    #: As it is written in a file of settings; empty if there is none.
    default: str
    meaning: str


#: What docker-compose.yml itself reads.
COMPOSE = [
    Setting("BIND_ADDRESS", "127.0.0.1", "Address of this machine on which ports are open; 0.0.0.0: on all of them."),
    Setting(
        "POSTGRES_PASSWORD",
        "callscribe",
        "Password of the database, of letters and digits; set before the first start.",
    ),
    Setting("GRAFANA_PASSWORD", "callscribe", "Password of Grafana's user admin; set before the first start."),
]


def settings() -> list[Setting]:
    """All settings, in the order of `Settings`."""
    prefix = Settings.model_config["env_prefix"]
    return [
        Setting(f"{prefix}{name}".upper(), _written(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def env() -> str:
    """A file of settings in which all are commented out."""
    return HEAD + _commented_out(settings()) + HEAD_OF_COMPOSE + _commented_out(COMPOSE)


def markdown() -> str:
    """A table."""
    rows = [f"| `{name}` | {default and f'`{default}`'} | {meaning} |\n" for name, default, meaning in settings()]
    return "".join(["| variable | default | meaning |\n", "|---|---|---|\n", *rows])


#: By the name that the command line takes.
FORMS: dict[str, Callable[[], str]] = {"env": env, "markdown": markdown}


def _commented_out(listed: list[Setting]) -> str:
    return "".join(f"\n# {setting.meaning}\n# {setting.name}={setting.default}\n" for setting in listed)


def _written(default: object) -> str:
    if isinstance(default, Path) and default.is_relative_to(Path.home()):
        return f"~/{default.relative_to(Path.home()).as_posix()}"
    return "" if default in (None, ()) else str(default)


if __name__ == "__main__":
    if sys.argv[1:] not in [[form] for form in FORMS]:
        sys.exit(f"usage: python tools/settings_reference.py {'|'.join(FORMS)}")
    sys.stdout.write(FORMS[sys.argv[1]]())
