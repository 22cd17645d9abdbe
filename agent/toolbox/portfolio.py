"""The whole book in a few figures, and what changed in it: with names for a relationship manager, in numbers alone for staff."""

from collections.abc import Sequence
from datetime import date, timedelta

from pydantic import Field

from agent.context import ClientName, Role, View
from agent.draft import DraftTable
from agent.finding import Finding, FindingBuilder
from agent.reply import Column
from agent.toolbox.tool import Arguments, Tool
from tools.ledger.query import Aggregate, Band, CohortQuery, Condition
from tools.stress.monitor.changes import BandChange, BookChanges

_BOTH: frozenset[Role] = frozenset({"rm", "staff"})
_BANDS: tuple[Band, ...] = ("critical", "watchlist", "healthy", "too_short")
#: Who is told by name: more lines are not read on a morning.
MOST_NAMED = 8
#: Looked back so far unless a day is named.
USUAL_DAYS = 30
#: The past is scored over half a year when a bank is set up; further back there may be nothing to compare with.
MOST_DAYS = 175


class SinceArguments(Arguments):
    """What has changed since when."""

    since: date | None = Field(default=None, description="First day to look back to, YYYY-MM-DD; a month ago when left out.")


def portfolio_summary(wanted: SinceArguments, view: View, made: FindingBuilder) -> Finding:
    """The whole book in a few figures, and what changed in it since a day."""
    days = days_back(wanted.since, made)
    changes = tuple(view.changes(days))
    if not sum(one.clients for one in changes):
        return made.build("empty")
    made.fact("clients", "clients", sum(one.clients for one in changes), "count")
    for band in _BANDS:
        count = sum(one.bands.get(band, 0) for one in changes)
        made.fact(f"band_{band}", f"clients in band {band.replace('_', ' ')}", count, "count")
        made.labels[f"has_{band}"] = count > 0
    if view.principal.role == "rm":
        _balances(view, made)
    _changed(changes, made)
    _tables(changes, view.clients(), made)
    return made.build("ok")


def days_back(since: date | None, made: FindingBuilder) -> int:
    """How many days to look back from the newest business date: to the day that was named, or a month."""
    days = USUAL_DAYS if since is None else (made.as_of - since).days
    made.fact("most", "scores can be compared over", MOST_DAYS, "days")
    made.labels.update(ahead=days < 1, cut=days > MOST_DAYS, asked=since is not None)
    return min(max(days, 1), MOST_DAYS)


def _balances(view: View, made: FindingBuilder) -> None:
    """What stands on the accounts, by source and currency: sums never mix them."""
    below = view.run_query(CohortQuery(where=Condition(field="balance", op="lt", value=0), aggregate=Aggregate(function="count")))
    made.fact("below", "clients with a balance below zero", sum(row.clients for row in below.groups), "count")
    rows: list[tuple[str, ...]] = []
    for number, row in enumerate(view.run_query(CohortQuery(aggregate=Aggregate(function="sum", field="balance"))).groups):
        clients = made.fact(f"clients_{number}", "clients", row.clients, "count")
        total = made.money(f"total_{number}", "sum of balances", round(row.value or 0), currency=row.currency, digits=0)
        rows.append((made.text(f"source_{number}", row.source, "source"), clients, total))
    columns = (
        Column(key="source", label="Source"),
        Column(key="clients", label="Clients", align="right"),
        Column(key="total", label="Balances", align="right"),
    )
    made.parts.append(DraftTable(title="The book by source and currency", columns=columns, rows=tuple(rows)))


def _changed(changes: Sequence[BookChanges], made: FindingBuilder) -> None:
    """How many moved. Each source is looked at up to its own business date, so one day stands for all only where there is one."""
    compared = sum(one.compared for one in changes)
    worse, better = (sum(getattr(one.flows, way) for one in changes) for way in ("worse", "better"))
    days = (changes[0].as_of - changes[0].since).days
    made.fact("days", "days looked back", days, "days")
    made.fact("since", "compared with", (made.as_of - timedelta(days=days)).isoformat(), "date")
    made.fact("compared", "clients with a score then and now", compared, "count")
    made.fact("worse", "clients in a worse band than then", worse, "count")
    made.fact("better", "clients in a better band than then", better, "count")
    made.fact("insights", "new insights", sum(one.insights for one in changes), "count")
    made.labels.update(
        compared=compared > 0,
        moved=worse + better > 0,
        sampled=any(one.sampled for one in changes),
        several=len({one.as_of for one in changes}) > 1,
        has_insights=any(one.insights for one in changes),
    )


def _tables(changes: Sequence[BookChanges], names: Sequence[ClientName], made: FindingBuilder) -> None:
    named = {client.customer_id: client for client in names}
    moved = [(one, change) for one in changes for change in (*one.worse, *one.better) if change.customer_id in named]
    moved.sort(key=lambda pair: (-(pair[1].score or 0.0), pair[1].customer_id))
    if moved:
        made.fact("named", "clients named", min(len(moved), MOST_NAMED), "count")
        made.labels["more_moved"] = len(moved) > MOST_NAMED
        made.parts.append(_persons(moved[:MOST_NAMED], named, made))
    elif any(flow.before != flow.now for one in changes for flow in one.flows.flows):
        made.parts.append(_flows(changes, made))


def _persons(moved: Sequence[tuple[BookChanges, BandChange]], named: dict[str, ClientName], made: FindingBuilder) -> DraftTable:
    rows: list[tuple[str, ...]] = []
    for number, (one, change) in enumerate(moved):
        about = {"subject": change.customer_id}
        then, now = {**about, "as_of": one.since}, {**about, "as_of": one.as_of}
        rows.append(
            (
                made.text(f"moved_{number}", named[change.customer_id].name, "book", change.customer_id),
                made.fact(f"band_before_{number}", "stress band then", change.band_before, "label", **then),
                made.fact(f"band_now_{number}", "stress band now", change.band, "label", **now),
                "too short"
                if change.score_before is None
                else made.fact(f"score_before_{number}", "score then", change.score_before, "score", **then),
                "too short" if change.score is None else made.fact(f"score_now_{number}", "score now", change.score, "score", **now),
            )
        )
    columns = (
        Column(key="client", label="Client"),
        Column(key="before", label="Band then"),
        Column(key="now", label="Band now"),
        Column(key="score_before", label="Score then", align="right", rank=1),
        Column(key="score", label="Score now", align="right"),
    )
    return DraftTable(title="Who moved to another band", columns=columns, rows=tuple(rows))


def _flows(changes: Sequence[BookChanges], made: FindingBuilder) -> DraftTable:
    """How many went from which band to which, by source, for who may not see a person."""
    rows: list[tuple[str, ...]] = []
    for at, one in enumerate(changes):
        for number, flow in enumerate(flow for flow in one.flows.flows if flow.before != flow.now):
            role = f"{at}_{number}"
            rows.append(
                (
                    made.text(f"flow_source_{role}", one.source, "source"),
                    made.fact(f"flow_from_{role}", "band then", flow.before, "label"),
                    made.fact(f"flow_to_{role}", "band now", flow.now, "label"),
                    made.fact(f"flow_{role}", "clients", flow.customers, "count"),
                )
            )
    columns = (
        Column(key="source", label="Source", rank=1),
        Column(key="before", label="Band then"),
        Column(key="now", label="Band now"),
        Column(key="clients", label="Clients", align="right"),
    )
    return DraftTable(title="Moves between bands", columns=columns, rows=tuple(rows))


TOOLS: tuple[Tool, ...] = (
    Tool(
        "portfolio_summary",
        "risk_analyst",
        _BOTH,
        "read",
        SinceArguments,
        "The whole book in a few figures, and what changed in it since a day.",
        portfolio_summary,
    ),
)
