"""The tools of the conversation: one row each, saying who may call it and what it does."""

from functools import cache

from agent.context import Role
from agent.toolbox.tool import Tool


@cache
def toolbox() -> dict[str, Tool]:
    """Every tool by name."""
    from agent.toolbox import (
        advice,
        clients,
        cohort_what_if,
        compare_clients,
        desk,
        goals,
        intervention,
        model_card,
        money,
        portfolio,
        risk,
        what_if,
    )

    rows: tuple[Tool, ...] = (
        *money.TOOLS,
        *goals.TOOLS,
        *what_if.TOOLS,
        *compare_clients.TOOLS,
        *cohort_what_if.TOOLS,
        *risk.TOOLS,
        *intervention.TOOLS,
        *clients.TOOLS,
        *portfolio.TOOLS,
        *model_card.TOOLS,
        *advice.TOOLS,
        *desk.TOOLS,
    )
    return {tool.name: tool for tool in rows}


def tools_for(role: Role) -> tuple[Tool, ...]:
    """The tools that a role may call."""
    return tuple(tool for tool in toolbox().values() if role in tool.roles)
