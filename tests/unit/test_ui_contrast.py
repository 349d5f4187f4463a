"""What is written can be read: contrast as WCAG 2.2 asks for (1.4.3, level AA)."""

import re
from pathlib import Path

import pytest

from callscribe.ui import markup

_STYLE = Path(markup.__file__).with_name("style.css").read_text("utf-8")
COLOURS = {name: pair for name, *pair in re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", _STYLE)}
WRITTEN = ["ink", "muted", "accent", "good", "bad", "warn", "busy", *(f"speaker-{n}" for n in range(1, 9))]
PAIRS = [
    *((words, ground) for words in WRITTEN for ground in ("paper", "panel")),
    ("on-accent", "accent"),
    ("accent", "accent-soft"),
    ("ink", "mark"),
]


def luminance(colour: str) -> float:
    """Relative luminance, as WCAG defines it."""
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_black_on_white_is_the_most() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), PAIRS)
def test_words_stand_out_from_their_ground(words: str, ground: str, scheme: int) -> None:
    assert contrast(COLOURS[words][scheme], COLOURS[ground][scheme]) >= 4.5
