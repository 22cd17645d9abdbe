"""The demo bank in small: its named people and two dozen customers, with passwords made for this run, ready in seconds."""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.auth.passwords import generate_password
from server.bank import Bank
from server.demo.bank import demo_books
from server.demo.login import demo_logins
from server.settings import load_settings

CUSTOMERS = 24


@dataclass(frozen=True)
class SmallBank:
    """A home folder that is prepared, with the passwords of its logins. Nobody writes to the first one: tests take copies."""

    home: Path
    passwords: Mapping[str, str]

    def copy(self, folder: Path) -> "SmallBank":
        """The same bank in another folder, to be changed."""
        return SmallBank(Path(shutil.copytree(self.home, folder)), self.passwords)

    @property
    def environment(self) -> dict[str, str]:
        """What a process needs to find it."""
        return {"PERSONAFORGE_HOME": str(self.home)}

    def open(self) -> Bank:
        """The bank in this process."""
        return Bank(load_settings(self.environment))


def make_small_bank(home: Path) -> SmallBank:
    """Prepare a home folder: schema, keys, logins, three books and the index of the documents."""
    bank = Bank(load_settings({"PERSONAFORGE_HOME": str(home)}))
    try:
        return SmallBank(home, fill(bank))
    finally:
        bank.database.engine.dispose()


def fill(bank: Bank) -> dict[str, str]:
    """Put the small demo bank into an empty one. Gives the password of each login."""
    passwords = {login.login: generate_password() for login in demo_logins()}
    for login in demo_logins():
        bank.auth.registration.add(
            login.login, passwords[login.login], login.name, login.role, bank.now(), demo=True, customer_id=login.customer_id
        )
    for book, batch in demo_books(customers=CUSTOMERS).items():
        bank.ledger.add_batch(batch, book_login=book)
    bank.warm()
    return passwords
