"""The stress of neighbours in a bank: on with the text of a legal basis, which is recorded and shown; off, nothing of it is kept."""

from datetime import date
from pathlib import Path

from sqlalchemy import insert, select

from server.bank import Bank
from server.settings import load_settings
from server.store.tables.network import NEIGHBOUR_STRESS
from tests.server.store.bank import principal
from tests.small_bank import SmallBank

BASIS = "Art. 6(1)(f) GDPR, assessment of 2026-11-02"
STAFF = principal("staff", "staff1")


def opened(prepared_bank: SmallBank, folder: Path, basis: str) -> Bank:
    home = prepared_bank.copy(folder / "home")
    return Bank(load_settings({**home.environment, "PERSONAFORGE_NETWORK_LEGAL_BASIS": basis}))


def kept(bank: Bank) -> list[str]:
    with bank.database.reading() as connection:
        return list(connection.scalars(select(NEIGHBOUR_STRESS.c.customer_id)))


def test_the_basis_is_recorded_with_every_turn_and_stands_in_the_card(prepared_bank: SmallBank, tmp_path: Path):
    bank = opened(prepared_bank, tmp_path, BASIS)
    assert bank.versions(STAFF)["network_legal_basis"] == BASIS
    assert bank.model_watch(STAFF).report(30).network_basis == BASIS


def test_without_a_basis_nothing_is_recorded_and_nothing_is_kept(prepared_bank: SmallBank, tmp_path: Path):
    bank = opened(prepared_bank, tmp_path, "")
    with bank.database.writing() as connection:
        connection.execute(insert(NEIGHBOUR_STRESS).values(customer_id="demo:1042", source="demo", as_of=date(2026, 11, 14), stress=0.5))
    bank.catch_up()
    assert kept(bank) == []
    assert "network_legal_basis" not in bank.versions(STAFF)


def test_with_a_basis_it_is_worked_out_for_the_newest_day(prepared_bank: SmallBank, tmp_path: Path):
    bank = opened(prepared_bank, tmp_path, BASIS)
    with bank.database.writing() as connection:
        connection.execute(insert(NEIGHBOUR_STRESS).values(customer_id="demo:1042", source="demo", as_of=date(2020, 1, 1), stress=0.5))
    bank.catch_up()
    assert bank.neighbours.as_of("demo") in {None, bank.business_dates()["demo"]}
