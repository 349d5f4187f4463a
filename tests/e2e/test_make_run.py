"""`make run`, as a user starts it on a terminal and stops it with Ctrl-C."""

import os
import signal
import stat
import subprocess
from pathlib import Path

import httpx

from tests.log_lines import crashes
from tests.service import ROOT, Service, free_port


def test_ctrl_c_stops_everything_in_order(tmp_path: Path) -> None:
    page = free_port()
    service = Service(tmp_path / "data", UI_PORT=str(page))
    output = tmp_path / "output"
    with output.open("wb") as file:
        # Ctrl-C reaches the whole foreground group of the terminal: make as well as what it started.
        service.process = subprocess.Popen(
            ["make", "--no-print-directory", "run"],
            cwd=ROOT,
            env=service.environment,
            stdout=file,
            stderr=file,
            start_new_session=True,
        )
    service.log.touch()
    service.until(lambda: "Ctrl-C stops it" in output.read_text(), "the last word that it is ready")
    assert f"http://127.0.0.1:{service.port}/docs" in output.read_text()
    assert f"http://127.0.0.1:{page}" in output.read_text()
    through_the_page = httpx.get(f"http://127.0.0.1:{page}/api/v1/tasks", trust_env=False)
    assert through_the_page.json() == {"tasks": [], "total": 0, "next": None}
    assert stat.S_IMODE(service.data.stat().st_mode) == 0o700  # calls are nobody else's business
    os.killpg(service.process.pid, signal.SIGINT)
    service.process.wait(60)
    service.client.close()
    assert "CallScribe has stopped." in output.read_text()
    assert crashes(output.read_text()) == []
    assert not (service.data / "postgres" / "data" / "postmaster.pid").exists()  # an orderly end of the database
