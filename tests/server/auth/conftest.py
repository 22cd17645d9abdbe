import pytest

from tests.server.auth.memory_accounts import Bank


@pytest.fixture
def bank(tmp_path):
    return Bank(tmp_path)
