"""Figures about calls, on a real PostgreSQL, against what Python counts."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import median
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import delete, func

from callscribe.models import CallStatus, InsightKind, LanguageChoice, PassageKind, Stage
from callscribe.store.database import Database
from callscribe.store.tables import CallRow, InsightRow, PassageRow, SummaryRow

MOSCOW, BERLIN = ZoneInfo("Europe/Moscow"), ZoneInfo("Europe/Berlin")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Call:
    called_at: datetime = NOON
    duration: float | None = 3600.0
    words: int = 100
    language: str | None = "ru"
    status: CallStatus = CallStatus.DONE
    processing: float | None = None
    tags: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    #: Speaker and seconds, a passage each.
    speech: tuple[tuple[str | None, float], ...] = ()
    #: Owner, and whether it is done.
    action_items: tuple[tuple[str | None, bool], ...] = ()


@pytest.fixture
def api(shared_api: tuple[TestClient, Database]) -> tuple[TestClient, Database]:
    """Without any calls."""
    with shared_api[1].transaction() as session:
        session.execute(delete(CallRow))
    return shared_api


def store(database: Database, *calls: Call) -> None:
    with database.transaction() as session:
        for call in calls:
            for row in rows(call):
                session.add(row)
                session.flush()  # in this order


def rows(call: Call) -> Iterator[Any]:
    call_id, nothing = uuid4(), func.to_tsvector("")
    columns = ("called_at", "duration", "words", "language", "status", "processing")
    yield CallRow(
        id=call_id,
        filename="a",
        title="a",
        media_key="",
        size_bytes=1,
        language_asked=LanguageChoice.AUTO,
        stage=Stage.SUMMARIZE,
        tags=list(call.tags),
        topics=list(call.topics),
        **{column: getattr(call, column) for column in columns},
    )
    passage = {"call_id": call_id, "called_at": call.called_at, "lexemes": nothing}
    yield PassageRow(kind=PassageKind.TITLE, seconds=1e6, **passage)  # no speech
    for speaker, seconds in call.speech:
        yield PassageRow(kind=PassageKind.SPEECH, speaker=speaker, seconds=seconds, **passage)
    yield SummaryRow(call_id=call_id, text="", engine="test", participants=[])
    items: list[tuple[InsightKind, str | None, bool]] = [(InsightKind.DECISION, "Nobody", False)]
    items += [(InsightKind.ACTION_ITEM, owner, done) for owner, done in call.action_items]
    for position, (kind, owner, done) in enumerate(items):
        values = {"text": "", "quote": "", "start": 0, "end": 1, "segments": []}
        done_at = NOON if done else None
        yield InsightRow(call_id=call_id, position=position, kind=kind, owner=owner, done_at=done_at, **values)


def asked(api: tuple[TestClient, Database], **parameters: str) -> dict[str, Any]:
    response = api[0].get("/api/v1/analytics", params={name.strip("_"): value for name, value in parameters.items()})
    assert response.status_code == 200, response.text
    found: dict[str, Any] = response.json()
    return found


def series(found: dict[str, Any]) -> dict[str, int]:
    return {period["start"]: period["calls"] for period in found["series"]}


def test_without_calls_all_is_zero(api: tuple[TestClient, Database]) -> None:
    nothing = {"calls": 0, "hours": 0.0, "words": 0}
    assert asked(api) == {
        "by": "day",
        "timezone": "UTC",
        "total": nothing,
        "series": [],
        "languages": [],
        "statuses": [],
        "processing": {"calls": 0, "hours": 0.0, "processing_hours": 0.0, "median": None, "p95": None},
        "speakers": [],
        "topics": [],
        "open_action_items": [],
    }
    found = asked(api, from_="2026-03-01", to="2026-03-02")
    assert found["series"] == [{"start": f"2026-03-0{day}", **nothing} for day in (1, 2)]


def test_a_period_without_calls_is_zero(api: tuple[TestClient, Database]) -> None:
    store(api[1], Call(NOON), Call(NOON + timedelta(hours=1), duration=1800.0), Call(NOON + timedelta(days=3), words=7))
    found = asked(api)
    assert series(found) == {"2026-03-02": 2, "2026-03-03": 0, "2026-03-04": 0, "2026-03-05": 1}
    assert found["series"][0] == {"start": "2026-03-02", "calls": 2, "hours": 1.5, "words": 200}
    assert found["total"] == {"calls": 3, "hours": 2.5, "words": 207}


def test_weeks_begin_on_monday_and_months_on_the_first(api: tuple[TestClient, Database]) -> None:
    days = [
        datetime(2026, 2, 1, tzinfo=UTC),
        datetime(2026, 2, 28, 23, 59, tzinfo=UTC),
        datetime(2027, 1, 1, tzinfo=UTC),
    ]
    store(api[1], *map(Call, days))
    weeks = series(asked(api, by="week"))
    assert list(weeks)[:2] == ["2026-01-26", "2026-02-02"]
    assert {start: calls for start, calls in weeks.items() if calls} == dict.fromkeys(
        ("2026-01-26", "2026-02-23", "2026-12-28"), 1
    )
    assert all(date.fromisoformat(start).weekday() == 0 for start in weeks)
    months = series(asked(api, by="month"))
    assert list(months) == [f"2026-{month:02}-01" for month in range(2, 13)] + ["2027-01-01"]
    assert [months[f"{month}-01"] for month in ("2026-02", "2026-03", "2027-01")] == [2, 0, 1]


def test_a_day_begins_at_midnight_of_the_zone(api: tuple[TestClient, Database]) -> None:
    midnight = datetime(2026, 5, 1, tzinfo=MOSCOW)
    store(api[1], Call(midnight - timedelta(microseconds=1)), Call(midnight), Call(midnight + timedelta(hours=3)))
    assert series(asked(api)) == {"2026-04-30": 2, "2026-05-01": 1}
    found = asked(api, timezone="Europe/Moscow")
    assert (found["timezone"], series(found)) == ("Europe/Moscow", {"2026-04-30": 1, "2026-05-01": 2})
    assert series(asked(api, timezone="Europe/Moscow", by="month")) == {"2026-04-01": 1, "2026-05-01": 2}


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 25), (date(2026, 3, 29), 23), (date(2026, 6, 1), 24)])
def test_a_day_has_the_hours_that_the_clocks_give_it(api: tuple[TestClient, Database], day: date, hours: int) -> None:
    first = datetime(day.year, day.month, day.day, tzinfo=BERLIN).astimezone(UTC)
    store(api[1], *(Call(first + timedelta(hours=hour)) for hour in range(-1, hours + 1)))
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    assert series(asked(api, timezone="Europe/Berlin")) == {str(before): 1, str(day): hours, str(after): 1}


def test_a_day_that_has_no_midnight_begins_when_the_clocks_are_put_forward(api: tuple[TestClient, Database]) -> None:
    first = datetime(2026, 4, 24, 1, tzinfo=ZoneInfo("Africa/Cairo")).astimezone(UTC)  # after 23:59 comes 01:00
    store(api[1], Call(first - timedelta(seconds=1)), Call(first))
    assert series(asked(api, timezone="Africa/Cairo")) == {"2026-04-23": 1, "2026-04-24": 1}


def test_the_series_goes_from_the_first_period_asked_for_to_the_last(api: tuple[TestClient, Database]) -> None:
    store(api[1], Call(NOON), Call(NOON + timedelta(days=30)))
    assert series(asked(api, from_="2026-03-01", to="2026-03-03")) == {
        "2026-03-01": 0,
        "2026-03-02": 1,
        "2026-03-03": 0,
    }
    assert series(asked(api, from_="2026-03-31")) == {"2026-03-31": 0, "2026-04-01": 1}
    assert series(asked(api, to="2026-03-03")) == {"2026-03-02": 1, "2026-03-03": 0}
    found = asked(api, from_="2026-02-28T22:00:00Z", to="2026-03-02T21:00:00Z", timezone="Europe/Moscow")
    assert series(found) == {"2026-03-01": 0, "2026-03-02": 1}
    assert asked(api, from_="2026-03-03", to="2026-03-01")["series"] == []


def test_more_than_a_thousand_periods_are_refused_or_the_last_are_told(api: tuple[TestClient, Database]) -> None:
    store(api[1], Call(NOON - timedelta(days=1500)), Call(NOON - timedelta(days=999)), Call(NOON))
    found = asked(api)
    assert (len(found["series"]), sum(series(found).values()), found["total"]["calls"]) == (1000, 2, 3)
    assert found["series"][0]["calls"] == found["series"][-1]["calls"] == 1
    start = str((NOON - timedelta(days=1000)).date())
    response = api[0].get("/api/v1/analytics", params={"from": start, "to": "2026-03-02"})
    assert (response.status_code, response.json()["type"]) == (422, "urn:callscribe:problem:bad-request")
    assert "1,000 periods" in response.json()["detail"]
    assert len(asked(api, from_=start, by="week")["series"]) == 144


WRONG = [
    {"timezone": zone}
    for zone in ("", "Mars/Phobos", "Europe", "../../etc/passwd", "a\0b", "a" * 200, "UTC+3", "zone.tab", "\u00e9")
]
WRONG += [{"by": "year"}, {"from": "1-1-1"}, {"tag": "\0"}, {"min_duration": "nan"}]
WRONG += [{"from": "0001-01-01T00:00:00+14:00", "to": "0001-01-02", "timezone": "America/New_York"}]


@pytest.mark.parametrize("parameters", WRONG, ids=str)
def test_nonsense_is_refused(api: tuple[TestClient, Database], parameters: dict[str, str]) -> None:
    response = api[0].get("/api/v1/analytics", params=parameters)
    assert (response.status_code, response.json()["status"]) == (422, 422)


@pytest.mark.parametrize("by", ["day", "week", "month"])
@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "Pacific/Apia"])
def test_the_ends_of_time_are_no_error_of_ours(api: tuple[TestClient, Database], by: str, zone: str) -> None:
    store(api[1], Call(NOON))
    for first, last in (("0001-01-01", "0001-01-02"), ("9999-12-30", "9999-12-31"), ("9999-12-31", "0001-01-01")):
        response = api[0].get("/api/v1/analytics", params={"from": first, "to": last, "by": by, "timezone": zone})
        assert response.status_code in (200, 422), response.text


def test_who_speaks_how_long(api: tuple[TestClient, Database]) -> None:
    store(
        api[1],
        Call(speech=(("Anna", 10.0), ("Mark", 20.0), (None, 5.0))),
        Call(speech=(("Anna", 15.0),), language="en"),
    )
    assert asked(api)["speakers"] == [
        {"speaker": "Anna", "seconds": 25.0, "share": 0.5},
        {"speaker": "Mark", "seconds": 20.0, "share": 0.4},
        {"speaker": None, "seconds": 5.0, "share": 0.1},
    ]
    assert asked(api, language="en")["speakers"] == [{"speaker": "Anna", "seconds": 15.0, "share": 1.0}]


def test_shares_are_of_all_speech_though_only_the_first_twenty_are_told(api: tuple[TestClient, Database]) -> None:
    store(api[1], Call(speech=tuple((f"Speaker {i:02}", 1.0) for i in range(25))), Call(speech=(("Silent", 0.0),)))
    speakers = asked(api)["speakers"]
    assert [one["speaker"] for one in speakers] == [f"Speaker {i:02}" for i in range(20)]
    assert {one["share"] for one in speakers} == {0.04}
    assert asked(api, tag="none")["speakers"] == []


def test_word_forms_are_one_topic(api: tuple[TestClient, Database]) -> None:
    topics = [("тесты оплаты", "отчёт"), ("тестов оплаты",), ("тесты оплаты", "бюджет"), ("отчеты", "payments")]
    store(api[1], *(Call(topics=those) for those in topics))
    assert [(one["topic"], one["calls"]) for one in asked(api)["topics"]] == [
        ("тесты оплаты", 3),
        ("отчеты", 2),
        ("payments", 1),
        ("бюджет", 1),
    ]


def test_open_action_items_by_owner(api: tuple[TestClient, Database]) -> None:
    store(
        api[1],
        Call(NOON, action_items=(("Anna", False), ("Anna", True), ("Mark", True), (None, False))),
        Call(NOON - timedelta(days=9), action_items=(("Anna", False),)),
        Call(NOON - timedelta(days=99), action_items=(("Anna", True),)),
    )
    assert asked(api)["open_action_items"] == [
        {"owner": "Anna", "items": 2, "oldest": "2026-02-21T12:00:00Z"},
        {"owner": None, "items": 1, "oldest": "2026-03-02T12:00:00Z"},
    ]


def test_processing_time_against_duration(api: tuple[TestClient, Database]) -> None:
    store(api[1], *(Call(duration=1000.0, processing=100.0 * i) for i in range(1, 22)))
    store(
        api[1],
        Call(processing=None),
        Call(duration=0.0, processing=5.0),
        Call(duration=None, processing=5.0),
        Call(processing=9e9, status=CallStatus.SUMMARIZING),
    )
    found = asked(api)["processing"]
    assert (found["calls"], found["median"], found["p95"]) == (21, pytest.approx(1.1), pytest.approx(2.0))
    assert found["hours"] == pytest.approx(21 * 1000 / 3600)
    assert found["processing_hours"] == pytest.approx(sum(range(100, 2200, 100)) / 3600)


def generated(count: int, dice: Random) -> list[Call]:
    names = ["Anna", "Mark", "Иван", None]
    return [
        Call(
            called_at=NOON + timedelta(minutes=dice.randrange(60 * 24 * 90)),
            duration=dice.choice([None, dice.uniform(1, 9000)]),
            words=dice.randrange(9000),
            language=dice.choice(["ru", "en", None]),
            status=dice.choice([*CallStatus, *[CallStatus.DONE] * 7]),
            processing=dice.choice([None, dice.uniform(1, 9000)]),
            tags=tuple(dice.sample(["a", "b", "c"], 2)),
            topics=tuple(dice.sample(["budget", "server", "отчёт", "релиз"], dice.randrange(4))),
            speech=tuple((dice.choice(names), dice.uniform(1, 60)) for _ in range(dice.randrange(5))),
            action_items=tuple((dice.choice(names), dice.random() < 0.5) for _ in range(dice.randrange(4))),
        )
        for _ in range(count)
    ]


def counted(calls: list[Call], zone: ZoneInfo) -> dict[str, Any]:
    """The figures by weeks, in plain Python."""
    weeks: Counter[date] = Counter()
    spoken: defaultdict[str | None, float] = defaultdict(float)
    owned: defaultdict[str | None, list[datetime]] = defaultdict(list)
    for call in calls:
        day = call.called_at.astimezone(zone).date()
        weeks[day - timedelta(days=day.weekday())] += 1
        for speaker, seconds in call.speech:
            spoken[speaker] += seconds
        for owner, done in call.action_items:
            owned[owner] += [] if done else [call.called_at]
    ratios = [c.processing / c.duration for c in calls if c.status == "done" and c.processing and c.duration]
    return {
        "weeks": dict(weeks),
        "hours": sum(call.duration or 0 for call in calls) / 3600,
        "words": sum(call.words for call in calls),
        "languages": Counter(call.language for call in calls),
        "statuses": Counter(call.status.value for call in calls),
        "median": median(ratios) if ratios else None,
        "speakers": {speaker: (seconds, seconds / sum(spoken.values())) for speaker, seconds in spoken.items()},
        "topics": Counter(topic for call in calls for topic in call.topics),
        "owners": {owner: (len(moments), min(moments)) for owner, moments in owned.items() if moments},
    }


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
def test_the_figures_are_those_that_python_counts(api: tuple[TestClient, Database], zone: str) -> None:
    calls = generated(60, Random(zone))
    store(api[1], *calls)
    chosen = [call for call in calls if "a" in call.tags and call.language == "ru"]
    for those, filters in ((calls, {}), (chosen, {"tag": "a", "language": "ru"})):
        found, wanted = asked(api, by="week", timezone=zone, **filters), counted(those, ZoneInfo(zone))
        assert found["total"] == {
            "calls": len(those),
            "hours": pytest.approx(wanted["hours"]),
            "words": wanted["words"],
        }
        assert {date.fromisoformat(start): calls for start, calls in series(found).items() if calls} == wanted["weeks"]
        assert sum(period["words"] for period in found["series"]) == wanted["words"]
        assert sum(period["hours"] for period in found["series"]) == pytest.approx(wanted["hours"])
        assert {one["language"]: one["calls"] for one in found["languages"]} == wanted["languages"]
        assert {one["status"]: one["calls"] for one in found["statuses"]} == wanted["statuses"]
        assert found["processing"]["median"] == pytest.approx(wanted["median"])
        shares = {one["speaker"]: (one["seconds"], one["share"]) for one in found["speakers"]}
        assert shares.keys() == wanted["speakers"].keys()
        assert all(shares[name] == pytest.approx(share) for name, share in wanted["speakers"].items())
        assert {one["topic"]: one["calls"] for one in found["topics"]} == wanted["topics"]
        owners = {
            one["owner"]: (one["items"], datetime.fromisoformat(one["oldest"])) for one in found["open_action_items"]
        }
        assert owners == wanted["owners"]
        for name, count in (("languages", "calls"), ("speakers", "seconds"), ("topics", "calls")):
            assert [one[count] for one in found[name]] == sorted((one[count] for one in found[name]), reverse=True)
