"""`personaforge train intervention` and `personaforge evaluate intervention`: a policy of contacts, learned and judged in the simulator."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tools.errors import UsageError

if TYPE_CHECKING:
    from server.intervention.network import OnnxNetwork
    from tools.stress.intervention.card import Card
    from tools.stress.intervention.compare import Interval

LEARN_ON, JUDGE_ON = 501, 1201
_COURSES = 6
_MOST_CUSTOMERS = 20_000


def train_intervention(
    out: Annotated[Path, typer.Option("--out", help="ONNX file to write.")],
    customers: Annotated[int, typer.Option("--customers", help="How many generated customers to learn on.")] = 900,
    rounds: Annotated[int, typer.Option("--rounds", help="Simulated years.")] = 200,
    seed: Annotated[int, typer.Option("--seed", help="Of the generated bank; evaluate with another one.")] = LEARN_ON,
) -> None:
    """Learn when to contact whom, in the simulator. Needs the extra `personaforge[train]`."""
    _check(customers, seed)
    if rounds < 1:
        raise UsageError(f"Cannot learn over {rounds} years. Give at least 1.", code="bad_comparison")
    from server.cli.progress import told
    from server.intervention.ppo import Settings, learn
    from server.intervention.subjects import generated_subjects
    from server.whole_file import check_place, write_whole
    from tools.stress.intervention.book import book_of
    from tools.stress.intervention.constants import constants

    check_place(out)
    with told("Learning") as progress:
        subjects = generated_subjects(customers, seed)
        books = [book_of(subjects, course) for course in range(_COURSES)]

        def year(number: int, *_: float) -> None:
            progress("years", number + 1)

        learned = learn(books, constants(), Settings(rounds=rounds), seed, year)
    write_whole(out, learned)
    print(f"Wrote {out}. Judge it with `personaforge evaluate intervention --policy {out}`.", file=sys.stderr)


def evaluate_intervention(
    policy: Annotated[Path | None, typer.Option("--policy", help="ONNX file; the shipped policy without it.")] = None,
    customers: Annotated[int, typer.Option("--customers", help="How many generated customers to judge on.")] = 500,
    draws: Annotated[int, typer.Option("--draws", help="Years, each with other customers and other luck; the same for all policies.")] = 30,
    seed: Annotated[int, typer.Option("--seed", help="Of the generated bank; not the one it was learned on.")] = JUDGE_ON,
    sensitivity: Annotated[bool, typer.Option("--sensitivity", help="Try every constant at both ends too.")] = False,
    out: Annotated[Path | None, typer.Option("--out", help="Card to write, JSON.")] = None,
) -> None:
    """Compare doing nothing, chance, thresholds, the rule and the learned policy on customers that none was made for."""
    _check(customers, seed)
    from datetime import UTC, datetime

    from server.cli.progress import told
    from server.intervention.evaluation import Wanted, card_of
    from server.whole_file import check_place, write_whole

    if out is not None:
        check_place(out)
    network = _network(policy)
    wanted = Wanted(customers=customers, draws=draws, seed=seed, sensitivity=sensitivity, made_on=datetime.now(UTC).date())
    with told("Judging") as progress:
        card = card_of(network, wanted, progress)
    print("\n".join(lines_of(card)))
    if out is not None:
        write_whole(out, (card.model_dump_json(indent=1) + "\n").encode())
        print(f"Wrote {out}.", file=sys.stderr)


def _check(customers: int, seed: int) -> None:
    if not 20 <= customers <= _MOST_CUSTOMERS or not 0 <= seed < 2**31:
        raise UsageError(
            f"Cannot simulate {customers} customers of seed {seed}. Give 20 to {_MOST_CUSTOMERS} and a seed from 0 on.",
            code="bad_comparison",
        )


def _network(file: Path | None) -> "OnnxNetwork":
    from server.intervention.network import OnnxNetwork, shipped_network

    if file is None:
        return shipped_network()
    try:
        return OnnxNetwork(file.read_bytes())
    except OSError as error:
        raise UsageError(f"{file} cannot be read ({type(error).__name__}). Give a policy file.", code="bad_file") from None


def lines_of(card: "Card") -> list[str]:
    """The table as text: what a year came to for one customer, with 95 % intervals over the draws."""
    from tools.stress.intervention.card import reversals

    rows: list[tuple[str, ...]] = [
        ("policy", "value", "critical weeks", "months < 0", "failed", "costs", "sms/email/call", "against none", "against rule")
    ]
    for line in card.table.lines:
        contacts = "/".join(f"{line.contacts[action]:.2f}" for action in ("sms", "email_offer", "call"))
        rows.append(
            (
                line.policy,
                _shown(line.value),
                f"{line.critical_weeks.mean:.2f}",
                f"{line.months_below_zero.mean:.2f}",
                f"{line.failed_debits.mean:.2f}",
                f"{line.costs.mean:.2f}",
                contacts,
                *(_shown(line.gain[other]) if other in line.gain else "-" for other in ("none", "rule")),
            )
        )
    tried = f" {len(card.sensitivity)} other constants tried; the rule's gain on none reaches zero at: {', '.join(reversals(card.sensitivity)) or 'none of them'}."
    widths = [max(len(row[at]) for row in rows) for at in range(len(rows[0]))]
    table = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [
        f"{card.table.customers:,} customers of seed {card.population_seed}, {card.table.draws} draws; per customer and year, in critical weeks.",
        *table,
        f"Default: {card.default} ({card.because}).{tried if card.sensitivity else ''}",
    ]


def _shown(interval: "Interval") -> str:
    return f"{interval.mean:+.3f} [{interval.low:+.3f}, {interval.high:+.3f}]"
