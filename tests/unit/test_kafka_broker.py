"""When tests get a Kafka, and how its jars come: all without Java."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests import kafka_broker

INSTALL = "apt install openjdk-17-jre-headless maven"

#: A Maven that notes each call and puts a jar where it is asked to.
MAVEN = """
for argument; do
    case $argument in -DoutputDirectory=*) folder=${argument#*=} ;; esac
done
echo called >> "$0.calls"
mkdir -p "$folder"
touch "$folder/kafka.jar"
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, the only ones there are; the test is not on CI and no broker is named."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.delenv("CALLSCRIBE_TEST_KAFKA", raising=False)
    return folder


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """No jars were fetched yet."""
    monkeypatch.setattr(kafka_broker, "CACHE", tmp_path / "cache")
    return tmp_path / "cache"


def program(folder: Path, name: str, script: str = "") -> None:
    (folder / name).write_text(f"#!/bin/sh\n{script}")
    (folder / name).chmod(0o755)


def java(folder: Path, version: str) -> None:
    program(folder, "java", f"echo 'openjdk version \"{version}\" 2025-04-15' >&2")


def test_without_java_or_maven_the_test_is_skipped(programs: Path) -> None:
    with pytest.raises(pytest.skip.Exception, match=f"Java or Maven is missing.+{INSTALL}"):
        kafka_broker.needs_kafka()
    java(programs, "17.0.15")
    with pytest.raises(pytest.skip.Exception, match=f"Java or Maven is missing.+{INSTALL}"):
        kafka_broker.needs_kafka()


@pytest.mark.parametrize(("version", "major"), [("11.0.2", 11), ("1.8.0_392", 1)])
def test_an_old_java_does_not_do(programs: Path, version: str, major: int) -> None:
    java(programs, version)
    program(programs, "mvn")
    program(programs, "setpriv")
    with pytest.raises(pytest.skip.Exception, match=f"Java is {major}; .+{INSTALL}"):
        kafka_broker.needs_kafka()


def test_without_setpriv_the_test_is_skipped(programs: Path) -> None:
    java(programs, "17.0.15")
    program(programs, "mvn")
    with pytest.raises(pytest.skip.Exception, match="install util-linux"):
        kafka_broker.needs_kafka()


@pytest.mark.parametrize("version", ["17.0.15", "21", "26-ea"])
def test_with_all_of_them_the_test_goes_on(programs: Path, version: str) -> None:
    java(programs, version)
    program(programs, "mvn")
    program(programs, "setpriv")
    kafka_broker.needs_kafka()


@pytest.mark.usefixtures("programs")
def test_ci_skips_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", "true")
    with (
        pytest.raises(pytest.fail.Exception, match=f"Java or Maven is missing.+{INSTALL}"),
        kafka_broker.any_kafka(tmp_path),
    ):
        pass


@pytest.mark.usefixtures("programs")
def test_a_broker_that_is_named_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_TEST_KAFKA", "kafka.example:9092")
    with kafka_broker.any_kafka(tmp_path) as bootstrap:
        assert bootstrap == "kafka.example:9092"


def test_jars_are_fetched_once_by_whoever_comes_first(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path, "mvn", MAVEN)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    with ThreadPoolExecutor(4) as threads:
        folders = set(threads.map(lambda _: kafka_broker.jars(), range(4)))
    (folder,) = folders
    assert folder.parent == cache
    assert [path.name for path in folder.iterdir()] == ["kafka.jar"]
    assert (tmp_path / "mvn.calls").read_text() == "called\n"


def test_a_failing_maven_is_quoted_and_tried_again(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program(tmp_path, "mvn", MAVEN + "echo '[ERROR] No route\nto host'; exit 1")
    with pytest.raises(RuntimeError, match=r"^Maven cannot fetch Kafka: \[ERROR\] No route to host$"):
        kafka_broker.jars()
    program(tmp_path, "mvn", MAVEN)
    assert (kafka_broker.jars() / "kafka.jar").exists()
    assert len(list(cache.iterdir())) == 2  # the jars and the lock
