"""Vectors of a call into groups, one a speaker."""

import numpy as np
import numpy.typing as npt
import pytest

from callscribe.speakers.clustering import cluster

Vectors = npt.NDArray[np.float32]


def made(who: list[int], *, noise: float = 0.3, seed: int = 0, size: int = 32) -> Vectors:
    """A row for each of these speakers: its own direction with noise."""
    rng = np.random.default_rng(seed)
    directions, _ = np.linalg.qr(rng.normal(size=(size, size)))
    rows = directions[who] + noise * rng.normal(size=(len(who), size)) / np.sqrt(size)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), np.float32)


def found(
    vectors: Vectors, seconds: float | list[float] = 2.0, *, threshold: float = 0.5, speakers: int | None = None
) -> list[int]:
    lengths = np.broadcast_to(np.array(seconds, np.float32), len(vectors)).copy()
    labels: list[int] = cluster(vectors, lengths, threshold=threshold, speakers=speakers).tolist()
    return labels


TALK = [0, 1, 0, 2, 1, 0, 2, 2, 1, 0, 0, 1]


@pytest.mark.parametrize("seed", range(20))
def test_each_speaker_gets_a_number_in_order(seed: int) -> None:
    assert found(made(TALK, seed=seed)) == TALK


def test_one_voice_is_one_speaker() -> None:
    assert set(found(made([3] * 30))) == {0}


@pytest.mark.parametrize("speakers", [1, 2, 3, 5])
def test_the_number_that_is_known_is_kept(speakers: int) -> None:
    assert len(set(found(made(TALK), speakers=speakers))) == speakers


def test_there_are_no_more_speakers_than_stretches() -> None:
    assert found(made([0, 0]), speakers=7) == [0, 1]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_stretches(count: int) -> None:
    assert found(made([0] * count)) == [0] * count


def test_the_same_vector_again_and_again() -> None:
    assert set(found(np.tile(made([0]), (50, 1)))) == {0}
    assert set(found(np.tile(made([0]), (50, 1)), speakers=3)) == {0, 1, 2}


def test_of_whom_nothing_is_known_is_whoever_spoke_before() -> None:
    vectors = made([0, 0, 1, 1, 0, 0])
    vectors[2] = 0
    vectors[4] = np.nan
    assert found(vectors, 4.0) == [0, 0, 0, 1, 1, 0]
    assert found(np.zeros((3, 8), np.float32)) == [0, 0, 0]


def test_the_first_one_of_whom_nothing_is_known_is_whoever_speaks_next() -> None:
    vectors = made([0, 1, 0, 1])
    vectors[0] = np.nan
    assert found(vectors, 4.0) == [0, 0, 1, 0]


def test_an_odd_stretch_is_not_taken_for_one_of_two_speakers() -> None:
    talk = made([0, 1] * 20)
    odd = -talk.mean(axis=0, keepdims=True)
    assert found(np.concatenate([talk, odd]), speakers=2)[:40] == [0, 1] * 20


def test_a_seldom_speaker_is_one_of_two_where_two_are_known() -> None:
    talk = [*[0] * 20, 1]
    assert found(made(talk), speakers=2) == talk


def test_where_nobody_speaks_for_long_all_are_speakers() -> None:
    assert found(made([0, 1, 0]), [1.5, 1.4, 1.1]) == [0, 1, 0]


def test_voices_without_any_likeness_are_found_in_bounded_number() -> None:
    vectors = np.random.default_rng(0).normal(size=(3000, 64)).astype(np.float32)
    assert 1 <= len(set(found(vectors))) <= 20
    assert len(set(found(vectors, speakers=4))) == 4


def test_a_short_stretch_founds_no_speaker() -> None:
    assert found(made([0, 0, 0, 1, 0, 0]), [2, 2, 2, 0.5, 2, 2]) == [0] * 6


def test_a_few_seconds_in_a_long_call_are_no_speaker_but_a_quiet_one_is() -> None:
    long = [0, 1] * 300
    assert set(found(made([*long, 2]))) == {0, 1}
    assert set(found(made([*long, *[2] * 9]))) == {0, 1, 2}


def test_at_most_twenty_are_found() -> None:
    assert len(set(found(made(list(range(30)) * 3, noise=0.05)))) == 20


def test_more_stretches_than_are_compared_with_each_other() -> None:
    who = [0, 1, 2] * 1500
    assert found(made(who)) == who
