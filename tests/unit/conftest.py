"""What tests of the client share."""

from collections.abc import Iterator

import httpx
import pytest

from tests.clients import KINDS, URL, Answering, Connect, connecting


@pytest.fixture(params=KINDS)
def connect(request: pytest.FixtureRequest) -> Iterator[Connect]:
    with connecting(request.param) as connect:
        yield connect


@pytest.fixture
def client(connect: Connect) -> Answering:
    """A client whose requests are answered by a function."""
    return lambda answer: connect(URL + "/", transport=httpx.MockTransport(answer))
