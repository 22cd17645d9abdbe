"""How far ahead somebody wants to look: any number of months is taken, and one that is impossible is answered with what is not."""

from typing import Annotated

from pydantic import Field

from agent.finding import Finding, FindingBuilder
from agent.toolbox.scenario_chips import LIMITS
from tools.errors import UsageError
from tools.twin.simulate.schedule import LONGEST_MONTHS

Horizon = Annotated[int, Field(description="How far to look, in months.")]


def bad_horizon(error: UsageError, made: FindingBuilder, *, no_credit: bool = False) -> Finding:
    """What is possible instead.

    Raises:
        UsageError: `error`, when it is about something else.
    """
    if error.code != "bad_horizon":
        raise error
    made.fact("least", "shortest time", 1, "months", subject=None, source=LIMITS)
    made.fact("most", "longest time", LONGEST_MONTHS, "months", subject=None, source=LIMITS)
    return made.build("bad_horizon", no_credit=no_credit)
