"""`personaforge simulate`: months ahead of one customer, a book or typical customers, as a table."""

import json
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tools.errors import ScenarioError, UsageError

if TYPE_CHECKING:
    from tools.product import Jurisdiction, Product
    from tools.twin.forecast.table import Outlooks, TableBlock
    from tools.twin.scenario.scenario import Scenario
    from tools.twin.simulate.schedule import Schedule
    from tools.twin.twin import Twin

MOST_CUSTOMERS = 10_000_000
#: A month of income of a typical customer, in minor units of pounds, where none is given.
_INCOME_MINOR = 250_000


def simulate(
    login: Annotated[str | None, typer.Option("--as", help="Login, or a role: a customer's own twin, an RM's whole book.")] = None,
    persona: Annotated[
        list[str] | None, typer.Option("--persona", help="Typical customers of a persona instead; several take turns.")
    ] = None,
    customers: Annotated[int, typer.Option("--customers", help="How many typical customers.")] = 100,
    income: Annotated[str | None, typer.Option("--income", help="Their middle monthly income, in pounds: 2500.")] = None,
    months: Annotated[int, typer.Option("--months", help="How many months, 1 to 120.")] = 12,
    paths: Annotated[int, typer.Option("--paths", help="1: one course of events each. 2 to 16384: the mean over so many.")] = 1,
    seed: Annotated[int, typer.Option("--seed", help="Another seed is other luck; the same seed the same file.")] = 7,
    out: Annotated[Path | None, typer.Option("--out", help="Table to write, .csv or .parquet.")] = None,
    scenario: Annotated[Path | None, typer.Option("--scenario", help="What is different: a TOML file of [[changes]].")] = None,
) -> None:
    """Simulate months ahead and write a table, one row for each customer and month."""
    if out is None:
        raise UsageError("Say where the table goes: --out months.csv, or .parquet.")
    from server.table_file import check_file

    check_numbers(customers, months, paths, seed)
    check_file(out)
    if (login is None) == (not persona):
        raise UsageError("Say whom to simulate: --as LOGIN for real customers, or --persona NAME for typical ones.")
    change = None if scenario is None else read_scenario(scenario)
    asked = Asked(months=months, paths=paths, seed=seed, out=out, change=change)
    if login is None:
        _simulate_typical(persona or [], customers, income, asked)
    else:
        _simulate_real(login, asked)


def check_numbers(customers: int, months: int, paths: int, seed: int) -> None:
    """Whether the numbers make sense.

    Raises:
        UsageError: one that does not; the sentence says which are possible.
    """
    from tools.twin.simulate.schedule import LONGEST_MONTHS
    from tools.twin.simulate.simulate import MOST_PATHS

    if not 1 <= months <= LONGEST_MONTHS:
        raise UsageError(f"Cannot look {months} months ahead. Choose 1 to {LONGEST_MONTHS} months.", code="bad_horizon")
    if not 1 <= paths <= MOST_PATHS:
        raise UsageError(f"Cannot simulate {paths} paths. Choose 1 to {MOST_PATHS}.", code="bad_paths")
    if not 1 <= customers <= MOST_CUSTOMERS:
        raise UsageError(f"Cannot make {customers} customers. Choose 1 to {MOST_CUSTOMERS}.")
    if not 0 <= seed < 2**63:
        raise UsageError(f"{seed} cannot be a seed. Choose a whole number from 0 on.")


def read_scenario(file: Path) -> "Scenario":
    """A scenario from a TOML file with a `[[changes]]` table for each change.

    Raises:
        UsageError: it cannot be read (`bad_file`), or it names what does not exist (`bad_scenario`).
        ScenarioError: a change that is impossible for anybody.
    """
    from pydantic import ValidationError

    from tools.twin.scenario.recipe import checked
    from tools.twin.scenario.scenario import Scenario

    try:
        found = Scenario.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read ({type(error).__name__}). Give a TOML file.", code="bad_file") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{file.name} is not TOML: {error}. Correct that line.", code="bad_file") from None
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise UsageError(f"{file.name}, {where}: {first['msg'].lower()}. Correct it in the file.", code="bad_scenario") from None
    if not found.changes:
        raise UsageError(f"{file.name} has no change. Write a [[changes]] table for each.", code="bad_scenario")
    for change in found.changes:
        checked(change)
    return found


@dataclass
class Asked:
    """What is to be simulated, and what came of it."""

    months: int
    paths: int
    seed: int
    out: Path
    change: "Scenario | None"
    customers: int = 0
    not_applicable: int = 0
    groups: dict[tuple[str, str], list[int]] = field(default_factory=dict[tuple[str, str], list[int]])

    def write(
        self, twins: "Iterator[Twin]", products: "dict[str, Product]", outlooks: "Outlooks | None" = None, *, one: bool = False
    ) -> None:
        """Simulate, write the file, and print what was done as one JSON object.

        Args:
            outlooks: what accounts in general teach of real customers, by customer id.
            one: there is only one customer: a scenario that does not apply to it is an error, and not a row without it.
        """
        from server.cli.progress import told
        from server.table_file import table_file
        from tools.twin.forecast.table import course_table, mean_table
        from tools.twin.simulate.schedule import schedule_of

        started = time.monotonic()
        schedules = (schedule_of(twin, self.months) for twin in twins)
        changed = None if self.change is None else self._scenario(self.change, products, one)
        with told("Simulate") as progress, table_file(self.out, ranges=self.paths > 1) as write:
            if self.paths == 1:
                blocks = course_table(schedules, self.seed, changed=changed, outlooks=outlooks)
            else:
                blocks = mean_table(schedules, self.paths, self.seed, changed=changed, outlooks=outlooks)
            for block in blocks:
                write(block)
                self._count(block)
                progress("customers", self.customers)
        print(json.dumps(self._summary(time.monotonic() - started)))

    def _scenario(self, change: "Scenario", products: "dict[str, Product]", one: bool) -> "Callable[[Schedule], Schedule]":
        from tools.twin.scenario.levers import apply

        def changed(schedule: "Schedule") -> "Schedule":
            try:
                return apply(change, schedule, products).schedule
            except ScenarioError:
                if one:
                    raise
                self.not_applicable += 1
                return schedule

        return changed

    def _count(self, block: "TableBlock") -> None:
        balance = block.money["balance"].reshape(-1, self.months)
        self.customers += len(balance)
        for row, lowest, end in zip(range(0, len(block.month), self.months), balance.min(axis=1), balance[:, -1], strict=True):
            group = self.groups.setdefault((block.persona[row], block.currency[row]), [0, 0, 0])
            group[0] += 1
            group[1] += int(lowest < 0)
            group[2] += int(end)

    def _summary(self, seconds: float) -> dict[str, Any]:
        from tools.ledger.money import decimal_amount, rounded_minor

        return {
            "file": str(self.out),
            "customers": self.customers,
            "months": self.months,
            "paths": self.paths,
            "seed": self.seed,
            "rows": self.customers * self.months,
            "not_applicable": self.not_applicable,
            "groups": [
                {
                    "persona": persona,
                    "currency": currency,
                    "customers": count,
                    "below_zero": below,
                    "mean_balance_at_the_end": str(decimal_amount(rounded_minor(total / count), currency)),
                }
                for (persona, currency), (count, below, total) in sorted(self.groups.items())
            ],
            "seconds": round(seconds, 2),
        }


def _simulate_typical(personas: Sequence[str], customers: int, income: str | None, asked: Asked) -> None:
    """Made customers, as of the demo bank's day, so that the same command writes the same file on every day."""
    from server.demo.bank import AS_OF
    from tools.ledger.money import minor_units
    from tools.twin.fit.typical import typical_customers
    from tools.twin.persona.persona import persona_of

    for key in personas:
        persona_of(key)  # an unknown one is said before anything is made
    income_minor = _INCOME_MINOR if income is None else minor_units(income, "GBP")
    if income_minor <= 0:
        raise UsageError(f"An income of {income} makes no customer. Give an amount above zero.", code="bad_amount")
    asked.write(typical_customers(personas, customers, income_minor, AS_OF, asked.seed), _products(asked.change, AS_OF, "uk"))


def _simulate_real(login: str, asked: Asked) -> None:
    """A customer's own twin, or the stored twins of an RM's book."""
    from agent.learnt_outlook import learnt_outlook
    from server.cli.opened import open_bank, principal_named
    from tools.errors import TooShortError
    from tools.ledger.features import features_of
    from tools.ledger.query import CohortQuery
    from tools.twin.fit.fit import fit_twin

    bank = open_bank()
    bank.require_customers()
    principal = principal_named(bank, login)
    view = bank.view(principal)
    if principal.role == "customer":
        history = view.own_history()
        twins: Sequence[Twin] = (fit_twin(history, features_of(history)),)
        learnt = learnt_outlook(view, history)
        outlooks: Outlooks = {history.customer.id: learnt} if learnt else {}
    else:
        twins, outlooks = view.twins(CohortQuery()), view.outlooks(CohortQuery())
    if not twins:
        raise TooShortError("No client of this book has a twin yet. A twin needs three weeks of bookings; import more and try again.")
    products = _products(asked.change, view.business_date(), principal.jurisdiction)
    asked.write(iter(twins), products, outlooks, one=principal.role == "customer")


def _products(change: "Scenario | None", day: date, jurisdiction: "Jurisdiction") -> "dict[str, Product]":
    """What a scenario may adopt."""
    if change is None or all(each.product is None for each in change.changes):
        return {}
    from knowledge.catalogue import load_catalogue

    return {product.id: product for product in load_catalogue().valid_products(day, jurisdiction, "customer")}
