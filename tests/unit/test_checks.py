"""What the checks find of each part, and that none of them hangs, leaves anything behind or tells a secret."""

import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest

from callscribe.checks import everything, machine, models, services
from callscribe.checks.found import Check, Found
from callscribe.checks.running import Kept, look
from callscribe.errors import Unavailable
from callscribe.models import Notice
from callscribe.settings import Settings
from callscribe.store import workers
from callscribe.store.database import Database
from callscribe.store.files import FolderStore
from callscribe.store.s3 import S3Store
from tests.fake_ollama import MODEL, FakeOllama
from tests.kafka_topics import PARTITIONS, own_topics
from tests.s3_server import refusing, s3_server
from tests.service import MODEL as FIXTURE
from tests.service import free_port

NOBODY = "127.0.0.1:9"
SECRET = "hunter2"


def states(found: Iterable[Found]) -> dict[str, str]:
    return {each.part: each.state for each in found}


def one(check: Check) -> Found:
    """What `doctor` makes of a check that finds one thing."""
    (found,) = look({"this part": check})
    return found


@contextmanager
def answering(answer: str) -> Iterator[int]:
    """A program that says this at every address; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(answer.encode())

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
            thread.join()


def test_a_new_machine_is_left_as_it_is(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data" / "calls", port=free_port(), ui_port=0)
    for check in (machine.data_folder, machine.ports, machine.disk, services.any_database, services.any_media_store):
        for found in check(settings):
            assert found.state == ("warning" if found.part == "database" else "ok"), found
    assert list(tmp_path.iterdir()) == []


def test_a_data_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for folder in (tmp_path / "file", tmp_path / "file" / "data"):
        (found,) = machine.data_folder(Settings(data_dir=folder))
        assert found.state == "missing"
        assert str(folder) in found.message
        assert "CALLSCRIBE_DATA_DIR" in found.message


def test_a_port_that_another_program_has() -> None:
    with answering("I am somebody else.") as port:
        (found,) = machine.ports(Settings(port=port, ui_port=0))
    assert found == Found(
        "API port",
        "missing",
        f"Port {port} of 127.0.0.1 cannot be used (another program has it); set CALLSCRIBE_PORT to another.",
    )


def test_a_port_that_callscribe_has() -> None:
    with answering('{"status":"ok"}') as api, answering("ok") as page:
        found = machine.ports(Settings(host="0.0.0.0", port=api, ui_port=page))
    assert states(found) == {"API port": "ok", "page port": "ok"}
    assert "CallScribe answers" in found[0].message


class Usage(NamedTuple):
    total: int
    used: int
    free: int


@pytest.mark.parametrize(
    ("free", "upload_mb", "told"),
    [
        (20, 500, ("ok", "20.0 GB of 100 GB are free for")),
        (9, 500, ("warning", "make room there soon")),
        (1.9, 500, ("missing", "make room there soon")),
        # It goes through the data folder, and stays in that of media.
        (20, 10_001, ("missing", "the largest upload needs 20.0 GB")),
    ],
)
def test_a_disk_that_is_getting_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, free: float, upload_mb: int, told: tuple[str, str]
) -> None:
    usage = Usage(100_000_000_000, 0, int(free * 1_000_000_000))
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    (found,) = machine.disk(Settings(data_dir=tmp_path, max_upload_mb=upload_mb))
    assert (found.part, found.state) == ("disk", told[0])
    assert told[1] in found.message


def test_a_database_at_work(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        workers.beat(session, "a", "asr", [Notice("model-missing", "Pull it.")])
        workers.beat(session, "b", "asr", [Notice("model-missing", "Pull it.")])
    settings = Settings(data_dir=tmp_path, database_url=database.url, kafka_bootstrap=NOBODY)
    found = services.any_database(settings)
    assert states(found) == {
        "database": "ok",
        "migrations": "ok",
        "ASR workers": "ok",
        "LLM workers": "warning",
        "relay": "warning",
        "speech models of workers": "warning",
    }
    told = {each.part: each.message for each in found}
    assert told["ASR workers"] == "2 live."
    assert told["speech models of workers"] == "Pull it."
    assert "callscribe worker llm" in told["LLM workers"]


def test_workers_without_an_llm_because_somebody_wants_it_so(database: Database, tmp_path: Path) -> None:
    with database.transaction() as session:
        workers.beat(session, "a", "llm", [Notice("llm-not-set", "None is set.")])
    settings = Settings(data_dir=tmp_path, database_url=database.url)
    assert states(services.any_database(settings))["LLM of workers"] == "ok"


def test_a_database_without_tables(empty_database: Database, tmp_path: Path) -> None:
    found = services.any_database(Settings(data_dir=tmp_path, database_url=empty_database.url))
    assert states(found) == {"database": "ok", "migrations": "missing"}
    assert "callscribe migrate" in found[1].message


def test_a_database_that_is_too_old(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "_OLDEST_POSTGRES", 99)
    (found,) = services.any_database(Settings(data_dir=tmp_path, database_url=database.url))
    assert (found.state, "upgrade it to 99 or newer" in found.message) == ("missing", True)


def test_a_database_that_does_not_answer(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url=f"postgresql://me:{SECRET}@{NOBODY}/calls")
    found = one(lambda: services.any_database(settings))
    assert (found.state, found.message) == ("missing", "The database does not answer; try again in a moment.")


def test_the_embedded_database_is_started_by_up(tmp_path: Path) -> None:
    (found,) = services.any_database(Settings(data_dir=tmp_path))
    assert (found.part, found.state) == ("database", "warning")
    assert "start it with `callscribe up`" in found.message


def test_kafka_is_looked_at_only_where_it_is_set() -> None:
    assert services.kafka(Settings()) == ()


def test_a_kafka_that_does_not_answer(capfd: pytest.CaptureFixture[str]) -> None:
    options = {"sasl.password": SECRET, "sasl.mechanism": "PLAIN", "sasl.username": "me"}
    found = one(lambda: services.kafka(Settings(kafka_bootstrap=NOBODY, kafka_options=options)))
    assert (found.state, found.message) == (
        "missing",
        f"Kafka at {NOBODY} does not answer; check the broker and CALLSCRIBE_KAFKA_BOOTSTRAP.",
    )
    assert capfd.readouterr() == ("", "")


def test_the_topics_of_kafka(kafka: str) -> None:
    broker = own_topics(kafka)

    def found(prefix: str, partitions: int) -> Found:
        settings = Settings(kafka_bootstrap=kafka, kafka_prefix=prefix, kafka_partitions=partitions)
        return one(lambda: services.kafka(settings))

    for _ in range(300):  # a broker may hear of its own topics a moment later
        if found(broker.prefix, PARTITIONS).state == "ok":
            break
        time.sleep(0.1)
    assert found(broker.prefix, PARTITIONS).state == "ok"
    fewer = found(broker.prefix, PARTITIONS + 1)
    assert (fewer.state, f"{PARTITIONS} of {PARTITIONS + 1} partitions" in fewer.message) == ("warning", True)
    none = found("nobodys.", 1)
    assert (none.state, "nobodys.audio-topic" in none.message) == ("missing", True)


def test_a_folder_of_media(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, media_url=f"file://{tmp_path}/calls")
    (found,) = services.any_media_store(settings)
    assert (found.state, "mount its disk" in found.message) == ("warning", True)
    folder = tmp_path / "calls"
    store = FolderStore(folder)
    (found,) = services.any_media_store(settings)
    assert (found.state, str(folder) in found.message) == ("ok", True)
    assert list(folder.iterdir()) == []
    folder.rmdir()
    (found,) = services.media_store(store, settings)
    assert (found.state, str(folder) in found.message) == ("missing", True)
    assert not folder.exists()
    folder.touch()
    assert one(lambda: services.any_media_store(settings)).state == "missing"


def test_a_store_that_gives_back_something_else(tmp_path: Path) -> None:
    class Forgetful(FolderStore):
        def read(self, key: str, start: int, length: int) -> bytes:
            return bytes(len(super().read(key, start, length)))

    store = Forgetful(tmp_path / "media")
    (found,) = services.media_store(store, Settings(data_dir=tmp_path))
    assert (found.state, "another file" in found.message) == ("missing", True)
    assert list((tmp_path / "media").iterdir()) == []


def test_a_bucket(tmp_path: Path) -> None:
    server = s3_server()
    bucket = server.new_bucket()
    settings = server.settings(f"{bucket}/calls", data_dir=tmp_path / "data")
    asked: list[str] = []

    def noted(environ: dict[str, object]) -> bool:
        asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return False

    with server.failing(refusing("500 No"), noted):
        (found,) = services.any_media_store(settings)
    assert (found.state, f"s3://{bucket}/calls" in found.message) == ("ok", True)
    assert asked[0].startswith(f"PUT /{bucket}/calls/checks/")
    assert server.keys(bucket) == []
    assert not settings.data_dir.exists()


def test_a_bucket_that_may_not_be_used(tmp_path: Path) -> None:
    server = s3_server()
    bucket = server.new_bucket()
    settings = server.settings(bucket, data_dir=tmp_path)
    with server.failing(refusing("403 Forbidden", "AccessDenied")):
        found = one(lambda: services.media_store(S3Store(settings, tmp_path), settings))
    assert (found.state, f"does not let us use the bucket {bucket}" in found.message) == ("missing", True)


def test_speech_models(tmp_path: Path) -> None:
    def found(**names: str) -> list[Found]:
        settings = Settings.model_validate({"data_dir": tmp_path, "asr_device": "cpu", **names})
        return look({"speech models": models.speech_models(settings)})

    assert [each.state for each in found(asr_model=str(FIXTURE))] == ["ok"]
    assert [each.state for each in found()] == ["warning", "warning"]
    (named,) = found(asr_model="medium")
    assert (named.state, "callscribe models pull medium" in named.message) == ("warning", True)
    for names in ({"asr_model": "gigantic"}, {"asr_model": str(FIXTURE), "asr_model_ru": "gigantic"}):
        (wrong,) = found(**names)
        assert (wrong.state, "no speech model called `gigantic`" in wrong.message) == ("missing", True)


@pytest.mark.parametrize(
    ("model", "state", "says"),
    [
        ("none", "ok", "not told apart"),
        ("builtin", "ok", "approximate"),
        ("auto", "warning", "built-in way"),
        ("wespeaker", "warning", "it fails: run `callscribe models pull wespeaker`"),
        ("/nowhere", "missing", "There is no model of voices in /nowhere"),
    ],
)
def test_the_speaker_model(tmp_path: Path, model: str, state: str, says: str) -> None:
    found = one(models.speaker_model(Settings(data_dir=tmp_path, speaker_model=model)))
    assert (found.state, says in found.message) == (state, True), found


def test_the_speaker_model_that_was_pulled(tmp_path: Path) -> None:
    from callscribe.asr import published

    folder = tmp_path / "models" / "wespeaker"
    for name in published.MODELS["wespeaker"].files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()
    found = one(models.speaker_model(Settings(data_dir=tmp_path)))
    assert found == Found("speaker model", "ok", f"It is in {folder}.")


def test_the_llm(tmp_path: Path) -> None:
    def found(url: str) -> Found:
        return one(models.llm(Settings(data_dir=tmp_path, llm_url=url, llm_model=MODEL)))

    assert found("").state == "ok"
    silent = found(f"http://me:{SECRET}@{NOBODY}")
    assert (silent.state, f"The LLM at {NOBODY} does not answer" in silent.message) == ("warning", True)
    with FakeOllama().running() as llm:
        llm.models = [MODEL]
        assert found(llm.url) == Found("LLM", "ok", f"Its server has {MODEL}.")
        llm.models = []
        assert found(llm.url).state == "warning"


def test_no_secret_is_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    settings = Settings.model_validate(
        {
            "data_dir": tmp_path,
            "database_url": f"postgresql://me:{SECRET}@{NOBODY}/calls",
            "kafka_bootstrap": NOBODY,
            "kafka_options": {"sasl.password": SECRET, "no.such.option": SECRET},
            "media_url": "s3://no",
            "s3_access_key": SECRET,
            "s3_secret_key": SECRET,
            "llm_url": f"http://me:{SECRET}@{NOBODY}",
            "llm_api_key": SECRET,
            "asr_model": str(FIXTURE),
            "speaker_model": "none",
            "port": 0,
            "ui_port": 0,
        }
    )
    found = everything.found(settings)
    assert {each.part for each in found if each.state == "missing"} == {"database", "Kafka", "media store"}
    assert all(each.message.endswith(".") for each in found)
    assert SECRET not in str(found)
    assert SECRET not in caplog.text


def test_a_part_that_never_answers_is_told_and_asked_once() -> None:
    go_on, asked = threading.Event(), threading.Semaphore(0)

    def hang() -> list[Found]:
        asked.release()
        go_on.wait()
        return [Found("it", "ok", "It is back.")]

    kept = Kept("it", hang)
    first = kept.run()
    (found,) = first.wait(0)
    assert (found.part, found.state) == ("it", "missing")
    assert "does not answer in time" in found.message
    assert kept.run() is first
    go_on.set()
    assert first.wait(600)[0].message == "It is back."
    assert asked.acquire(blocking=False)
    assert not asked.acquire(blocking=False)
    assert kept.run() is not first


def test_an_answer_is_kept() -> None:
    kept = Kept("it", lambda: (), keep_s=3600)
    kept.run().wait(600)
    assert kept.run() is kept.run()
    now = Kept("it", lambda: ())
    first = now.run()
    first.wait(600)
    assert now.run() is not first


def test_a_check_that_breaks_says_no_more_than_that(caplog: pytest.LogCaptureFixture) -> None:
    def broken() -> list[Found]:
        raise RuntimeError(SECRET)

    def silent() -> list[Found]:
        raise Unavailable("Start it.")

    found = look({"a": broken, "b": silent})
    assert found[0] == Found("a", "missing", "Unexpected RuntimeError; the log says where.")
    assert found[1] == Found("b", "missing", "Start it.")
    assert "builtins.RuntimeError" in caplog.text
    assert SECRET not in caplog.text
