import pytest

from callscribe.media.timeline import Placement, Timeline

RATE = 1000


def placed(*frames: tuple[float | None, int], origin: float = 0.0) -> tuple[list[Placement], Timeline]:
    timeline = Timeline(origin)
    return [timeline.place(start, samples, RATE) for start, samples in frames], timeline


@pytest.mark.parametrize(
    ("frames", "placements", "position"),
    [
        ([(0.0, 100), (0.1, 100)], [Placement(), Placement()], 0.2),
        ([(None, 100), (None, 100)], [Placement(), Placement()], 0.2),
        ([(5.0, 100)], [Placement(silence=5000)], 5.1),
        ([(0.025, 100), (0.16, 100)], [Placement(), Placement()], 0.2),
        ([(0.0, 100), (0.5, 100)], [Placement(), Placement(silence=400)], 0.6),
        ([(0.0, 1000), (0.5, 1000)], [Placement(), Placement(skip=500)], 1.5),
        ([(0.0, 1000), (0.2, 300)], [Placement(), Placement(skip=300)], 1.0),
        ([(-0.5, 100), (-0.4, 100)], [Placement(), Placement()], 0.2),
    ],
    ids=["contiguous", "no stamps", "late start", "jitter", "gap", "overlap", "doubled", "negative start"],
)
def test_frames_are_joined(
    frames: list[tuple[float | None, int]], placements: list[Placement], position: float
) -> None:
    found, timeline = placed(*frames)
    assert found == placements
    assert timeline.position == pytest.approx(position)
    assert not timeline.jumped or frames[0][0] is None


def test_a_jump_of_hours_is_not_believed_and_later_stamps_still_count() -> None:
    found, timeline = placed((0.0, 1000), (50_000.0, 1000), (50_002.0, 1000))
    assert [placement.silence for placement in found] == [0, 0, 1000]
    assert timeline.jumped


def test_a_clock_that_begins_anew_loses_nothing() -> None:
    found, timeline = placed((0.0, 10_000), (0.0, 10_000), (10.0, 1000))
    assert found == [Placement()] * 3
    assert timeline.position == 21.0
    assert timeline.jumped


def test_silence_is_limited_in_all() -> None:
    timeline = Timeline()
    for hour in range(1, 100):
        timeline.place(hour * 3000.0, 1, RATE)
    assert timeline.position < 13 * 3600
    assert timeline.jumped


def test_a_free_clock_starts_at_its_origin() -> None:
    found, timeline = placed((95_000.0, 100), (95_000.6, 100), origin=95_000.0)
    assert found == [Placement(), Placement(silence=500)]
    assert not timeline.jumped
