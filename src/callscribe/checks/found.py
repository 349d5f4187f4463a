"""What a check finds."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "warning", "missing"]


@dataclass(frozen=True, slots=True)
class Found:
    """The state of a part of the service."""

    #: Its name, for people and programs, as `media store`.
    part: str
    #: `warning`: work goes on, but worse or later; `missing`: it does not.
    state: State
    #: What it is, or what to do; never a secret.
    message: str


#: Looks at one part, or several that depend on each other. An error of ours means that the part is missing.
Check = Callable[[], Sequence[Found]]


def absent(part: str, extra: str, whose: str) -> Check:
    """For a part that is not installed, which is a fact and no failure; `whose`: what machine would need it."""
    sentence = f"It is not installed here; only a machine that {whose} needs `pip install 'callscribe[{extra}]'`."
    return lambda: (Found(part, "ok", sentence),)
