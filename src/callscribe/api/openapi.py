"""Prints the OpenAPI document: `python -m callscribe.api.openapi`."""

import json
import sys

from callscribe.api.app import create_app
from callscribe.settings import Settings


def document() -> str:
    """The document as JSON; it does not depend on this machine's settings."""
    return json.dumps(create_app(Settings.model_construct()).openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
