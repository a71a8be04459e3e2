"""The tenant that the tests of the Graph edge ask."""

from collections.abc import Iterator

import pytest

from tests.graph.tenant import Tenant, open_tenant


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    with open_tenant() as tenant:
        yield tenant
