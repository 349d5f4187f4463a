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


class Setting(NamedTuple):
    """A setting as a user meets it."""

    #: The environment variable.
    name: str
    #: As it is written in a file of settings; empty if there is none.
    default: str
    meaning: str


def settings() -> list[Setting]:
    """All settings, in the order of `Settings`."""
    prefix = Settings.model_config["env_prefix"]
    return [
        Setting(f"{prefix}{name}".upper(), _written(field.default), field.description or "")
        for name, field in Settings.model_fields.items()
    ]


def env() -> str:
    """A file of settings in which all are commented out."""
    return HEAD + "".join(f"\n# {setting.meaning}\n# {setting.name}={setting.default}\n" for setting in settings())


def markdown() -> str:
    """A table."""
    rows = [f"| `{name}` | {default and f'`{default}`'} | {meaning} |\n" for name, default, meaning in settings()]
    return "".join(["| variable | default | meaning |\n", "|---|---|---|\n", *rows])


#: By the name that the command line takes.
FORMS: dict[str, Callable[[], str]] = {"env": env, "markdown": markdown}


def _written(default: object) -> str:
    if isinstance(default, Path) and default.is_relative_to(Path.home()):
        return f"~/{default.relative_to(Path.home()).as_posix()}"
    return "" if default is None else str(default)


if __name__ == "__main__":
    if sys.argv[1:] not in [[form] for form in FORMS]:
        sys.exit(f"usage: python tools/settings_reference.py {'|'.join(FORMS)}")
    sys.stdout.write(FORMS[sys.argv[1]]())
