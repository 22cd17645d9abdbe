"""Insights as they are shown: which block says each of them, with the facts behind it."""

from datetime import date
from typing import Any

from agent.reply import Block
from tools.twin.insight.insight import InsightKind, Severity
from tools.value import Value


class ShownInsight(Value):
    """One insight: what it is, how to dismiss it, which day it is about, and which block says it."""

    key: str
    kind: InsightKind
    severity: Severity
    on: date | None
    block: str


class WorthKnowing(Value):
    """At most three insights with their checked blocks and facts, the most important first. Facts are as a turn tells them."""

    insights: tuple[ShownInsight, ...] = ()
    blocks: tuple[Block, ...] = ()
    facts: dict[str, Any] = {}
