"""What an operator sees and does about jobs that failed for good."""

from uuid import UUID

import pytest

from callscribe import cli
from callscribe.errors import BadMedia, BadRequest, NotFound
from callscribe.jobs import dead_letters, lifecycle, queue
from callscribe.jobs.events import MessageRejected
from callscribe.models import CallStatus, JobStatus, Stage
from callscribe.store import calls
from callscribe.store.database import Database
from tests.stored_calls import call_row, claimed, job_row, new_call

MESSAGE = MessageRejected(topic="audio-topic", partition=3, offset=17, reason="It is [red]not JSON[/red].")
REASON = "There is no sound in this file."


def dead(database: Database) -> tuple[UUID, int]:
    """A call that failed, and its dead job."""
    call_id = new_call(database)
    job = claimed(database, Stage.PREPARE)
    with database.transaction() as session:
        queue.fail(session, job, lifecycle.failed(session, call_id, BadMedia(REASON)))
    return call_id, job.id


def reject(database: Database) -> None:
    with database.transaction() as session:
        dead_letters.reject(session, MESSAGE)


def ids(database: Database) -> list[str]:
    with database.transaction() as session:
        return [letter.id for letter in dead_letters.find(session)]


def test_they_say_what_why_and_how_often(database: Database) -> None:
    call_id, job_id = dead(database)
    reject(database)
    with database.transaction() as session:
        job, message = dead_letters.find(session)
    assert (job.id, job.call_id, job.what, job.attempts, job.reason) == (str(job_id), call_id, "prepare", 1, REASON)
    assert (message.id, message.call_id, message.reason) == ("audio-topic/3/17", None, MESSAGE.reason)
    assert job.since is not None
    assert message.since is not None


def test_a_replayed_job_goes_on(database: Database) -> None:
    call_id, job_id = dead(database)
    with database.transaction() as session:
        dead_letters.replay(session, str(job_id))
    assert ids(database) == []
    assert call_row(database, call_id).status == CallStatus.QUEUED
    assert claimed(database, Stage.PREPARE).attempt == 1


def test_a_dropped_job_is_forgotten_and_its_call_can_still_be_tried_again(database: Database) -> None:
    call_id, job_id = dead(database)
    with database.transaction() as session:
        dead_letters.drop(session, str(job_id))
    assert ids(database) == []
    assert call_row(database, call_id).status == CallStatus.FAILED
    with database.transaction() as session:
        lifecycle.retry(session, call_id)
    assert job_row(database, job_id).status == JobStatus.READY


def test_a_message_can_only_be_dropped(database: Database) -> None:
    for _ in range(2):
        reject(database)
    with pytest.raises(BadRequest), database.transaction() as session:
        dead_letters.replay(session, "audio-topic/3/17")
    with database.transaction() as session:
        dead_letters.drop(session, "audio-topic/3/17")
    assert ids(database) == []


@pytest.mark.parametrize("act", [dead_letters.replay, dead_letters.drop])
def test_a_job_that_is_alive_is_no_dead_letter(database: Database, act: object) -> None:
    new_call(database)
    job = claimed(database, Stage.PREPARE)
    assert callable(act)
    for letter_id in (str(job.id), "999999", "²"):
        with pytest.raises((NotFound, BadRequest)), database.transaction() as session:
            act(session, letter_id)
    assert job_row(database, job.id).status == JobStatus.RUNNING


def test_those_of_a_deleted_call_are_gone(database: Database) -> None:
    call_id, _ = dead(database)
    with database.transaction() as session:
        calls.delete(session, call_id)
    assert ids(database) == []


def run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], database: Database, *words: str
) -> tuple[object, str, str]:
    """`callscribe dead-letters`: exit code, output, errors."""
    monkeypatch.setenv("CALLSCRIBE_DATABASE_URL", database.url)
    monkeypatch.setattr("sys.argv", ["callscribe", "dead-letters", *words])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return ended.value.code, *capsys.readouterr()


def test_the_command_line(
    database: Database, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (call_id, job_id), (_, other_id) = dead(database), dead(database)
    reject(database)

    code, output, _ = run(monkeypatch, capsys, database, "list")
    head, *lines = output.splitlines()
    assert code == 0
    assert head.split() == ["id", "call", "what", "attempts", "since", "reason"]
    assert [line.split()[0] for line in lines] == [str(job_id), str(other_id), "audio-topic/3/17"]
    assert str(call_id) in lines[0]
    assert lines[0].rstrip().endswith(REASON)
    assert lines[2].rstrip().endswith(MESSAGE.reason)

    code, _, errors = run(monkeypatch, capsys, database, "replay", str(job_id), "12345678")
    assert code == 1
    assert errors.splitlines() == [
        "12345678: There is no dead letter 12345678; `callscribe dead-letters list` shows them.",
        "1 replayed",
    ]
    assert run(monkeypatch, capsys, database, "drop", "--all") == (0, "", "2 dropped\n")
    assert ids(database) == []
    assert run(monkeypatch, capsys, database, "drop", "--all") == (0, "", "0 dropped\n")
    code, _, errors = run(monkeypatch, capsys, database, "drop")
    assert (code, errors) == (1, "Error: Name the dead letters, or say --all.\n")
