"""Runs `callscribe worker asr` with a speech engine that only waits, so that everything but the engine is measured.

python -m bench.waiting --seconds 0.8
python -m bench.waiting --rtfx 20
"""

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from unittest.mock import patch

from callscribe import cli, wiring
from callscribe.models import LanguageChoice, Segment, Window, WindowTranscript, Word
from callscribe.ports import Report
from callscribe.sound import Sound

_REPORT_S = 1.0


@dataclass(frozen=True, slots=True)
class WaitingEngine:
    """Hears one line in every window, after `seconds` and as long as an engine `rtfx` times as fast as speech needs."""

    seconds: float
    rtfx: float

    def transcribe(
        self,
        sound: Sound,  # noqa: ARG002
        window: Window,
        language: LanguageChoice,  # noqa: ARG002
        report: Report,
        vocabulary: Sequence[str] = (),  # noqa: ARG002
    ) -> WindowTranscript:
        begun = time.monotonic()
        length = self.seconds + (window.end - window.start) / self.rtfx
        while (left := begun + length - time.monotonic()) > 0:
            report(1 - left / length)
            time.sleep(min(left, _REPORT_S))
        word = Word(window.start, window.end, "hello", 0.9)
        line = Segment(window.start, window.end, "hello", (word,), "en")
        return WindowTranscript((line,), "en", 0.9, "waiting")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.0, help="a window takes at least so long")
    parser.add_argument("--rtfx", type=float, default=float("inf"), help="how many times as fast as speech it is")
    arguments = parser.parse_args()
    engine = WaitingEngine(arguments.seconds, arguments.rtfx)
    # Nor are speakers told apart: all of a window is one word.
    nobody = patch.object(wiring, "embedder", lambda _settings: lambda: None)
    with patch.object(wiring, "transcriber", lambda _settings: engine), nobody:
        cli.app(["worker", "asr"])


if __name__ == "__main__":
    main()
