"""Described customers: the schema of `personaforge seed --case FILE.toml`, also used by the demo bank's named people.

Amounts are decimal major units (`1250.50`), dates are TOML dates. Every table but `[customer]` may be left out.

    [customer]            number, name, kind (person, business), segment (retail, hni, msme), joined_on
    [profile]             fields of tools.ledger.customer.Profile; `monthly_income` and `savings_goal` in major units
    [protected]           birth_date, gender, pronouns
    [[parties]]           name, part (owner, joint, authorised, mandate), kind; an `owner` stands for a business customer
    [[accounts]]          key, kind (current, savings, business, card), name, currency, opening_balance, overdraft_limit, opened_on, product
    [[holdings]]          key, kind, name, currency, value, opened_on, closed_on, product
    [[contracts]]         holding (a key), starts_on, matures_on, fixed_until, due_day, principal, instalment, rate_bps, outstanding
    [[transactions]]      date, amount, description; account (a key, the first account if left out), category, operation, counterparty,
                          time ("14:30"), status (booked, failed)
    [persona]             instead of transactions: lifestyle, months, seed, and `override` with any field of a lifestyle file;
                          its accounts come with it, and [[accounts]] adds further ones on which nothing moves;
                          nothing happens by chance but what `override.chances` names
    [[events]]            with a persona: kind and the fields of tools.population.event (job_loss, income_change, late_salary,
                          late_invoices, spending_change, spree, lending_apps, missed_payments, large_purchase, windfall, new_loan)
    [[notes]]             on, author, text
    [[interactions]]      on, channel, direction, purpose, text
    [[flags]]             kind, since, until
    login = "anna"        a login for the customer; book = "rm1": the relationship manager whose client it is

A file that does not fit is refused as a whole, naming the file, the key and the remedy.
"""

import tomllib
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from server.demo.login import DemoLogin
from server.demo.schema import Case
from server.demo.told import SOURCE, told_bank
from tools.errors import UsageError
from tools.population.bank import GeneratedBank


def read_case(path_or_text: Path | str, moved_days: int = 0) -> Case:
    """The case in a file (`Path`) or a text, with every date in it moved by `moved_days`.

    Raises:
        UsageError: no such file, no TOML, or something that does not fit (`bad_case`).
    """
    name = path_or_text.name if isinstance(path_or_text, Path) else "the case"
    try:
        text = path_or_text.read_text("utf-8") if isinstance(path_or_text, Path) else path_or_text
        return Case.model_validate(_moved(tomllib.loads(text, parse_float=Decimal), timedelta(days=moved_days)))
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{name} cannot be read. Give the path of a TOML file.", code="bad_case") from None
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is not valid TOML: {error}. Correct that line.", code="bad_case") from None
    except ValidationError as error:
        raise UsageError(f"{name}: {first_problem(error)}. Correct it and run again; nothing was added.", code="bad_case") from None


def first_problem(error: ValidationError) -> str:
    """The first thing wrong, with its key."""
    found = error.errors()[0]
    where = ".".join(str(part) for part in found["loc"])
    message = found["msg"].removeprefix("Value error, ")
    return f"key {where!r}: {message}" if where else message


def load_case(path_or_text: Path | str, as_of: date, moved_days: int = 0, days_beyond: int = 0) -> GeneratedBank:
    """The described customer as a batch, as of the bank's business date. `books` names the book, if the case does.

    `moved_days` moves every date of the case; bookings go on for `days_beyond` days after `as_of`.

    Raises:
        UsageError: as `read_case`, or a story that contradicts itself (an unknown account key, lifestyle, category or amount).
    """
    name = path_or_text.name if isinstance(path_or_text, Path) else "the case"
    case = read_case(path_or_text, moved_days)
    try:
        return told_bank(case, as_of, days_beyond)
    except ValidationError as error:
        raise UsageError(f"{name}: {first_problem(error)}. Correct it and run again; nothing was added.", code="bad_case") from None
    except UsageError as error:
        raise UsageError(f"{name}: {error.message}", code="bad_case") from None


def login_of(case: Case) -> DemoLogin | None:
    """The login that a case asks for."""
    if case.login is None:
        return None
    return DemoLogin(login=case.login, role="customer", name=case.customer.name, customer_id=f"{SOURCE}:{case.customer.number}")


def _moved(value: Any, by: timedelta) -> Any:
    """The table with every date moved."""
    if isinstance(value, dict):
        return {key: _moved(item, by) for key, item in cast(dict[str, Any], value).items()}
    if isinstance(value, list):
        return [_moved(item, by) for item in cast(list[Any], value)]
    return value + by if isinstance(value, date) and by else value
