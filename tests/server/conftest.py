from pathlib import Path

import pytest

from tests.server.chat_bank import ChatBank, make_template, serving
from tests.server.running import runs_of


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory) -> Path:
    return make_template(tmp_path_factory.mktemp("template") / "bank.sqlite")


@pytest.fixture
def chat_bank(tmp_path, empty_store):
    bank = ChatBank(tmp_path, empty_store)
    yield bank
    bank.go.set()
    bank.engine.dispose()


@pytest.fixture
def address(chat_bank):
    with serving(chat_bank) as where:
        yield where
        chat_bank.go.set()


@pytest.fixture
async def runs(chat_bank):
    runs = runs_of(chat_bank)
    yield runs
    chat_bank.go.set()
    await runs.drain(5)


@pytest.fixture
def anna(chat_bank):
    return chat_bank.add("anna").principal()


@pytest.fixture
def thread(chat_bank, anna):
    return chat_bank.threads.create(anna.subject).id
