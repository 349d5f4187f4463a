"""A real Apache Kafka for tests: one node, run from the jars that tests/kafka/pom.xml names."""

import base64
import fcntl
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Self

import pytest
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from tests.service import ROOT

CACHE = ROOT / ".tools" / "kafka"
_OURS = ROOT / "tests" / "kafka"
_OLDEST_JAVA = 17
_MAVEN_S = 600  # for all jars, from a distant repository
_START_S = 120
_STOP_S = 30

# A broker lives for seconds or minutes: what counts is its start, not what it can bear.
_JVM = (
    *("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto", "-XX:-UsePerfData"),
    f"-Dlog4j2.configurationFile={_OURS / 'log4j2.xml'}",
)

_PROPERTIES = """
node.id=1
process.roles=broker,controller
listeners=CLIENT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=CLIENT://127.0.0.1:{port}
inter.broker.listener.name=CLIENT
controller.listener.names=CONTROLLER
controller.quorum.voters=1@127.0.0.1:{controller_port}
listener.security.protocol.map=CLIENT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={data}
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=1
group.initial.rebalance.delay.ms=0
# After a kill the node must forget its former self before it lets itself in again; by default that takes 9 s.
broker.session.timeout.ms=4000
broker.heartbeat.interval.ms=1000
"""


class Broker:
    """A Kafka with all its files in `folder`, which ends with the thread that starts it.

    `with Broker(folder) as broker:`; inside it may be stopped or killed and started again, with its ports and data.
    """

    def __init__(self, folder: Path) -> None:
        self.log = folder / "kafka.log"
        self._folder = folder
        self._properties = folder / "server.properties"
        self._port, self._controller_port = _free_ports()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def bootstrap(self) -> str:
        """Where clients reach it, as host:port."""
        return f"127.0.0.1:{self._port}"

    def start(self) -> None:
        """Start it and wait until it answers; raises `RuntimeError` with the end of its log if it does not."""
        if not self._properties.exists():
            self._format()
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig=KILL", *_java("kafka.Kafka"), str(self._properties)],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd=self._folder,
                start_new_session=True,  # Ctrl-C is for pytest, which stops it in its turn
            )
        self._until_it_answers(self._process)

    def stop(self) -> None:
        """End it in order; nothing to do if it does not run."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """`kill -9`; nothing to do if it does not run."""
        self._end(signal.SIGKILL)

    def _format(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        data = self._folder / "data"
        self._properties.write_text(
            _PROPERTIES.format(port=self._port, controller_port=self._controller_port, data=data)
        )
        cluster_id = base64.urlsafe_b64encode(os.urandom(16)).decode().rstrip("=")
        # With `=`, since an id may begin with a dash.
        arguments = ["format", f"--cluster-id={cluster_id}", "--config", str(self._properties)]
        done = subprocess.run(
            [*_java("kafka.tools.StorageTool"), *arguments],
            check=False,
            capture_output=True,
            text=True,
            timeout=_START_S,
        )
        if done.returncode:
            raise RuntimeError(f"Kafka's storage cannot be formatted: {_tail(done.stdout + done.stderr)}")

    def _until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        client = AdminClient({"bootstrap.servers": self.bootstrap, "reconnect.backoff.max.ms": 100, "log_level": 0})
        deadline = time.monotonic() + _START_S
        while process.poll() is None and time.monotonic() < deadline:
            with suppress(KafkaException):
                client.list_topics(timeout=1)
                return
        ended = "does not answer" if process.poll() is None else f"ended with {process.returncode}"
        raise RuntimeError(f"Kafka {ended}: {_tail(self.log.read_text())}")

    def _end(self, how: signal.Signals) -> None:
        if self._process is None:
            return
        self._process.send_signal(how)
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def needs_kafka() -> None:
    """Skip the test where this machine cannot run a `Broker`; under CI, where nothing is skipped, fail it."""
    sentence = _missing()
    if sentence is None:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


@contextmanager
def any_kafka(folder: Path) -> Iterator[str]:
    """Where clients reach a Kafka: the one CALLSCRIBE_TEST_KAFKA names, or a `Broker` of our own in `folder`."""
    if named := os.environ.get("CALLSCRIBE_TEST_KAFKA"):
        yield named
        return
    needs_kafka()
    with Broker(folder) as broker:
        yield broker.bootstrap


def jars() -> Path:
    """The folder of the jars, fetched by Maven if this is the first time; raises `RuntimeError` if it cannot."""
    folder = CACHE / (_OURS / "pom.xml").read_text().partition("<kafka.version>")[2].partition("<")[0]
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    unfinished = folder.with_suffix(".part")
    shutil.rmtree(unfinished, ignore_errors=True)
    goal = ["dependency:copy-dependencies", f"-DoutputDirectory={unfinished}", "-DincludeScope=runtime"]
    command = ["mvn", "-q", "-B", "-f", str(_OURS / "pom.xml"), *goal]
    try:
        subprocess.run(
            command,
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_MAVEN_S,
        )
    except subprocess.CalledProcessError as exc:
        raise RuntimeError(f"Maven cannot fetch Kafka: {_tail(exc.output)}") from exc
    except subprocess.TimeoutExpired as exc:
        raise RuntimeError(f"Maven could not fetch Kafka in {_MAVEN_S} s; try again.") from exc
    unfinished.rename(folder)


def _missing() -> str | None:
    """What this machine lacks, as a sentence."""
    if shutil.which("java") is None or shutil.which("mvn") is None:
        found = "Java or Maven is missing"
    elif (version := _java_version()) < _OLDEST_JAVA:
        found = f"Java is {version}"
    elif shutil.which("setpriv") is None:
        return "The tests with Kafka need `setpriv`; install util-linux."
    else:
        return None
    return (
        f"The tests with Kafka need Java {_OLDEST_JAVA} or newer and Maven, but {found}; "
        "install them (Debian, Ubuntu: apt install openjdk-17-jre-headless maven)."
    )


def _java_version() -> int:
    said = subprocess.run(["java", "-version"], check=False, capture_output=True, text=True).stderr
    version = re.search(r'version "(\d+)', said)
    return int(version[1]) if version else 0


def _java(main: str) -> list[str]:
    return ["java", *_JVM, "-cp", f"{jars()}/*", main]


def _free_ports() -> tuple[int, int]:
    """Below those the kernel gives to clients: one of them could take it while the broker is stopped."""
    free: list[int] = []
    while len(free) < 2:
        port = random.randrange(20_000, 32_768)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            free.append(port)
    return free[0], free[1]


def _tail(output: str) -> str:
    """The last words, on one line."""
    return " ".join(output.split())[-1500:]
