"""What more than one folder of tests needs: a real PostgreSQL, and a small bank that is made once."""

from pathlib import Path

import pytest

from tests.postgres import migrated_postgres_url, postgres_server, postgres_template, postgres_url
from tests.small_bank import SmallBank, make_small_bank

__all__ = ["migrated_postgres_url", "postgres_server", "postgres_template", "postgres_url", "prepared_bank", "small_bank"]


@pytest.fixture(scope="session")
def prepared_bank(tmp_path_factory: pytest.TempPathFactory) -> SmallBank:
    """The small bank that the others are copies of."""
    return make_small_bank(tmp_path_factory.mktemp("small") / "home")


@pytest.fixture
def small_bank(prepared_bank: SmallBank, tmp_path: Path) -> SmallBank:
    """A small bank of this test's own."""
    return prepared_bank.copy(tmp_path / "home")
