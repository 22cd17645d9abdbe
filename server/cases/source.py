"""One data set to learn from or to be judged on: its inputs first, and its outcomes apart, when they are asked for."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Protocol, get_args

from tools.errors import UsageError
from tools.stress.learn.cases import Cases, Source


class CaseSource(Protocol):
    """A data set that has been opened."""

    def cutoffs(self) -> tuple[date, ...]:
        """Days on which cases are made unless others are asked for."""
        ...

    def cases(self, cutoffs: Sequence[date]) -> Cases:
        """Inputs as of each cutoff; no outcome is known yet.

        Raises:
            UsageError: a cutoff that the data do not reach (`bad_cutoff`).
            TooShortError: nobody has a history that is long enough.
        """
        ...

    def with_outcomes(self, cases: Cases) -> Cases:
        """The same cases with what came of them; NaN where the data end too early to say."""
        ...


def open_cases(path: Path, given: str) -> CaseSource:
    """The data set at `path` in the format `given`.

    Raises:
        UsageError: no such format, or a file that is not in it.
    """
    if given == "berka":
        from server.cases.berka import BerkaCases

        return BerkaCases(path)
    if given == "uci-credit":
        from server.cases.uci_credit import UciCreditCases

        return UciCreditCases(path)
    if given == "bank":
        from server.cases.bank import BankCases

        return BankCases(path)
    raise UsageError(f"There is no format {given!r}. Use {', '.join(get_args(Source))}.")
