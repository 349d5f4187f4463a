"""What the tests of many machines share."""

import pytest

from tests.cluster import Cluster


@pytest.fixture
def cluster(running: Cluster) -> Cluster:
    """The module's `running` cluster, with every process that an earlier test ended back at work."""
    running.start_missing()
    return running
