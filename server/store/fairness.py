"""The fairness store: the one reader of protected attributes. It hands out which group a customer is in, and nothing else of them."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from server.store.cipher import Cipher, place_of
from server.store.database import Database
from server.store.tables.customer import PROTECTED
from tools.errors import UnavailableError
from tools.ledger.customer import ProtectedAttributes

_AT_ONCE = 500
#: First year of age of each band.
_AGE_BANDS = ((65, "65_and_over"), (40, "40_to_64"), (25, "25_to_39"), (0, "under_25"))


class FairnessStore:
    """For checks of whether groups are treated alike. No tool that speaks of a customer may hold one."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def groups(self, customer_ids: Sequence[str], on: date) -> Mapping[str, Mapping[str, str]]:
        """Attribute -> customer -> group, as of a day; who has not said, or was erased, is in no group."""
        found: dict[str, dict[str, str]] = {"age_band": {}, "gender": {}}
        for start in range(0, len(customer_ids), _AT_ONCE):
            for one in self._read(customer_ids[start : start + _AT_ONCE]):
                if one.birth_date is not None:
                    found["age_band"][one.customer_id] = age_band(one.birth_date, on)
                if one.gender:
                    found["gender"][one.customer_id] = one.gender
        return found

    def _read(self, customer_ids: Sequence[str]) -> list[ProtectedAttributes]:
        with self._database.reading() as connection:
            rows = connection.execute(select(PROTECTED).where(PROTECTED.c.customer_id.in_(customer_ids))).all()
        read: list[ProtectedAttributes] = []
        for row in rows:
            try:
                key = self._cipher.key(row.customer_id)
            except UnavailableError as error:
                if error.code != "erased":
                    raise
                continue
            read.append(ProtectedAttributes.model_validate_json(key.open(row.sealed, place_of(PROTECTED.name, row.customer_id, "sealed"))))
        return read


def age_band(born: date, on: date) -> str:
    """The band of ages that somebody is in on a day."""
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return next(name for first, name in _AGE_BANDS if age >= first or first == 0)
