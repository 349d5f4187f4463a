"""What a request for a part of a file means."""

import pytest

from callscribe.api.ranges import is_known, selected

SIZE = 1000
HUGE = "9" * 400


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-0", range(1)),
        ("bytes=0-", range(SIZE)),
        ("bytes=0-999", range(SIZE)),
        ("bytes=0-1000", range(SIZE)),
        (f"bytes=0-{HUGE}", range(SIZE)),
        ("bytes=10-19", range(10, 20)),
        ("bytes=00010-00019", range(10, 20)),
        ("bytes=999-", range(999, SIZE)),
        ("bytes=-1", range(999, SIZE)),
        ("bytes=-1000", range(SIZE)),
        ("bytes=-1001", range(SIZE)),
        (f"bytes=-{HUGE}", range(SIZE)),
        ("BYTES= 5-6 ", range(5, 7)),
    ],
)
def test_one_range(header: str, part: range) -> None:
    assert selected(header, SIZE) == part


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=1000-2000", "bytes=-0", f"bytes={HUGE}-", "bytes=1000-1000"])
def test_what_the_file_does_not_have(header: str) -> None:
    part = selected(header, SIZE)
    assert part is not None
    assert not part


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes",
        "bytes=",
        "bytes=-",
        "bytes=a-b",
        "bytes=5-2",
        "bytes=--1",
        "bytes=-1-",
        "bytes=+1-2",
        "bytes=1.0-2",
        "bytes=1 - 2",
        "bytes 1-2",
        "bytes=1-2,4-5",
        "bytes=1-2,",
        "bytes=1-2\n",
        "bytes=\u0661-\u0662",
        "bytes=\u00b2-",
        f"bytes={'9' * 5000}-",
        "seconds=1-2",
        "items=0-5",
    ],
)
def test_what_cannot_be_understood_is_the_whole_file(header: str) -> None:
    assert selected(header, SIZE) is None


@pytest.mark.parametrize("header", ["bytes=0-", "bytes=-1", "bytes=0-0"])
def test_an_empty_file_has_no_part(header: str) -> None:
    assert not selected(header, 0)


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ('"abc"', True),
        ('W/"abc"', True),
        ('"x", "abc"', True),
        ("*", True),
        (" * ", True),
        ('"abcd"', False),
        ('"x"', False),
        ("abc", False),
        ("", False),
        ('"abc', False),
    ],
)
def test_what_a_client_has_already(header: str, *, known: bool) -> None:
    assert is_known(header, '"abc"') is known
