"""The twin simulation against a plain Python loop and against the drawing of random numbers alone: `personaforge bench twin`.

All sides take turns in one process and on one thread. A rate is that of a side's best round in CPU time, because whatever else the
machine does can only add to it. 200 paths over 12 months:

* `python`: the same model, flow by flow and with the same summaries, one path after the other with `random.gauss`.
* `seven_normals`: nothing but as many independent normals as the naive model draws, one for the income and one for each of six
  categories a month, with NumPy's quickest generator for them (SFC64, float32). `two_normals`: as many as our model needs.
* Memory: the most a process of its own ever held while it made, simulated and summarised 10,000 and 100,000 twins in a stream.
"""

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import numpy as np

from tools.twin.simulate.schedule import Schedule, schedule_of
from tools.twin.simulate.summary import PERCENTILES, summaries
from tools.twin.twin import CategoryLevel, Credit, Twin

MONTHS, PATHS, ROUNDS = 12, 200, 15
CUSTOMERS, FOR_PYTHON, NORMALS = 2_048, 8, 7
FEW, MANY = 10_000, 100_000
TARGETS = {"python": 100.0, "seven_normals": 1.5, "memory": 1.05}


def twins(count: int, seed: int = 7) -> Iterator[Twin]:
    """Varied customers: some save, invest, repay, owe interest or earn it, many run short."""
    rng = random.Random(seed)
    for number in range(count):
        income = round(rng.lognormvariate(12.4, 0.4))
        yield Twin(
            customer_id=f"bench:{number}", as_of=date(2027, 3, 31), currency="GBP", months_of_history=12, persona="saver",
            prior_weight=0.1, balance_minor=round(income * rng.gauss(1, 0.7)), savings_minor=round(income * rng.expovariate(0.5)),
            income_level_minor=income, income_sd_minor=round(income * rng.uniform(0.02, 0.4)), commitments_minor=round(income * 0.4),
            discretionary=tuple(
                CategoryLevel(category=category, monthly_minor=round(income * share))
                for category, share in (("groceries", 0.2), ("transport", 0.1), ("leisure", 0.1), ("other", 0.1))
            ),
            spending_sd_minor=round(income * rng.uniform(0.05, 0.5)), spending_follows_income=rng.uniform(0, 0.6),
            saving_minor=round(income * rng.uniform(-0.02, 0.15)) if rng.random() < 0.7 else 0,
            investment_minor=round(income * 0.1) if rng.random() < 0.3 else 0, balance_level_minor=round(income * rng.gauss(1, 0.5)),
            reversion=0.2, overdraft_limit_minor=50_000 if rng.random() < 0.5 else 0,
            overdraft_rate_bps=3990 if rng.random() < 0.4 else 0, savings_rate_bps=150 if rng.random() < 0.4 else 0,
            credits=(Credit(kind="loan", outstanding_minor=5 * income, instalment_minor=income // 8, rate_bps=700),)
            if rng.random() < 0.3 else (),
        )  # fmt: skip


def by_hand(schedule: Schedule, paths: int, normal: Callable[[], float]) -> dict[str, list[list[float]]]:
    """Mean flows and percentiles month by month, and shares below zero and beyond the limit, as anybody would write it.

    `normal` gives the noise of income and spending in turns, path after path and month after month.
    """
    twin, months = schedule.twin, schedule.months
    income, spread, saving, investment, one_off = (
        getattr(schedule, name).tolist() for name in ("income", "income_spread", "saving", "investment", "one_off")
    )
    spending = (schedule.commitments + schedule.discretionary + schedule.adjustment).tolist()
    spending_spread, savings_rate, overdraft_rate = (
        getattr(schedule, name).tolist() for name in ("spending_spread", "savings_rate_bps", "overdraft_rate_bps")
    )
    loans = loan_by_hand(schedule)
    names = ("income", "spending", "saving", "investment", "interest", "savings_interest", "balance", "savings")
    sums = {name: [0] * months for name in names}
    balances: list[list[int]] = [[] for _ in range(months)]
    ever_zero = ever_limit = 0
    for _ in range(paths):
        balance, savings, lowest = twin.balance_minor, twin.savings_minor, float("inf")
        for month in range(months):
            first, second = normal(), normal()
            earned = round(income[month] + spread[month] * first + max(one_off[month], 0))
            unplanned = round(twin.reversion * (balance - twin.balance_level_minor))
            followed = round(twin.spending_follows_income * spread[month])
            spent = unplanned + round(spending[month] + max(-one_off[month], 0) + followed * first + spending_spread[month] * second)
            refund, clawed_back = max(-spent, 0), max(-earned, 0)
            earned, spent = max(earned, 0) + refund, max(spent, 0) + clawed_back
            interest = round(min(balance, 0) * (overdraft_rate[month] / 120_000))
            savings_interest = round(savings * (savings_rate[month] / 120_000))
            left = balance + earned - spent + interest + loans[month]
            moved = min(saving[month], max(left, 0)) if saving[month] >= 0 else -min(-saving[month], savings)
            left -= moved
            invested = min(investment[month], max(left, 0))
            balance = left - invested
            savings += moved + savings_interest
            lowest = min(lowest, balance)
            balances[month].append(balance)
            for name, flow in zip(names, (earned, spent, moved, invested, interest, savings_interest, balance, savings), strict=True):
                sums[name][month] += flow
        ever_zero += lowest < 0
        ever_limit += lowest < -twin.overdraft_limit_minor
    ranked = [sorted(month) for month in balances]
    return {
        **{name: [[total / paths for total in totals]] for name, totals in sums.items()},
        "percentiles": [[month[-(-paths * percent // 100) - 1] for percent in PERCENTILES] for month in ranked],
        "below_zero": [[sum(balance < 0 for balance in month) / paths for month in ranked]],
        "below_limit": [[sum(balance < -twin.overdraft_limit_minor for balance in month) / paths for month in ranked]],
        "ever": [[ever_zero / paths, ever_limit / paths]],
    }


def loan_by_hand(schedule: Schedule) -> list[int]:
    """What loans bring in less what they cost, month by month."""
    moved = [0] * schedule.months
    for credit in schedule.credits:
        owed = credit.opening_minor
        for month in range(schedule.months):
            owed += int(credit.drawn[month])
            owed += round(owed * float(credit.rate_bps[month]) / 120_000)
            repaid = min(int(credit.instalment[month]), owed)
            owed -= repaid
            moved[month] += int(credit.drawn[month]) - repaid
    return moved


def cpu_seconds(call: Callable[[], object]) -> float:
    start = time.process_time()
    call()
    return time.process_time() - start


def speeds() -> dict[str, float]:
    """Customer-months per CPU second of every side, in its best round."""
    schedules = [schedule_of(twin, MONTHS) for twin in twins(CUSTOMERS)]
    generator = np.random.Generator(np.random.SFC64(7))
    numbers = {count: np.empty((64, count * PATHS), dtype=np.float32) for count in (NORMALS, 2)}
    gauss = random.Random(7).gauss

    def ours() -> None:
        for _ in summaries(schedules, PATHS, 7):
            pass

    def python() -> None:
        for schedule in schedules[:FOR_PYTHON]:
            by_hand(schedule, PATHS, lambda: gauss(0, 1))

    def drawn(count: int) -> Callable[[], None]:
        def draw() -> None:
            for _ in range(CUSTOMERS * MONTHS // 64):
                generator.standard_normal(dtype=np.float32, out=numbers[count])

        return draw

    sides = {
        "ours": (ours, CUSTOMERS), "python": (python, FOR_PYTHON), "seven_normals": (drawn(NORMALS), CUSTOMERS),
        "two_normals": (drawn(2), CUSTOMERS),
    }  # fmt: skip
    ours()
    found = dict.fromkeys(sides, 0.0)
    for _ in range(ROUNDS):
        for name, (call, customers) in sides.items():
            found[name] = max(found[name], customers * MONTHS / cpu_seconds(call))
    return found


def peak(customers: int) -> None:
    """Print the most memory this process ever held, in kB (Linux), after a stream of so many customers."""
    schedules = (schedule_of(twin, MONTHS) for twin in twins(customers))
    count = sum(len(block.schedules) for block in summaries(schedules, PATHS, 7))
    assert count == customers
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def peak_megabytes(customers: int) -> float:
    """The same in a process of its own."""
    command = [sys.executable, "-c", f"from benchmarks.twin import peak; peak({customers})"]
    ended = subprocess.run(command, cwd=Path(__file__).parents[1], check=True, capture_output=True, text=True)
    return int(ended.stdout) / 1024


def main() -> None:
    """Measure and print one JSON object."""
    found = speeds()
    memory = {customers: peak_megabytes(customers) for customers in (FEW, MANY)}
    ratios = {
        "python": found["ours"] / found["python"],
        "seven_normals": found["ours"] / found["seven_normals"],
        "memory": memory[MANY] / memory[FEW],
    }
    print(
        json.dumps(
            {
                "benchmark": "twin",
                "paths": PATHS,
                "months": MONTHS,
                "customer_months_per_cpu_second": {name: round(rate) for name, rate in found.items()},
                "ratio": round(ratios["python"], 1),
                "ratio_to_seven_normals": round(ratios["seven_normals"], 2),
                "ratio_to_two_normals": round(found["ours"] / found["two_normals"], 2),
                "peak_megabytes": {str(customers): round(megabytes, 1) for customers, megabytes in memory.items()},
                "ratio_of_memory": round(ratios["memory"], 3),
                "target": TARGETS["python"],
                "targets": TARGETS,
                "met": ratios["python"] >= TARGETS["python"]
                and ratios["seven_normals"] >= TARGETS["seven_normals"]
                and ratios["memory"] <= TARGETS["memory"],
            }
        )
    )


if __name__ == "__main__":
    main()
