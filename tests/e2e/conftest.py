from collections.abc import Callable, Iterator

import pytest

from tests.agent.models.openai_server import openai_server, stalls_before
from tests.e2e.client import Person
from tests.e2e.served import Served, served
from tests.small_bank import SmallBank


@pytest.fixture(scope="session")
def running_server(prepared_bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server that the tests share: each uses threads of its own."""
    folder = tmp_path_factory.mktemp("served")
    with served(prepared_bank.copy(folder / "home"), folder / "server.log") as server:
        yield server


@pytest.fixture(scope="session")
def slow_server(prepared_bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server whose model never answers: each reply takes a few seconds, until the built-in model writes it instead."""
    folder = tmp_path_factory.mktemp("slow")
    with openai_server(stalls_before) as endpoint:
        settings = {"PERSONAFORGE_MODEL": "slow", "OPENAI_BASE_URL": endpoint.base_url, "PERSONAFORGE_MODEL_TIMEOUT_SECONDS": "4"}
        with served(prepared_bank.copy(folder / "home"), folder / "server.log", **settings) as server:
            yield server


@pytest.fixture(scope="session")
def mortal_server(prepared_bank: SmallBank, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Another server, for the tests that end it."""
    folder = tmp_path_factory.mktemp("mortal")
    with served(prepared_bank.copy(folder / "home"), folder / "server.log") as server:
        yield server


@pytest.fixture
def mortal(mortal_server: Served) -> Served:
    """The server to be killed, running again whatever the test before did to it."""
    mortal_server.start()
    return mortal_server


@pytest.fixture
def signed_in(running_server: Served) -> Iterator[Callable[[str], Person]]:
    """Signs people in at the shared server, and closes their clients."""
    people: list[Person] = []

    def sign_in(login: str) -> Person:
        people.append(Person(running_server, login))
        return people[-1]

    yield sign_in
    for person in people:
        person.rest.close()


@pytest.fixture
def anna(signed_in: Callable[[str], Person]) -> Person:
    return signed_in("anna")
