"""A real Prometheus, with the project's own configuration and rules, that scrapes processes of a test."""

import shutil
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

import httpx
import yaml

from tests.service import ROOT, free_port

CONFIGURATION = ROOT / "monitoring" / "prometheus"
_PATIENCE_S = 120


def is_installed() -> bool:
    """Whether it is on this machine: Debian's package `prometheus`."""
    return shutil.which("prometheus") is not None and shutil.which("promtool") is not None


class Prometheus:
    """`with Prometheus(folder, {"api": 8000}) as prometheus:` scrapes the port of each job every two seconds."""

    def __init__(self, folder: Path, ports: Mapping[str, int]) -> None:
        self._folder = folder
        self._ports = ports
        self._port = free_port()
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self._port}/api/v1", timeout=30, trust_env=False)

    def __enter__(self) -> Self:
        shutil.copytree(CONFIGURATION, self._folder / "configuration")
        configuration = self._folder / "configuration" / "prometheus.yml"
        configuration.write_text(yaml.safe_dump(self._here(yaml.safe_load(configuration.read_text()))))
        with (self._folder / "prometheus.log").open("wb") as log:
            self._process = subprocess.Popen(
                [
                    "setpriv",
                    "--pdeathsig=KILL",
                    "prometheus",
                    f"--config.file={configuration}",
                    f"--storage.tsdb.path={self._folder / 'data'}",
                    f"--web.listen-address=127.0.0.1:{self._port}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.until(self._is_ready, "Prometheus to start")
        return self

    def __exit__(self, *_: object) -> None:
        self.client.close()
        self._process.kill()
        self._process.wait()

    def ask(self, expression: str) -> list[dict[str, Any]]:
        """What it answers now: a metric with labels and a value each."""
        response = self.client.get("/query", params={"query": expression})
        assert response.is_success, f"{expression}: {response.text}"
        result: list[dict[str, Any]] = response.json()["data"]["result"]
        return result

    def number(self, expression: str) -> float:
        """The sum of the values; 0 where there are none."""
        return sum(float(one["value"][1]) for one in self.ask(expression))

    def await_news(self) -> None:
        """Until every process has been scraped that is to be, once more from now on."""
        now = time.time()
        self.until(lambda: len(self.ask(f"timestamp(up) > {now} and up == 1")) == len(self._ports), "all to be scraped")

    def until(self, condition: Callable[[], object], what: str) -> None:
        """Wait."""
        deadline = time.monotonic() + _PATIENCE_S
        while not condition():
            assert self._process.poll() is None, (self._folder / "prometheus.log").read_text()[-3000:]
            assert time.monotonic() < deadline, f"waited in vain for {what}"
            time.sleep(0.3)

    def _is_ready(self) -> bool:
        try:
            return httpx.get(f"http://127.0.0.1:{self._port}/-/ready", timeout=5, trust_env=False).is_success
        except httpx.TransportError:
            return False

    def _here(self, configuration: dict[str, Any]) -> dict[str, Any]:
        """Each job at its port on this machine; what is not run here is left out."""
        jobs = []
        for job in configuration["scrape_configs"]:
            if port := self._ports.get(job["job_name"]):
                kept = {name: value for name, value in job.items() if not name.endswith("_configs")}
                jobs.append({**kept, "static_configs": [{"targets": [f"127.0.0.1:{port}"]}]})
        assert {job["job_name"] for job in jobs} == set(self._ports)
        times = {"scrape_interval": "2s", "scrape_timeout": "2s", "evaluation_interval": "2s"}
        return {**configuration, "global": {**configuration["global"], **times}, "scrape_configs": jobs}
