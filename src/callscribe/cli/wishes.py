"""What may be wanted of a call beside its language, as options of commands."""

from collections.abc import Sequence
from typing import Annotated

import typer

Vocabulary = Annotated[
    list[str] | None, typer.Option(metavar="TERMS", help="Names and terms that may be said, separated by commas.")
]
Speakers = Annotated[int | None, typer.Option(min=1, max=20, help="How many speak; left out: as many as are found.")]
ChannelNames = Annotated[
    list[str] | None,
    typer.Option(metavar="LEFT,RIGHT", help="Who is on the channels of stereo calls, as agent,customer."),
]


def apart(given: Sequence[str] | None) -> tuple[str, ...]:
    """The names in an option that may be repeated, or hold several between commas."""
    return tuple(name.strip() for text in given or () for name in text.split(",") if name.strip())
