"""What came of an act about a goal, as facts to speak of."""

from agent.decision import DecidedGoal
from agent.finding import FindingBuilder


def tell_goal(found: DecidedGoal, made: FindingBuilder) -> None:
    """The goal, the plan it is in, and the time to undo."""
    made.money("amount", "amount of the goal", found.goal.amount_minor, currency=found.currency)
    made.labels.update(dated=found.goal.by is not None, named=found.goal.purpose is not None, undo=found.undo_minutes is not None)
    if found.goal.by is not None:
        made.fact("by", "wanted by", found.goal.by.isoformat(), "date")
    if found.goal.purpose is not None:
        made.text("purpose", found.goal.purpose, "goal")
    if found.undo_minutes is not None:
        made.fact("undo", "time to undo it", found.undo_minutes, "minutes")
    made.fact("goals", "goals in the plan", found.goals, "count")
    made.labels["one_goal"] = found.goals == 1
