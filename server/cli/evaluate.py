"""`personaforge evaluate` and `personaforge train`: models judged on, and learned from, real accounts."""

import json
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.cli.evaluate_days import daily_metrics

if TYPE_CHECKING:
    from tools.ledger.transaction import Transaction
    from tools.twin.outlook.outlook import Outlook, Priors
    from tools.twin.outlook.panel import AccountPanel

#: An account is forecast from this age on.
LEAST_DAYS = 80
_HEADER = "account_id,cutoff,horizon_months,p10,p50,p90"
_SOURCE = "berka"

evaluate = typer.Typer(help="Judge a model on real accounts, beside what anyone could say.", no_args_is_help=True)
train = typer.Typer(help="Learn a model from real accounts.", no_args_is_help=True)

Data = Annotated[Path, typer.Option("--data", help="Folder with account, client, disp, trans … as CSV or .asc, plain or gzip.")]


@evaluate.callback()
def _evaluate() -> None:
    """Judge a model on real accounts, beside what anyone could say."""


@train.callback()
def _train() -> None:
    """Learn a model from real accounts."""


@evaluate.command("twin")
def evaluate_twin(
    data: Data,
    cutoff: Annotated[str, typer.Option("--cutoff", help="Last day that may be known, YYYY-MM-DD.")],
    horizon: Annotated[int, typer.Option("--horizon", help="Months ahead, 1 to 24.")],
    out: Annotated[Path, typer.Option("--out", help="CSV to write, one line for every account with 80 days of history.")],
    priors: Annotated[
        Path | None, typer.Option("--priors", help="Learned priors; without them they are learned before the cutoff.")
    ] = None,
    daily: Annotated[bool, typer.Option("--daily", help="Judge the bands of the next 35 days too.")] = False,
) -> None:
    """Forecast month-end balances and, where the data hold the outcome, measure them beside the baselines."""
    from tools.twin.outlook.calibrate import fit_priors
    from tools.twin.outlook.outlook import outlooks
    from tools.twin.outlook.panel import month_step

    asked = _day(cutoff, "--cutoff")
    _check_horizon(horizon)
    given = None if priors is None else read_priors(priors, asked)
    book = read_book(data)
    book.check(asked)
    pool = book.panels(asked)
    forecast = [panel for panel in pool if asked.toordinal() - panel.first_day >= LEAST_DAYS]
    if not forecast:
        _too_short(asked)
    print(f"Forecasting {len(forecast):,} of {len(pool):,} accounts {horizon} months from {asked}.", file=sys.stderr)
    model = given or fit_priors(pool, asked, horizon, source=_SOURCE)
    made = outlooks(model, forecast, horizon)
    _write(out, _lines(forecast, made, asked, horizon))
    print(f"Wrote {out}. Reading the outcomes.", file=sys.stderr)
    metrics: dict[str, Any] = {"cutoff": asked.isoformat(), "horizon_months": horizon, "accounts": len(forecast), "model": card(model)}
    target = month_step(asked, horizon)
    if book.last < target:
        metrics["outcome"] = f"There is no outcome yet: the data end on {book.last}, and the horizon on {target}."
    else:
        metrics |= _measured(book, forecast, made, target, horizon)
    if daily:
        metrics["daily"] = daily_metrics(data, asked)
    print(json.dumps(metrics))


@train.command("twin")
def train_twin(
    data: Data,
    until: Annotated[str, typer.Option("--until", help="Last day that may be used, YYYY-MM-DD.")],
    out: Annotated[Path, typer.Option("--out", help="JSON to write.")],
    horizon: Annotated[int, typer.Option("--horizon", help="Longest horizon to learn, in months, 1 to 24.")] = 12,
    seed: Annotated[int, typer.Option("--seed", help="Another seed deals the accounts into other folds.")] = 0,
) -> None:
    """Learn the pooled balance forecast and write it as plain numbers; prints its card."""
    from tools.twin.outlook.calibrate import fit_priors

    asked = _day(until, "--until")
    _check_horizon(horizon)
    book = read_book(data)
    book.check(asked)
    model = fit_priors(book.panels(asked), asked, horizon, seed, _SOURCE)
    _write(out, [model.model_dump_json()])
    print(f"Wrote {out}.", file=sys.stderr)
    print(json.dumps(card(model)))


@dataclass(frozen=True)
class Book:
    """The bookings of every account, in the order of their numbers, with the balance after each."""

    currency: str
    accounts: "dict[str, tuple[list[Transaction], list[int]]]"
    first: date
    last: date

    def check(self, day: date) -> None:
        """Refuse a day on which the data know nothing, or do not know everything.

        Raises:
            UsageError: the day lies outside the bookings (`bad_cutoff`).
        """
        from tools.errors import UsageError

        if not self.first <= day <= self.last:
            raise UsageError(f"{day} lies outside the data. Choose a day from {self.first} to {self.last}.", code="bad_cutoff")

    def panels(self, until: date) -> "list[AccountPanel]":
        """A panel for each account that has a booking by `until`."""
        from tools.twin.outlook.panel import panel_from

        made = (
            panel_from(
                number,
                self.currency,
                [each.booked_on.toordinal() for each in bookings],
                [each.amount_minor if each.status == "booked" else 0 for each in bookings],
                balances,
                [each.operation for each in bookings],
                until,
            )
            for number, (bookings, balances) in self.accounts.items()
        )
        return [panel for panel in made if panel is not None]


def read_book(folder: Path) -> Book:
    """The accounts of a folder in the format of the PKDD'99 bank.

    Raises:
        ImportRefused: the folder or a table is missing, or it holds no booking.
    """
    from server.cli.progress import told
    from server.importers.berka import CURRENCY, read_berka
    from tools.errors import ImportRefused
    from tools.ledger.reconcile import running_balances

    with told("Reading") as progress:
        batch = read_berka(folder, lambda name, done, _total: progress(name, done))
    if batch.rejected:
        print(f"{len(batch.rejected):,} rows could not be read and are left out.", file=sys.stderr)
    booked: dict[str, list[Transaction]] = {}
    for transaction in batch.transactions:
        booked.setdefault(transaction.account_id, []).append(transaction)
    if not booked:
        raise ImportRefused(f"{folder.name!r} holds no booking that can be read. Put the whole trans table there.")
    accounts = {
        account.external_id: (booked[account.id], running_balances(account, booked[account.id]).tolist())
        for account in sorted(batch.accounts, key=lambda account: (len(account.external_id), account.external_id))
        if account.id in booked
    }
    days = [each.booked_on for each in batch.transactions]
    return Book(currency=CURRENCY, accounts=accounts, first=min(days), last=max(days))


def read_priors(file: Path, cutoff: date) -> "Priors":
    """Priors that `personaforge train twin` wrote.

    Raises:
        UsageError: the file is none (`bad_priors`), or knows days after the cutoff (`future_priors`).
    """
    from pydantic import ValidationError

    from tools.errors import UsageError
    from tools.twin.outlook.outlook import Priors

    try:
        priors = Priors.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise UsageError(
            f"{file} holds no priors ({type(error).__name__}). Make them with `personaforge train twin`.", code="bad_priors"
        ) from None
    if priors.until > cutoff:
        raise UsageError(
            f"{file} was learned until {priors.until}; from {cutoff} it would see the future. Train it with --until {cutoff} or earlier.",
            code="future_priors",
        )
    return priors


def card(priors: "Priors") -> dict[str, Any]:
    """What a model of months was learned from and how it did on past origins: everything but its trees."""
    return priors.model_dump(mode="json", exclude={"forests", "days"})


def _day(text: str, option: str) -> date:
    from tools.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{option} {text!r} is no day. Write it like 1993-12-31.", code="bad_cutoff") from None


def _check_horizon(months: int) -> None:
    from tools.errors import UsageError
    from tools.twin.outlook.outlook import LONGEST_MONTHS

    if not 1 <= months <= LONGEST_MONTHS:
        raise UsageError(f"Cannot look {months} months ahead. Ask for 1 to {LONGEST_MONTHS}.", code="bad_horizon")


def _too_short(cutoff: date) -> None:
    from tools.errors import TooShortError

    raise TooShortError(f"No account has {LEAST_DAYS} days of bookings by {cutoff}. Choose a later cutoff.")


def _lines(panels: "list[AccountPanel]", made: "list[Outlook]", cutoff: date, horizon: int) -> list[str]:
    from tools.ledger.money import decimal_amount

    lines = [_HEADER]
    for panel, outlook in zip(panels, made, strict=True):
        at = outlook.horizons[-1]
        amounts = (decimal_amount(minor, panel.currency) for minor in (at.p10_minor, at.p50_minor, at.p90_minor))
        lines.append(",".join((panel.key, cutoff.isoformat(), str(horizon), *(str(amount) for amount in amounts))))
    return lines


def _write(file: Path, lines: list[str]) -> None:
    from server.whole_file import write_whole

    write_whole(file, "".join(f"{line}\n" for line in lines).encode())


def _measured(book: Book, panels: "list[AccountPanel]", made: "list[Outlook]", target: date, horizon: int) -> dict[str, Any]:
    """Our measures and those of the baselines, on settled and on full histories."""
    import numpy as np

    from tools.ledger.money import exponent
    from tools.twin.outlook.evaluation import baselines, in_sample, ratios, scales, score

    outcome_of = {panel.key: int(panel.balance[-1]) for panel in book.panels(target)}
    outcomes = np.array([outcome_of[panel.key] for panel in panels], dtype=np.float64)
    ends = (outlook.horizons[-1] for outlook in made)
    ours = np.array([(end.p10_minor, end.p50_minor, end.p90_minor) for end in ends], dtype=np.float64)
    minor = 10 ** exponent(book.currency)
    past = [_month_ends(panel) for panel in panels]
    found: dict[str, Any] = {"target": target.isoformat(), "currency": book.currency}
    for kind in ("settled", "full"):
        histories = [in_sample(each, kind) for each in past]
        scale = scales(histories)
        forecast = score(outcomes, ours, scale, minor)
        others = {name: score(outcomes, quantiles, scale, minor) for name, quantiles in baselines(histories, horizon).items()}
        scores = {"forecast": forecast, **others, "ratios": ratios(forecast, others)}
        found[kind] = {name: each.model_dump() for name, each in scores.items()}
    return found


def _month_ends(panel: "AccountPanel") -> list[float]:
    """Balances at whole months back from the cutoff, oldest first, as far as the account reaches."""
    from tools.twin.outlook.panel import month_step

    cutoff = date.fromordinal(panel.last_day)
    months = (cutoff - date.fromordinal(panel.first_day)).days // 28 + 1
    days = (month_step(cutoff, -back).toordinal() - panel.first_day for back in range(months + 1))
    return [float(panel.balance[day]) for day in days if day >= 0][::-1]
