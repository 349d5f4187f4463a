"""Names for files, made of what people call their calls."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count
from pathlib import PurePath

# Windows has them for itself; a slash leads into another folder.
_FORBIDDEN = re.compile(r'[<>:"/\\|?*]')
# File systems allow 255 bytes; a date, a number and an extension have room beside it.
_LONGEST = 200


def stem(title: str, filename: str) -> str:
    """A name without an extension that every file system takes; without the recording's own if it is the title."""
    name = PurePath(title).stem if title == filename else title
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", " ".join(name.split())))
    name = "".join(char for char in name if char.isprintable())
    name = name.encode(errors="ignore")[:_LONGEST].decode(errors="ignore")
    # Windows drops dots and spaces at the end; at the beginning a dot hides a file.
    return name.strip(". ") or "call"


def dated(called_at: datetime, name: str) -> str:
    """The name with the day (UTC) of the call before it."""
    return f"{called_at.astimezone(UTC):%Y-%m-%d} {name}"


def numbering() -> Callable[[str], str]:
    """What makes each name it is given unlike those before: `name`, `name (2)`, `name (3)`."""
    taken: set[str] = set()
    numbers: dict[str, count[int]] = {}

    def unique(name: str) -> str:
        # Windows and macOS take big and small letters for the same.
        tries = numbers.setdefault(name.casefold(), count(1))
        found = next(made for number in tries if (made := _numbered(name, number)).casefold() not in taken)
        taken.add(found.casefold())
        return found

    return unique


def _numbered(name: str, number: int) -> str:
    return name if number == 1 else f"{name} ({number})"
