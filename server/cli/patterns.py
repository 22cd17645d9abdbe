"""`personaforge evaluate patterns`: how well the rule finds money that passes through and heavy gambling in banks it was not set on."""

import json
from typing import Annotated

import typer

_SEEDS = [301, 302]


def evaluate_patterns(
    seed: Annotated[list[int], typer.Option("--seed", help="Of a generated bank; give it again for another one.")] = _SEEDS,
    customers: Annotated[int, typer.Option("--customers", help="Of each bank, from 30 on.")] = 600,
) -> None:
    """Judge the rule on generated banks, beside the largest incoming transfers and beside shuffled labels; prints one JSON object."""
    from server.cases.patterns import SET_ON, pattern_cases
    from tools.errors import UsageError
    from tools.stress.monitor.patterns import judge_patterns

    if min(seed) < 0 or SET_ON in seed or customers < 30:
        raise UsageError(
            f"The rule cannot be judged on that: its limits were set on seed {SET_ON}. Give other seeds from 0 on and 30 customers or more.",
            code="bad_comparison",
        )
    cases = [case for each in seed for case in pattern_cases(each, customers)]
    reports = {one.pattern: one.model_dump(mode="json", exclude={"pattern"}) for one in judge_patterns(cases, seed[0])}
    print(json.dumps({"seeds": seed, "customers": len(cases), **reports}))
