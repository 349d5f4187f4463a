"""`callscribe ui` in a process of its own."""

import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import httpx

from tests.service import environment, free_port

_PATIENCE_S = 120


class WebPage:
    """`with WebPage(folder, api_url) as page:`; further keyword arguments are settings."""

    def __init__(self, folder: Path, api_url: str, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.log = folder / "ui.log"
        self.environment = environment(folder, UI_PORT=str(self.port), API_URL=api_url, **settings)

    def __enter__(self) -> Self:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "callscribe", "ui"], env=self.environment, stdout=output, stderr=output
            )
        deadline = time.monotonic() + _PATIENCE_S
        while not self._is_ready():
            assert self.process.poll() is None and time.monotonic() < deadline, self.log.read_text()
            time.sleep(0.1)
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGTERM)

    def stop(self, number: signal.Signals) -> int:
        """The exit code."""
        self.process.send_signal(number)
        return self.process.wait(60)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"{self.url}/_stcore/health", trust_env=False).is_success
        except httpx.TransportError:
            return False
