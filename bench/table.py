"""The Markdown table that a measurement ends with."""

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. Without a bound it only explains the others."""

    figure: str
    measured: str
    bound: str = ""
    kept: bool | None = None


def at_most(figure: str, measured: float, bound: float, unit: str = "") -> Row:
    """A figure that must not be larger than its bound."""
    return Row(figure, f"{measured:.2f}{unit}", f"at most {bound:.2f}{unit}", measured <= bound)


def at_least(figure: str, measured: float, bound: float, unit: str = "") -> Row:
    """A figure that must not be smaller than its bound."""
    return Row(figure, f"{measured:.2f}{unit}", f"at least {bound:.2f}{unit}", measured >= bound)


def show(title: str, rows: Sequence[Row]) -> None:
    """Print the table with the day, the machine, and how busy it was."""
    cores = len(os.sched_getaffinity(0))
    print(f"{title} ({date.today()}, {platform.machine()}, {cores} cores, load average {os.getloadavg()[0]:.1f})\n")
    print("| figure | measured | bound | within the bound |\n|---|---|---|---|")
    for row in rows:
        kept = {None: "", True: "yes", False: "**no**"}[row.kept]
        print(f"| {row.figure} | {row.measured} | {row.bound} | {kept} |")
    print(flush=True)
