"""What the commands share."""

import logging

from rich.console import Console

from callscribe.settings import Settings

#: For notes, progress and errors: standard output is for results.
ERRORS = Console(stderr=True, highlight=False, soft_wrap=True)


def read_settings(*, quiet: bool = False) -> Settings:
    """The settings, and the log set up as they say; `quiet`: only errors are logged unless something else is set."""
    settings = Settings()
    level = "ERROR" if quiet and settings.log_level == "INFO" else settings.log_level
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    for library in ("httpx", "httpx2", "faster_whisper", "alembic"):
        logging.getLogger(library).setLevel(logging.WARNING)
    return settings
