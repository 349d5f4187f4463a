"""Both clients against the running service."""

import hashlib
import inspect
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest

from callscribe.api.schemas.tasks import Task
from callscribe.client import CallScribe, watch
from callscribe.errors import BadRequest, Conflict, NotFound, TooLarge
from callscribe.models import CallStatus
from tests.clients import KINDS, Connect, connecting
from tests.scoring import utterances, wer
from tests.service import CALL_EN, CALL_RU, ROOT, Service

GUIDE = ROOT / "docs" / "client.md"
SAMPLES = {"sync": CALL_EN, "async": CALL_RU}
DECISION = {"sync": "We decided to buy a second server.", "async": "Мы решили купить второй сервер."}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def connect(kind: str) -> Iterator[Connect]:
    with connecting(kind) as connect:
        yield connect


@pytest.fixture
def client(service: Service, connect: Connect) -> CallScribe:
    return connect(address(service))


def address(service: Service) -> str:
    return f"http://127.0.0.1:{service.port}"


def only_by_events(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who looks again and again would wait until the test is ended."""
    monkeypatch.setattr(watch, "PAUSE_S", 1e6)


def test_a_call_from_its_upload_to_its_deletion(
    client: CallScribe, kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sample, tag = SAMPLES[kind], uuid4().hex
    sent: list[tuple[int, int]] = []
    key = uuid4().hex

    def upload() -> str:
        accepted = client.upload(sample, progress=lambda *step: sent.append(step), again=True, idempotency_key=key)
        return str(accepted.task_id)

    task_id = upload()
    assert sent[-1] == (sample.stat().st_size, sample.stat().st_size)
    assert upload() == task_id

    seen: list[Task] = []
    only_by_events(monkeypatch)
    task = client.wait(task_id, seen.append)
    assert task == seen[-1] == client.task(task_id)
    assert task.status is CallStatus.DONE
    assert [state.progress for state in seen] == sorted(state.progress for state in seen)
    assert wer(utterances(sample), client.result(task_id).transcription) <= 0.10

    task = client.update(task_id, title="Звонок / call", tags=[tag])
    assert (task.title, task.tags) == ("Звонок / call", [tag])
    assert tag in {one.tag for one in client.tags()}
    assert client.tasks(tag=tag, status="done", limit=1).tasks == [task]
    assert client.tasks(tag=tag, status=["failed", "canceled"]).total == 0
    assert list(client.all_tasks(tag=tag, since=task.called_at)) == [task]

    check_corrections(client, task_id, DECISION[kind])
    check_search(client, task_id, tag, DECISION[kind])
    check_exports(client, task_id, tag, DECISION[kind], tmp_path)
    for name in ("original", "copy"):  # every browser plays FLAC, so the recording is its own copy
        assert digest(client.save_media(task_id, tmp_path / name, original=name == "original")) == digest(sample)
    assert client.analytics(tag=tag, by="month", timezone="Europe/Moscow").total.calls == 1

    with pytest.raises(Conflict):
        client.cancel(task_id)
    with pytest.raises(Conflict):
        client.retry(task_id)
    client.delete(task_id)
    with pytest.raises(NotFound):
        client.wait(task_id)


def check_corrections(client: CallScribe, task_id: str, decision: str) -> None:
    before = client.result(task_id)
    first, second = before.segments[:2]
    parts = client.split(task_id, first.id, first.text.index(" ") + 1, speaker="Mark")
    assert [part.speaker for part in parts] == [first.speaker, "Mark"]
    (merged,) = client.merge(task_id, first.id)
    assert merged.text == first.text
    (corrected,) = client.correct(task_id, second.id, text=decision, speaker="Anna")
    assert (corrected.text, corrected.speaker) == (decision, "Anna")
    (anonymous,) = client.correct(task_id, second.id, speaker="")
    assert (anonymous.text, anonymous.speaker) == (decision, None)
    renamed = client.rename_speaker(task_id, None, "Anna")
    assert ("Anna", renamed.segments) in [(one.name, one.segments) for one in renamed.speakers]
    assert client.dropped(task_id) == []
    assert client.undo(task_id).undone.kind == "rename"
    kinds = [one.kind for one in client.corrections(task_id)]
    assert kinds[-3:] == ["text", "speaker", "speaker"]
    assert {"split", "merge"} <= set(kinds)
    assert client.result(task_id).summary_outdated
    assert client.result(task_id, original=True).segments == before.segments

    client.resummarize(task_id)
    assert client.wait(task_id).status is CallStatus.DONE
    after = client.result(task_id)
    assert (decision in after.decisions, after.summary_outdated) == (True, False)

    item = next(item for item in after.items if item.kind == "action_item")
    for done in (True, False):
        client.tick(task_id, item.position, done=done)
        assert client.result(task_id).items[item.position].done is done


def check_search(client: CallScribe, task_id: str, tag: str, decision: str) -> None:
    page = client.search(f'"{decision.rstrip(".")}"', tag=tag)
    assert (page.total, str(page.results[0].task.task_id)) == (1, task_id)
    assert decision in [match.text for match in page.results[0].matches if match.kind == "speech"]
    assert [str(found.task.task_id) for found in client.all_found(decision.rsplit(maxsplit=1)[-1], tag=tag)] == [
        task_id
    ]
    assert client.search(decision, tag=uuid4().hex).total == 0
    with pytest.raises(BadRequest):
        client.search("")


def check_exports(client: CallScribe, task_id: str, tag: str, decision: str, folder: Path) -> None:
    text = client.export(task_id)
    assert decision in text.decode()
    assert len(client.export(task_id, summary=False, times=False)) < len(text)
    assert client.save_export(task_id, folder / "call.docx", "docx").read_bytes()[:2] == b"PK"
    for archive in (
        client.export_many(folder / "by-id.zip", "txt", task_ids=[task_id]),
        client.export_many(folder / "by-tag.zip", "txt", tag=tag),
    ):
        with ZipFile(archive) as opened:
            (name,) = opened.namelist()
            assert opened.read(name) == text
    with pytest.raises(NotFound):
        client.export_many(folder / "none.zip", tag=uuid4().hex)
    assert not (folder / "none.zip").exists()


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service whose processes may be killed."""
    with Service(tmp_path_factory.mktemp("own") / "data", MAX_UPLOAD_MB="5") as service:
        yield service


def test_waiting_goes_on_when_the_api_is_killed(own: Service, connect: Connect, kind: str) -> None:
    client = connect(address(own))
    task_id = client.upload(SAMPLES[kind]).task_id
    seen: list[Task] = []

    def kill_once(task: Task) -> None:
        seen.append(task)
        if len(seen) == 1:
            own.kill("callscribe", "api")

    assert client.wait(task_id, kill_once).status is CallStatus.DONE
    assert seen[0].status is not CallStatus.DONE


def test_a_file_over_the_limit_is_told(own: Service, connect: Connect, tmp_path: Path) -> None:
    own.until(own.is_ready, "the service to be ready")
    with (tmp_path / "long.wav").open("wb") as file:
        file.truncate(300_000_000)
    with pytest.raises(TooLarge, match="larger than 5 MB"):
        connect(address(own)).upload(tmp_path / "long.wav")


def test_the_guide_is_true(own: Service, tmp_path: Path) -> None:
    blocks = re.findall(r"^```python\n(.*?)^```$", GUIDE.read_text(), re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 6
    program = tmp_path / "guide.py"
    program.write_text("\n".join(blocks).replace("http://127.0.0.1:8000", address(own)))
    (tmp_path / "samples").symlink_to(ROOT / "samples")
    own.until(own.is_ready, "the service to be ready")
    done = subprocess.run(
        [sys.executable, "-W", "error", program], check=False, capture_output=True, encoding="utf-8", cwd=tmp_path
    )
    assert (done.returncode, done.stderr) == (0, "")
    for line in (
        r"done 100%",
        r"Release planning 2\d\.\d+ I will fix the payment tests by Wednesday\.",
        r"\d{4}-.* Release planning \d+",
        r"\['We decided to buy a second server\.', .*\]",
        r"There is no call with this id; it may have been deleted\.",
        r"\['Тогда мы решили перенести релиз на пятницу\.', .*\]",
        r"planning-call-ru\.flac",
    ):
        assert re.search(f"^{line}$", done.stdout, re.MULTILINE), (line, done.stdout)
    assert {"call.docx", "calls.zip", "call.flac"} <= {path.name for path in tmp_path.iterdir()}


def test_the_guide_names_every_method() -> None:
    rows = re.findall(r"^\| (`.*?) \|", GUIDE.read_text(), re.MULTILINE)
    named = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    public = [name for name, _ in inspect.getmembers(CallScribe, callable) if not name.startswith("_")]
    assert sorted(named) == public
