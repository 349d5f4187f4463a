"""Cursors: where a page ended, as a text that clients hand back unchanged."""

import base64
import binascii
import json
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from callscribe.errors import BadRequest

Values = TypeVar("Values")

#: The longest cursor there is.
LONGEST = 1000


def encode(*values: Any) -> str:
    """A cursor for these values."""
    plain = TypeAdapter(tuple[Any, ...]).dump_json(values)
    return base64.urlsafe_b64encode(plain).decode().rstrip("=")


def decode(cursor: str, form: TypeAdapter[Values]) -> Values:
    """The values of a cursor. Raises `BadRequest` for one that was not made by `encode` for the same list."""
    try:
        plain = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return form.validate_python(json.loads(plain), strict=False)
    except (binascii.Error, ValueError, ValidationError, RecursionError) as exc:
        raise BadRequest("cursor: take it from `next` of an earlier page of the same list, unchanged.") from exc
