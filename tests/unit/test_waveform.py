"""How loud a call is: joined from its windows, and made as short as it is wanted."""

from itertools import pairwise
from typing import Any
from uuid import UUID, uuid4

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from callscribe.api.waveform import reduced
from callscribe.jobs import lifecycle
from callscribe.models import Window
from callscribe.store.database import Database
from tests.stored_calls import new_call

Api = tuple[TestClient, Database]


def store(database: Database, call_id: UUID, *windows: tuple[float, float, bytes | None]) -> None:
    with database.transaction() as session:
        for index, (start, end, peaks) in enumerate(windows):
            lifecycle.window_cut(session, call_id, Window(index, start, end, ()), f"{index}.flac", peaks)


def waveform(api: TestClient, call_id: UUID, points: int = 800) -> dict[str, Any]:
    response = api.get(f"/api/v1/tasks/{call_id}/waveform", params={"points": points})
    assert response.status_code == 200
    answer: dict[str, Any] = response.json()
    return answer


def test_windows_are_joined_in_order_and_levels_become_percent(shared_api: Api) -> None:
    api, database = shared_api
    call = new_call(database)
    store(database, call, (0, 0.3, bytes([0, 255, 51])), (0.3, 0.5, bytes([128, 3])))
    assert waveform(api, call) == {"duration": 0.5, "points": [0, 100, 20, 50, 1]}


def test_a_long_call_is_made_as_short_as_wanted_and_keeps_its_loudest_moments(shared_api: Api) -> None:
    api, database = shared_api
    call = new_call(database)
    store(database, call, (0, 40, bytes([51] * 399 + [255])), (40, 80, bytes([102] * 400)))
    assert waveform(api, call, 10)["points"] == [20, 20, 20, 20, 100, 40, 40, 40, 40, 40]


def test_windows_that_end_within_a_tenth_do_not_shift_what_follows(shared_api: Api) -> None:
    api, database = shared_api
    call = new_call(database)
    length = 1.024  # eleven values, of which the last is nearly empty
    borders = [length * number for number in range(101)]
    quiet = [(start, end, bytes(11)) for start, end in pairwise(borders)]
    store(database, call, *quiet[:-1], (borders[99], borders[100], bytes([255] * 11)))
    found = waveform(api, call, 4000)
    assert found["duration"] == pytest.approx(102.4)
    assert found["points"].index(100) == int(borders[99] * 10)
    assert len(found["points"]) == pytest.approx(1024, abs=1)


def test_windows_from_before_there_was_loudness_are_silent(shared_api: Api) -> None:
    api, database = shared_api
    call = new_call(database)
    store(database, call, (0, 0.2, None), (0.2, 0.3, bytes([255])))
    assert waveform(api, call) == {"duration": 0.3, "points": [0, 0, 100]}


def test_a_call_of_which_nothing_is_prepared_has_no_points(shared_api: Api) -> None:
    api, database = shared_api
    assert waveform(api, new_call(database)) == {"duration": 0, "points": []}


@pytest.mark.parametrize("points", ["9", "4001", "x", "99999999999999999999", "\0"])
def test_other_numbers_of_points_are_refused(shared_api: Api, points: str) -> None:
    api, database = shared_api
    refused = api.get(f"/api/v1/tasks/{new_call(database)}/waveform", params={"points": points})
    assert refused.status_code == 422
    assert "points" in refused.json()["detail"]


def test_a_call_that_is_not_there_is_not_found(shared_api: Api) -> None:
    assert shared_api[0].get(f"/api/v1/tasks/{uuid4()}/waveform").status_code == 404


@given(st.binary(max_size=300), st.integers(10, 4000))
def test_no_loud_moment_is_lost_and_no_level_invented(loudness: bytes, points: int) -> None:
    short = reduced(loudness, points)
    assert len(short) == min(points, len(loudness))
    assert max(short, default=0) == max(loudness, default=0)
    assert set(short) <= set(loudness)
