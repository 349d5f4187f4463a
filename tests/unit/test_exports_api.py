"""Exports over HTTP, on a real database."""

import io
import json
from datetime import UTC, datetime
from uuid import UUID, uuid4
from zipfile import ZipFile, is_zipfile

import pytest
from docx import Document
from fastapi.testclient import TestClient

from callscribe.api.disposition import attachment
from callscribe.api.zip_stream import zipped
from callscribe.errors import Unavailable
from callscribe.export import FORMATS
from callscribe.export.call import ALL
from callscribe.models import Insight, InsightKind, Segment, Summary, WindowTranscript
from callscribe.store import calls, transcripts
from callscribe.store.database import Database
from tests.stored_calls import cut, new_call

Api = tuple[TestClient, Database]

DAY = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
MANY = "/api/v1/export"


def one(task_id: UUID) -> str:
    return f"/api/v1/results/{task_id}/export"


def add(database: Database, title: str = "Планёрка", *, called_at: datetime = DAY, finished: bool = True) -> UUID:
    """A call of two windows, of which the second has not been heard if it is not finished."""
    call_id = new_call(database)
    cut(database, call_id, 2)
    texts = ["Добрый день.", "Релиз в пятницу."][: 2 if finished else 1]
    with database.transaction() as session:
        row = calls.get(session, call_id)
        row.title, row.called_at, row.language, row.duration = title, called_at, "ru", 20.0
        for index, text in enumerate(texts):
            segment = Segment(10.0 * index, 10.0 * index + 2, text, (), "ru", "Елена")
            heard = WindowTranscript((segment,), "ru", 0.9, "test")
            transcripts.save_window_transcript(session, call_id, index, heard)
        if finished:
            decision = Insight(InsightKind.DECISION, "Релиз в пятницу", (1,), "в пятницу", 10, 12)
            transcripts.save_summary(session, call_id, Summary("О релизе.", (decision,), (), "test"))
    return call_id


#: Query parameters, and what the text then has and has not.
FLAGS: list[tuple[dict[str, str], list[str], list[str]]] = [
    ({}, ["[00:00:10] Елена: Релиз", "О релизе", "- [00:00:10]"], []),
    ({"times": "false"}, ["Елена: Релиз", "О релизе"], ["00:00"]),
    ({"speakers": "false"}, ["[00:00:10] Релиз", "О релизе"], ["Елена"]),
    ({"summary": "false"}, ["[00:00:10] Елена: Релиз"], ["О релизе", "Решения"]),
]
WRONG = [
    (f"{one(UUID(int=0))}?format=txt", 404, "no call with this id"),
    (f"{one(UUID(int=0))}", 422, "format"),
    (f"{one(UUID(int=0))}?format=pdf", 422, "format"),
    (f"{one(UUID(int=0))}?format=txt&times=maybe", 422, "times"),
    ("/api/v1/results/x/export?format=txt", 422, "task_id"),
    (MANY, 422, "format"),
    (f"{MANY}?format=t%00xt", 422, "format"),
    (f"{MANY}?format=txt", 404, "No call meets these conditions"),
    (f"{MANY}?format=txt&tag=%00", 422, "tag"),
    (f"{MANY}?format=txt&task_id=x", 422, "task_id"),
    (f"{MANY}?format=txt&task_id={UUID(int=1)}", 404, str(UUID(int=1))),
    (f"{MANY}?format=txt{f'&task_id={UUID(int=1)}' * 1001}", 422, "task_id"),
]


def opened(content: bytes) -> dict[str, bytes]:
    """The files in an archive, in their order, after a test of their checksums."""
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def names(api: Api, **parameters: str | list[str]) -> list[str]:
    response = api[0].get(MANY, params={"format": "txt", **parameters})
    assert response.status_code == 200, response.text
    return list(opened(response.content))


def test_a_call_in_every_format(api: Api) -> None:
    client, database = api
    call_id = add(database)
    for form, kind in FORMATS.items():
        response = client.get(one(call_id), params={"format": form})
        assert response.status_code == 200
        assert response.headers["content-type"] == kind.media_type
        assert response.headers["content-disposition"] == attachment(f"Планёрка.{form}")
        if form == "docx":
            text = "\n".join(paragraph.text for paragraph in Document(io.BytesIO(response.content)).paragraphs)
        else:
            text = response.content.decode()
        assert "Релиз в пятницу." in text


def test_flags_leave_parts_out(api: Api) -> None:
    client, database = api
    call_id = add(database)
    for flags, there, missing in FLAGS:
        single = client.get(one(call_id), params={"format": "txt", **flags}).content
        (inside,) = opened(client.get(MANY, params={"format": "txt", **flags}).content).values()
        assert inside == single
        assert all(part in single.decode() for part in there), flags
        assert not any(part in single.decode() for part in missing), flags


def test_a_growing_call_is_exported_as_far_as_it_is(api: Api) -> None:
    client, database = api
    growing, new = add(database, finished=False), new_call(database)
    assert client.get(one(growing), params={"format": "txt"}).text == "[00:00:00] Елена: Добрый день.\n"
    content = client.get(one(new), params={"format": "json"}).json()
    assert (content["title"], content["duration"], content["summary"], content["segments"]) == (
        "a.flac",
        None,
        None,
        [],
    )
    assert "a.txt" in client.get(one(new), params={"format": "txt"}).headers["content-disposition"]


def test_many_calls_in_one_archive(api: Api) -> None:
    client, database = api
    first = add(database, "Планёрка", called_at=DAY.replace(day=1))
    add(database, "../a\\b\r\n")
    add(database, "Планёрка")
    add(database, "ПЛАНЁРКА")
    response = client.get(MANY, params={"format": "docx"})
    assert response.headers["content-type"] == "application/zip"
    assert 'filename="calls.zip"' in response.headers["content-disposition"]
    found = opened(response.content)
    assert next(iter(found)) == "2026-11-01 Планёрка.docx"
    assert sorted(name.casefold() for name in found) == [
        "2026-11-01 планёрка.docx",
        "2026-11-22 _a_b.docx",
        "2026-11-22 планёрка (2).docx",
        "2026-11-22 планёрка.docx",
    ]
    assert all(Document(io.BytesIO(content)).paragraphs for content in found.values())
    single = client.get(one(first), params={"format": "json"}).content
    assert opened(client.get(MANY, params={"format": "json"}).content)["2026-11-01 Планёрка.json"] == single


def test_calls_are_chosen_by_id_and_by_filter(api: Api) -> None:
    _, database = api
    ids = [str(add(database, title, called_at=DAY.replace(day=day))) for day, title in enumerate("abc", 1)]
    assert names(api) == ["2026-11-01 a.txt", "2026-11-02 b.txt", "2026-11-03 c.txt"]
    assert names(api, task_id=[ids[2], ids[0], ids[2]]) == ["2026-11-01 a.txt", "2026-11-03 c.txt"]
    assert names(api, **{"from": "2026-11-02", "to": "2026-11-02"}) == ["2026-11-02 b.txt"]
    assert names(api, task_id=ids[:2], **{"from": "2026-11-02"}) == ["2026-11-02 b.txt"]


def test_of_the_calls_that_a_search_finds(api: Api) -> None:
    client, database = api
    found = add(database, "Bericht")
    add(database, "Planung")
    client.patch(f"/api/v1/tasks/{found}", json={"tags": ["quarter"]})
    assert names(api, text="quarters") == ["2026-11-22 Bericht.txt"]
    assert client.get(MANY, params={"format": "txt", "text": "nowhere"}).status_code == 404


def test_names_in_the_archive_say_that_they_are_unicode(api: Api) -> None:
    client, database = api
    add(database)
    with ZipFile(io.BytesIO(client.get(MANY, params={"format": "txt"}).content)) as archive:
        (entry,) = archive.infolist()
    assert entry.flag_bits & 0x800
    assert entry.date_time == (2026, 11, 22, 9, 30, 0)


def test_dates_that_an_archive_cannot_hold(api: Api) -> None:
    client, database = api
    for year in (1812, 2500):
        add(database, called_at=DAY.replace(year=year))
    with ZipFile(io.BytesIO(client.get(MANY, params={"format": "txt"}).content)) as archive:
        entries = [(entry.filename, entry.date_time[0]) for entry in archive.infolist()]
    assert entries == [("1812-11-22 Планёрка.txt", 1980), ("2500-11-22 Планёрка.txt", 2107)]


def test_a_wrong_request_gets_a_sentence(api: Api) -> None:
    for path, status, words in WRONG:
        response = api[0].get(path)
        assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json"), path
        assert words in response.json()["detail"], path


def test_one_unknown_id_among_several_is_told(api: Api) -> None:
    client, database = api
    unknown = uuid4()
    response = client.get(MANY, params={"format": "txt", "task_id": [str(add(database)), str(unknown)]})
    assert (response.status_code, str(unknown) in response.json()["detail"]) == (404, True)


def test_a_call_that_is_deleted_meanwhile_is_left_out(database: Database) -> None:
    ids = [add(database, title) for title in "abc"]
    pieces = zipped(database, ids, "json", ALL)
    begun = next(pieces)
    with database.transaction() as session:
        calls.delete(session, ids[1])
    found = opened(begun + b"".join(pieces))
    assert [json.loads(content)["title"] for content in found.values()] == ["a", "c"]


def test_an_archive_that_breaks_off_is_not_taken_for_whole(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    pieces = zipped(database, [add(database), add(database)], "txt", ALL)
    begun = next(pieces)
    assert begun

    def silent() -> None:
        raise Unavailable("The database does not answer.")

    monkeypatch.setattr(database, "transaction", silent)
    with pytest.raises(Unavailable):
        next(pieces)
    assert not is_zipfile(io.BytesIO(begun + b"".join(pieces)))
