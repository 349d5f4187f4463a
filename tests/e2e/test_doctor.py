"""`callscribe doctor` and readiness, against a service that runs, one that is damaged, and none."""

import json
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.service import Service, environment

NOBODY = "postgresql://nobody@127.0.0.1:9/nothing"


def doctor(variables: dict[str, str]) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and what is told of each part."""
    command = [sys.executable, "-m", "callscribe", "doctor", "--json"]
    done = subprocess.run(command, env=variables, check=False, capture_output=True, encoding="utf-8", timeout=300)
    assert done.stderr == ""
    return done.returncode, {row["part"]: row for row in json.loads(done.stdout)["parts"]}


def test_a_service_that_runs(service: Service) -> None:
    service.until(lambda: "speech models of workers" in service.client.get("/health/ready").text, "the ASR worker")
    before = service.media()
    code, told = doctor(service.environment)
    assert code == 0, told
    assert {row["state"] for row in told.values()} <= {"ok", "warning"}
    assert "CallScribe answers" in told["API port"]["message"]
    assert told["ASR workers"]["message"] == "1 lives."
    assert service.media() == before


def test_nothing_that_runs(tmp_path: Path) -> None:
    code, told = doctor(environment(tmp_path / "data", PORT="0"))
    assert (code, told["database"]["state"]) == (0, "warning")
    assert "start it with `callscribe up`" in told["database"]["message"]
    assert not (tmp_path / "data").exists()


def test_a_database_that_is_set_and_not_there(tmp_path: Path) -> None:
    code, told = doctor(environment(tmp_path / "data", PORT="0", DATABASE_URL=NOBODY))
    assert (code, told["database"]["state"]) == (1, "missing")
    assert told["database"]["message"] == "The database does not answer; try again in a moment."


def test_what_is_broken_is_named_until_it_is_mended(tmp_path: Path) -> None:
    with Service(tmp_path / "data") as service:
        media = service.data / "media"
        media.rename(service.data / "elsewhere")
        media.touch()  # unwritable, for root too
        response = service.client.get("/health/ready")
        assert response.status_code == 503
        assert response.json()["detail"].startswith("Media store: ")
        code, told = doctor(service.environment)
        assert (code, told["media store"]["state"]) == (1, "missing")
        media.unlink()
        (service.data / "elsewhere").rename(media)
        service.until(service.is_ready, "the media store to be back")

        service.process.send_signal(signal.SIGSTOP)  # so that it does not start the database again
        service.kill("-D", str(service.data / "postgres" / "data"))
        service.until(lambda: not service.is_ready(), "the database to be missed")
        assert service.client.get("/health/ready").json()["detail"].startswith("Database: ")
        service.process.send_signal(signal.SIGCONT)
        service.until(service.is_ready, "the database to be back")
