"""Corrections of a stored transcript, what follows them, and the summary that is written anew; on a real PostgreSQL."""

import json
from collections.abc import Sequence
from functools import partial
from itertools import product
from random import Random
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from callscribe.errors import BadRequest, Conflict, NotFound, Stopped
from callscribe.jobs import lifecycle, queue
from callscribe.models import (
    CallStatus,
    Insight,
    InsightKind,
    JobStatus,
    MediaFacts,
    Notice,
    Segment,
    Stage,
    Summary,
    WindowTranscript,
    Word,
)
from callscribe.store import calls, corrections, transcripts
from callscribe.store.database import Database
from callscribe.store.tables import CallRow, CorrectionRow, InsightRow, PassageRow, SegmentRow
from tests.stored_calls import at_once, call_row, claim, claimed, cut, job_rows, new_call

RESULTS = "/api/v1/results"
JSON = {"Content-Type": "application/json"}


def line(start: float, text: str, speaker: str | None = None) -> Segment:
    """A word a second."""
    words = [Word(start + i, start + i + 0.5, word, 0.9) for i, word in enumerate(text.split())]
    return Segment(start, words[-1].end, text, tuple(words), "en", speaker)


#: Two windows of ten seconds.
LINES = (line(0, "good morning"), line(3, "we move the release")), (line(11, "to Friday"), line(14, "bye now"))


def summary(*evidence: tuple[int, ...], notices: tuple[Notice, ...] = (), text: str = "All is well.") -> Summary:
    """One key point for each of these positions of segments."""
    points = [Insight(InsightKind.KEY_POINT, f"Point {i}.", where, "", 0, 1) for i, where in enumerate(evidence)]
    return Summary(text, tuple(points), (), "extractive", notices)


def done_call(database: Database, written: Summary | None = None) -> UUID:
    """A call whose way is over."""
    call_id = assembled_call(database)
    summarize(database, written or summary())
    return call_id


def assembled_call(database: Database) -> UUID:
    """A call that waits for its summary."""
    call_id = new_call(database)
    cut(database, call_id, len(LINES))
    with database.transaction() as session:
        for index, lines in enumerate(LINES):
            lifecycle.transcribed(session, call_id, index, WindowTranscript(lines, "en", 1, "test"))
        lifecycle.prepared(session, call_id, 20.0, "playback.m4a", ())
        lifecycle.assembled(session, call_id, "en")
    for stage in (Stage.PREPARE, Stage.TRANSCRIBE, Stage.TRANSCRIBE, Stage.ASSEMBLE):
        job = claimed(database, stage)
        with database.transaction() as session:
            queue.finish(session, job)
    return call_id


def summarize(database: Database, written: Summary) -> None:
    job = claimed(database, Stage.SUMMARIZE)
    with database.transaction() as session:
        lifecycle.summarized(session, job.call_id, written)
        queue.finish(session, job)


def stored(database: Database, call_id: UUID) -> list[Segment]:
    with database.transaction() as session:
        return list(transcripts.transcript(session, call_id, "en").segments)


def ids(database: Database, call_id: UUID) -> list[int]:
    return [segment.id or 0 for segment in stored(database, call_id)]


def texts(segments: Sequence[Segment]) -> list[str]:
    return [segment.text for segment in segments]


def evidence(database: Database, call_id: UUID) -> list[list[int]]:
    with database.transaction() as session:
        query = select(InsightRow.segments).where(InsightRow.call_id == call_id).order_by(InsightRow.position)
        return list(session.scalars(query))


def found(database: Database, word: str) -> list[tuple[int | None, str | None]]:
    """Window and speaker of the speech in which search finds the word."""
    with database.transaction() as session:
        match = PassageRow.lexemes.bool_op("@@")(func.to_tsquery("callscribe", word))
        rows = session.scalars(select(PassageRow).where(match, PassageRow.kind == "speech").order_by(PassageRow.id))
        return [(row.window_index, row.speaker) for row in rows]


def assert_nothing_kept(database: Database, call_id: UUID) -> None:
    with database.transaction() as session:
        assert corrections.history(session, call_id) == []
    assert call_row(database, call_id).corrected_at is None


def test_another_text(database: Database) -> None:
    call_id = done_call(database)
    other = done_call(database)
    segment_id = ids(database, call_id)[1]
    before = stored(database, call_id)[1]
    with database.transaction() as session:
        (after,) = corrections.set_text(session, call_id, segment_id, "we move the big budget")
    assert stored(database, call_id)[1] == after
    assert (after.text, after.id, after.start, after.end) == ("we move the big budget", segment_id, 3, 6.5)
    assert after.words[:3] == before.words[:3]
    assert found(database, "budget") == [(0, None)]
    assert found(database, "releases") == [(0, None)]  # of the other call
    assert (call_row(database, call_id).words, call_row(database, other).words) == (11, 10)
    with database.transaction() as session:
        (kept,) = corrections.history(session, call_id)
    assert (kept.kind, kept.before, kept.after) == ("text", (before,), (after,))
    assert (kept.before[0].id, kept.after[0].id) == (segment_id, segment_id)
    assert kept.made_at == call_row(database, call_id).corrected_at


def test_all_columns_of_a_segment_are_kept(database: Database) -> None:
    call_id = done_call(database)
    with database.transaction() as session:
        corrections.set_speaker(session, call_id, ids(database, call_id)[2], "Anna")
    with database.transaction() as session:
        row = session.scalars(select(CorrectionRow)).one()
    assert row.before == [
        {
            "id": ids(database, call_id)[2],
            "window_index": 1,
            "start": 11.0,
            "end": 12.5,
            "speaker": None,
            "text": "to Friday",
            "language": "en",
            "words": [[11.0, 11.5, "to", 0.9], [12.0, 12.5, "Friday", 0.9]],
        }
    ]
    assert row.after == [{**row.before[0], "speaker": "Anna"}]


def test_a_speaker_is_named_and_forgotten(database: Database) -> None:
    call_id = done_call(database)
    segment_id = ids(database, call_id)[0]
    for speaker in ("Anna", "Mark", None):
        with database.transaction() as session:
            corrections.set_speaker(session, call_id, segment_id, speaker)
        assert [segment.speaker for segment in stored(database, call_id)] == [speaker, None, None, None]
        assert found(database, "morning") == [(0, speaker)]
    assert found(database, "Anna") == found(database, "Mark") == []


def test_a_split_leaves_evidence_with_both_parts(database: Database) -> None:
    call_id = done_call(database, summary((0, 1), (2,)))
    first, second, third, _ = ids(database, call_id)
    with database.transaction() as session:
        parts = corrections.split(session, call_id, second, 8)
    assert texts(stored(database, call_id)) == ["good morning", "we move", "the release", "to Friday", "bye now"]
    added = ids(database, call_id)[2]
    assert [part.id for part in parts] == [second, added]
    assert [(part.start, part.end) for part in parts] == [(3, 4.5), (5, 6.5)]
    assert evidence(database, call_id) == [[first, second, added], [third]]
    assert call_row(database, call_id).words == 10


def test_a_merge_over_windows(database: Database) -> None:
    call_id = done_call(database, summary((1, 2), (2,), (2, 3), (0,)))
    first, second, third, last = ids(database, call_id)
    with database.transaction() as session:
        corrections.set_speaker(session, call_id, second, "Anna")
        (whole,) = corrections.merge(session, call_id, second)
    assert texts(stored(database, call_id)) == ["good morning", "we move the release to Friday", "bye now"]
    assert (whole.id, whole.speaker, whole.start, whole.end) == (second, "Anna", 3, 12.5)
    assert evidence(database, call_id) == [[second], [second], [second, last], [first]]
    assert found(database, "Friday") == [(0, "Anna")]
    with database.transaction() as session:
        assert corrections.history(session, call_id)[-1].before[1].id == third
        assert transcripts.summary(session, call_id) is not None


def test_the_last_segment_has_none_to_be_merged_with(database: Database) -> None:
    call_id = done_call(database)
    with pytest.raises(Conflict, match="last segment"), database.transaction() as session:
        corrections.merge(session, call_id, ids(database, call_id)[-1])
    assert_nothing_kept(database, call_id)


def test_what_changes_nothing_is_no_correction(database: Database) -> None:
    call_id = done_call(database)
    segment_id = ids(database, call_id)[0]
    with database.transaction() as session:
        assert texts(corrections.set_text(session, call_id, segment_id, "good morning")) == ["good morning"]
        assert texts(corrections.set_speaker(session, call_id, segment_id, None)) == ["good morning"]
    assert_nothing_kept(database, call_id)


def test_only_segments_of_the_call_are_found(database: Database) -> None:
    call_id, other = done_call(database), done_call(database)
    for segment_id in (ids(database, other)[0], 2**62):
        with pytest.raises(NotFound, match="no segment"), database.transaction() as session:
            corrections.set_text(session, call_id, segment_id, "hello")
    with pytest.raises(NotFound, match="no call"), database.transaction() as session:
        corrections.set_text(session, uuid4(), segment_id, "hello")
    assert_nothing_kept(database, other)


def test_only_complete_transcripts_that_nobody_works_on_can_be_corrected(database: Database) -> None:
    call_id = done_call(database)
    segment_id = ids(database, call_id)[0]
    for number, (status, stage) in enumerate(product(CallStatus, Stage)):
        with database.transaction() as session:
            call = calls.lock(session, call_id)
            call.status, call.stage = status, stage
        before = texts(stored(database, call_id))[0]
        after = f"hello {number}"
        if stage is Stage.SUMMARIZE and status in (CallStatus.DONE, CallStatus.FAILED, CallStatus.CANCELED):
            with database.transaction() as session:
                corrections.set_text(session, call_id, segment_id, after)
            assert texts(stored(database, call_id))[0] == after
        else:
            with pytest.raises(Conflict, match=status), database.transaction() as session:
                corrections.set_text(session, call_id, segment_id, after)
            assert texts(stored(database, call_id))[0] == before


def test_a_text_that_search_cannot_hold_is_refused(database: Database) -> None:
    call_id = done_call(database)
    with database.transaction() as session:
        row = session.get_one(SegmentRow, ids(database, call_id)[0])
        row.text = " ".join(f"word{i}" for i in range(150_000))
    with pytest.raises(BadRequest, match="too much text"), database.transaction() as session:
        corrections.set_text(session, call_id, ids(database, call_id)[1], "one more")
    assert_nothing_kept(database, call_id)


def test_corrections_of_one_segment_at_once_are_made_one_after_the_other(database: Database) -> None:
    call_id = done_call(database)
    segment_id = ids(database, call_id)[0]

    def correct(text: str) -> None:
        with database.transaction() as session:
            corrections.set_text(session, call_id, segment_id, text)

    at_once([partial(correct, f"text {i}") for i in range(8)])
    with database.transaction() as session:
        made = corrections.history(session, call_id)
    assert sorted(one.after[0].text for one in made) == [f"text {i}" for i in range(8)]
    chain = [one.before[0].text for one in made] + [stored(database, call_id)[0].text]
    assert chain == ["good morning"] + [one.after[0].text for one in made]
    assert [one.made_at for one in made] == sorted(one.made_at for one in made)


@pytest.mark.parametrize("seed", range(5))
def test_the_original_stays_through_any_corrections(database: Database, seed: int) -> None:
    call_id = done_call(database, summary((0, 1), (2, 3)))
    before = [(segment.id, segment) for segment in stored(database, call_id)]
    random = Random(seed)
    for _ in range(30):
        with database.transaction() as session:
            _correct_somehow(session, call_id, random)
    assert texts(stored(database, call_id)) != texts([segment for _, segment in before])
    with database.transaction() as session:
        made = corrections.original(session, call_id, "en")
        assert [(segment.id, segment) for segment in made.segments] == before
        rows = session.scalars(select(SegmentRow).where(SegmentRow.call_id == call_id)).all()
        assert all(row.text == " ".join(word[2] for word in row.words) for row in rows)
        assert calls.get(session, call_id).words == sum(len(row.words) for row in rows)
        written = transcripts.summary(session, call_id)
        assert written is not None
        assert all(insight.segments for insight in written.insights)
        known = {row.id for row in rows}
    assert all(set(each) <= known for each in evidence(database, call_id))


def _correct_somehow(session: Session, call_id: UUID, random: Random) -> None:
    segments = transcripts.transcript(session, call_id, "en").segments
    segment = random.choice(segments)
    number = segment.id or 0
    match random.randrange(4):
        case 0:
            words = random.choices(["one", "two", "три", *segment.text.split()], k=random.randint(1, 6))
            corrections.set_text(session, call_id, number, " ".join(words))
        case 1:
            corrections.set_speaker(session, call_id, number, random.choice(["Anna", "Mark", None]))
        case 2 if len(segment.text) > 1:
            corrections.split(session, call_id, number, random.randrange(1, len(segment.text)))
        case 3 if segment != segments[-1]:
            corrections.merge(session, call_id, number)


def outdated(database: Database, call_id: UUID) -> bool:
    with database.transaction() as session:
        return transcripts.summary_outdated(session, calls.get(session, call_id))


def resummarize(database: Database, call_id: UUID) -> CallRow:
    with database.transaction() as session:
        return lifecycle.resummarize(session, call_id)


def test_a_summary_is_written_anew(database: Database) -> None:
    call_id = done_call(database)
    assert not outdated(database, call_id)
    with database.transaction() as session:
        corrections.set_text(session, call_id, ids(database, call_id)[0], "hello")
        call = calls.lock(session, call_id)
        call.announced_at = call.finished_at
    assert outdated(database, call_id)
    call = resummarize(database, call_id)
    assert (call.status, call.progress, call.finished_at, call.announced_at) == ("summarizing", 1, None, None)
    job = claimed(database, Stage.SUMMARIZE)
    assert job.attempt == 1
    with database.transaction() as session:
        queue.heartbeat(session, job, 0.3)
        lifecycle.refresh_progress(session, call_id)
        assert calls.get(session, call_id).progress == 1
        old = transcripts.summary(session, call_id)
        assert old is not None
        assert old.text == "All is well."
    with database.transaction() as session:
        lifecycle.summarized(session, call_id, summary(text="All is better."))
        queue.finish(session, job)
    call = call_row(database, call_id)
    assert (call.status, call.progress, call.announced_at) == ("done", 1, None)
    assert call.finished_at is not None
    assert not outdated(database, call_id)
    with database.transaction() as session:
        new = transcripts.summary(session, call_id)
        assert new is not None
        assert new.text == "All is better."


def test_only_done_calls_are_summarized_anew(database: Database) -> None:
    call_id = done_call(database)
    for status in set(CallStatus) - {CallStatus.DONE}:
        with database.transaction() as session:
            calls.lock(session, call_id).status = status
        with pytest.raises(Conflict, match=f"this one is {status}"):
            resummarize(database, call_id)
    assert claim(database, Stage.SUMMARIZE) is None


def test_a_new_summary_comes_after_those_that_wait_already(database: Database) -> None:
    again = done_call(database)
    waiting = assembled_call(database)
    resummarize(database, again)
    assert [claimed(database, Stage.SUMMARIZE).call_id for _ in range(2)] == [waiting, again]


def test_a_new_summary_that_is_canceled_leaves_the_old_one_and_can_be_tried_again(database: Database) -> None:
    call_id = done_call(database)
    resummarize(database, call_id)
    job = claimed(database, Stage.SUMMARIZE)
    with database.transaction() as session:
        lifecycle.cancel(session, call_id)
    with pytest.raises(Stopped), database.transaction() as session:
        lifecycle.summarized(session, call_id, summary(text="Too late."))
    with pytest.raises(Stopped), database.transaction() as session:
        queue.finish(session, job)
    with database.transaction() as session:
        written = transcripts.summary(session, call_id)
        assert written is not None
        assert written.text == "All is well."
        assert texts(corrections.set_text(session, call_id, ids(database, call_id)[0], "hello")) == ["hello"]
    with database.transaction() as session:
        assert lifecycle.retry(session, call_id).status == "summarizing"
    summarize(database, summary())
    assert call_row(database, call_id).status == "done"
    assert [row.status for row in job_rows(database, Stage.SUMMARIZE)] == [JobStatus.DONE]


def test_notices_of_an_earlier_summary_go_and_others_stay(database: Database) -> None:
    away, dropped = Notice("extractive_summary", "Ollama is away."), Notice("ungrounded_items", "One was left out.")
    late = Notice("late_audio", "The sound begins late.")
    call_id = done_call(database, summary(notices=(away, dropped)))
    with database.transaction() as session:
        lifecycle.probed(session, call_id, MediaFacts("wav", "pcm", 20.0, 16000, 1, 1, False), (late,))
    codes = []
    for notices in ((dropped,), (away,), ()):
        resummarize(database, call_id)
        summarize(database, summary(notices=notices))
        codes.append([notice["code"] for notice in call_row(database, call_id).notices])
    assert codes == [["late_audio", "ungrounded_items"], ["late_audio", "extractive_summary"], ["late_audio"]]


def test_corrections_over_http(api: tuple[TestClient, Database]) -> None:
    client, database = api
    call_id = done_call(database)
    first, second, *_ = ids(database, call_id)
    place = f"{RESULTS}/{call_id}/segments"
    both = client.patch(f"{place}/{first}", json={"text": "  Доброе\u00a0 утро,  Cafe\u0301 ", "speaker": "Anna"})
    assert both.status_code == 200
    (segment,) = both.json()
    assert (segment["text"], segment["speaker"]) == ("Доброе утро, Café", "Anna")
    parts = client.post(f"{place}/{second}/split", json={"at": 8, "speaker": "Mark"}).json()
    assert [(part["text"], part["speaker"]) for part in parts] == [("we move", None), ("the release", "Mark")]
    listed = client.get(f"{RESULTS}/{call_id}/corrections").json()
    assert [one["kind"] for one in listed] == ["text", "speaker", "split", "speaker"]
    assert listed[2]["after"][0] == parts[0]
    assert listed[3]["after"] == [parts[1]]
    result = client.get(f"{RESULTS}/{call_id}").json()
    assert (result["summary_outdated"], result["corrected_at"]) == (True, listed[-1]["made_at"])
    assert result["transcription"].startswith("Доброе утро, Café\nwe move\nthe release\n")
    original = client.get(f"{RESULTS}/{call_id}", params={"original": True}).json()
    assert original["transcription"] == "good morning\nwe move the release\nto Friday\nbye now"
    assert original["summary"] == result["summary"] == "All is well."


#: Method, path after the segment's, body.
NONSENSE: list[tuple[str, str, dict[str, object]]] = [
    ("PATCH", "", {}),
    ("PATCH", "", {"text": None}),
    ("PATCH", "", {"text": ""}),
    ("PATCH", "", {"text": " \n"}),
    ("PATCH", "", {"text": "a\nb"}),
    ("PATCH", "", {"text": "a\x00b"}),
    ("PATCH", "", {"text": "a\ud800b"}),
    ("PATCH", "", {"text": "a" * 10_001}),
    ("PATCH", "", {"text": 5}),
    ("PATCH", "", {"speaker": ""}),
    ("PATCH", "", {"speaker": "a" * 101}),
    ("PATCH", "", {"speaker": "a\x00"}),
    ("POST", "/split", {}),
    ("POST", "/split", {"at": 0}),
    ("POST", "/split", {"at": -3}),
    ("POST", "/split", {"at": 12}),
    ("POST", "/split", {"at": 10**30}),
    ("POST", "/split", {"at": 3, "speaker": " "}),
]


def test_nonsense_is_refused_over_http(api: tuple[TestClient, Database]) -> None:
    client, database = api
    call_id = done_call(database)
    place = f"{RESULTS}/{call_id}/segments/{ids(database, call_id)[0]}"
    for method, path, body in NONSENSE:
        response = client.request(method, f"{place}{path}", content=json.dumps(body), headers=JSON)
        assert (body, response.status_code) == (body, 422)
        assert response.json()["type"] == "urn:callscribe:problem:bad-request"
    assert_nothing_kept(database, call_id)


def test_a_body_that_is_no_json_object_is_refused(api: tuple[TestClient, Database]) -> None:
    client, _ = api
    for content, status in ((b"{", 422), (b"[]", 422), (b"", 422), (b"\xc3(", 400)):
        for method, path in (("PATCH", ""), ("POST", "/split")):
            response = client.request(method, f"{RESULTS}/{uuid4()}/segments/1{path}", content=content, headers=JSON)
            assert (content, response.status_code, response.json()["status"]) == (content, status, status)


def test_ids_of_no_segment(api: tuple[TestClient, Database]) -> None:
    client, database = api
    call_id = done_call(database)
    for segment_id, status in ((0, 422), (-1, 422), (2**63, 422), (2**63 - 1, 404)):
        place = f"{RESULTS}/{call_id}/segments/{segment_id}"
        assert client.patch(place, json={"text": "hello"}).status_code == status
        assert client.post(f"{place}/split", json={"at": 1}).status_code == status
        assert client.post(f"{place}/merge").status_code == status


def test_calls_that_are_not_there_or_not_done_over_http(api: tuple[TestClient, Database]) -> None:
    client, database = api
    missing = uuid4()
    assert client.get(f"{RESULTS}/{missing}/corrections").status_code == 404
    assert client.post(f"/api/v1/tasks/{missing}/resummarize").status_code == 404
    waiting = assembled_call(database)
    assert client.post(f"/api/v1/tasks/{waiting}/resummarize").status_code == 409
    assert client.post(f"{RESULTS}/{waiting}/segments/{ids(database, waiting)[0]}/merge").status_code == 409
    summarize(database, summary())
    answer = client.post(f"/api/v1/tasks/{waiting}/resummarize")
    assert (answer.status_code, answer.json()["status"], answer.json()["progress"]) == (202, "summarizing", 1)
