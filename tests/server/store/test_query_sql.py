"""The SQL of a typed query gives what a naive reading of the query gives, on both engines."""

import operator
import statistics
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, select

from server.store.database import Database
from server.store.query_sql import run_cohort_query
from server.store.tables.customer import CUSTOMERS
from server.store.tables.snapshot import SNAPSHOTS
from tools.errors import QueryError
from tools.ledger.query import FIELDS, Aggregate, All, AnyOf, ClientSnapshot, CohortQuery, Condition, Filter, Not, Sort

DAY = date(2026, 1, 1)
PERSONAS = (None, "saver", "Spender", "ärgerlich", "zz top")


def snapshots() -> list[ClientSnapshot]:
    """Forty clients of two sources and two currencies, with gaps, ties and figures beyond 32 bits."""
    rows = []
    for at in range(40):
        source = "demo" if at % 3 else "berka"
        rows.append(
            ClientSnapshot(
                customer_id=f"{source}:{at}",
                source=source,
                as_of=DAY,
                currency=("GBP", "EUR", "CZK")[at % 3 if source == "demo" else 2],
                segment=("retail", "hni", "msme")[at % 3],
                persona=PERSONAS[at % 5],
                joined_on=DAY - timedelta(days=at % 7),
                balance=(at - 20) * 100 if at % 11 else 5_000_000_000,
                savings=at % 4,
                lowest_balance_90d=None if at % 4 == 0 else at - 25,
                days_negative_90d=at % 6,
                income_monthly=100 * (at % 9),
                spending_monthly=50,
                net_monthly=at - 13,
                commitments_monthly=0,
                has_loan=at % 2 == 0,
                fixed_rate_ends_on=None if at % 2 else DAY + timedelta(days=at),
                stress_score=None if at % 5 == 0 else at / 40,
                stress_band=("healthy", "watchlist", "critical", "too_short")[at % 4],
                risk_tolerance=None if at % 6 == 0 else ("cautious", "balanced", "adventurous")[at % 3],
                churn_risk=("low", "medium", "high")[at % 3],
            )
        )
    return rows


ROWS = snapshots()


COMPARED = {"eq": operator.eq, "ne": operator.ne, "lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}


def compare(condition: Condition, row: ClientSnapshot) -> bool | None:
    held: Any = getattr(row, condition.field)
    if condition.op == "is_null":
        return (held is None) == condition.value
    values = condition.value if isinstance(condition.value, tuple) else (condition.value,)
    if held is None:
        return None if values else False
    if FIELDS[condition.field].doc.unit == "date":
        values = tuple(date.fromisoformat(str(value)) for value in values)
    if condition.op == "in":
        return held in values
    if condition.op == "between":
        return values[0] <= held <= values[1]
    return COMPARED[condition.op](held, values[0])


def holds(where: Filter, row: ClientSnapshot) -> bool | None:
    """Three values: true, false, unknown."""
    match where:
        case Condition():
            return compare(where, row)
        case Not():
            part = holds(where.negated, row)
            return None if part is None else not part
        case All():
            parts = [holds(part, row) for part in where.all]
            return False if False in parts else None if None in parts else True
        case _:
            parts = [holds(part, row) for part in where.any]
            return True if True in parts else None if None in parts else False


def evaluate(query: CohortQuery) -> tuple[int, list[Any]]:
    matching = [row for row in ROWS if query.where is None or holds(query.where, row) is True]
    if query.aggregate is not None:
        return len(matching), aggregated(query, query.aggregate, matching)
    ordered = sorted(matching, key=lambda row: row.customer_id)
    for sort in reversed(query.sort):
        present = [row for row in ordered if getattr(row, sort.field) is not None]
        absent = [row for row in ordered if getattr(row, sort.field) is None]
        ordered = sorted(present, key=lambda row: rank(sort.field, getattr(row, sort.field)), reverse=sort.descending)
        if sort.descending:  # a reversed stable sort turns ties round
            ordered = sorted(present, key=lambda row: Downwards(rank(sort.field, getattr(row, sort.field))))
        ordered += absent
    return len(matching), [row.customer_id for row in ordered[: query.limit]]


class Downwards:
    def __init__(self, held: Any) -> None:
        self.held = held

    def __lt__(self, other: "Downwards") -> bool:
        return other.held < self.held


def rank(field: str, value: Any) -> Any:
    choices = FIELDS[field].choices
    return choices.index(value) if choices else value.encode() if isinstance(value, str) else value


def aggregated(query: CohortQuery, aggregate: Aggregate, rows: list[ClientSnapshot]) -> list[Any]:
    groups: dict[Any, list[ClientSnapshot]] = defaultdict(list)
    for row in rows:
        groups[row.source, row.currency, getattr(row, query.group) if query.group else None].append(row)
    found = []
    for (source, currency, group), members in groups.items():
        values = [1 if aggregate.field is None else getattr(member, aggregate.field) for member in members]
        known = [value for value in values if value is not None]
        found.append((source, currency, group, len(members), figure(aggregate.function, known)))
    return found


def figure(function: str, known: list[Any]) -> float | None:
    if function == "count":
        return float(len(known))
    if not known:
        return None
    chosen = {"sum": sum, "mean": statistics.fmean, "median": statistics.median, "min": min, "max": max}[function]
    return float(chosen(known))


NUMBERS = ["balance", "lowest_balance_90d", "days_negative_90d", "stress_score", "net_monthly"]
DATES = ["joined_on", "fixed_rate_ends_on"]
LABELS = ["segment", "stress_band", "risk_tolerance", "churn_risk", "persona", "source", "currency"]
a_date = st.integers(-10, 40).map(lambda days: (DAY + timedelta(days=days)).isoformat())
a_number = st.integers(-30, 30) | st.sampled_from([0.25, 0.5, -0.5, 1e30, -1000, 1000, 5_000_000_000, 10**40])


def conditions() -> st.SearchStrategy[Condition]:
    compared = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])
    label = st.sampled_from(LABELS).flatmap(
        lambda name: st.tuples(st.just(name), st.sampled_from(FIELDS[name].choices or ("saver", "demo", "GBP", "x' or 1=1")))
    )
    return st.one_of(
        st.builds(Condition, field=st.sampled_from(NUMBERS), op=compared, value=a_number),
        st.builds(Condition, field=st.sampled_from(DATES), op=compared, value=a_date),
        st.builds(Condition, field=st.sampled_from(NUMBERS), op=st.just("between"), value=st.tuples(a_number, a_number)),
        st.builds(Condition, field=st.sampled_from(DATES), op=st.just("between"), value=st.tuples(a_date, a_date)),
        st.builds(Condition, field=st.sampled_from(NUMBERS), op=st.just("in"), value=st.lists(a_number, max_size=3).map(tuple)),
        st.builds(Condition, field=st.sampled_from([*NUMBERS, *DATES, *LABELS]), op=st.just("is_null"), value=st.booleans()),
        st.builds(Condition, field=st.just("has_loan"), op=st.sampled_from(["eq", "ne"]), value=st.booleans()),
        label.flatmap(lambda held: st.builds(Condition, field=st.just(held[0]), op=st.sampled_from(["eq", "ne"]), value=st.just(held[1]))),
    )


filters = st.recursive(
    conditions(),
    lambda inner: st.one_of(
        st.builds(All, all=st.lists(inner, max_size=3).map(tuple)),
        st.builds(AnyOf, any=st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, negated=inner),
    ),
    max_leaves=6,
)
aggregates = st.builds(
    Aggregate, function=st.sampled_from(["sum", "mean", "median", "min", "max"]), field=st.sampled_from(NUMBERS)
) | st.builds(Aggregate, function=st.just("count"), field=st.none() | st.sampled_from(["stress_score", "persona"]))
listings = st.builds(
    CohortQuery,
    where=st.none() | filters,
    sort=st.lists(
        st.builds(Sort, field=st.sampled_from([*NUMBERS, *DATES, *LABELS, "has_loan"]), descending=st.booleans()), max_size=2
    ).map(tuple),
    limit=st.integers(1, 50),
)
summaries = st.builds(
    CohortQuery,
    where=st.none() | filters,
    aggregate=aggregates,
    group=st.none() | st.sampled_from([*LABELS, *DATES, "has_loan", "days_negative_90d"]),
    limit=st.just(500),
)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.writing() as connection:
        connection.execute(
            insert(CUSTOMERS),
            [
                {
                    "id": row.customer_id,
                    "source": row.source,
                    "external_id": row.customer_id.partition(":")[2],
                    "name": "",
                    "joined_on": DAY,
                    "fingerprint": b"",
                }
                for row in ROWS
            ],
        )
        connection.execute(insert(SNAPSHOTS), [vars(row) for row in ROWS])
    return database


def run(database: Database, query: CohortQuery):
    with database.reading() as connection:
        return run_cohort_query(connection, query, select(CUSTOMERS.c.id))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=listings)
def test_a_listing_gives_the_clients_of_a_naive_reading_in_order(filled: Database, query: CohortQuery):
    matched, expected = evaluate(query)
    result = run(filled, query)
    assert [client.customer_id for client in result.clients] == expected
    assert (result.matched, result.searched) == (matched, len(ROWS))


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(query=summaries)
def test_figures_are_those_of_a_naive_reading_and_never_mix_sources_or_currencies(filled: Database, query: CohortQuery):
    matched, expected = evaluate(query)
    result = run(filled, query)
    assert result.matched == matched
    found = {(row.source, row.currency, row.group): (row.clients, row.value) for row in result.groups}
    wanted = {(source, currency, shown(query.group, group)): (clients, value) for source, currency, group, clients, value in expected}
    assert found.keys() == wanted.keys()
    for key, (clients, value) in wanted.items():
        assert found[key][0] == clients
        assert found[key][1] == (None if value is None else pytest.approx(value, rel=1e-12))


def shown(group: str | None, value: Any) -> str | None:
    if group is None or value is None:
        return None
    return ("yes" if value else "no") if isinstance(value, bool) else value.isoformat() if isinstance(value, date) else str(value)


def test_a_client_without_a_value_is_neither_above_nor_not_above(filled: Database):
    above = Condition(field="stress_score", op="gt", value=0.5)
    unknown = Condition(field="stress_score", op="is_null", value=True)
    counts = [run(filled, CohortQuery(where=where)).matched for where in (above, Not(negated=above), unknown)]
    assert sum(counts) == len(ROWS)
    assert counts[2] == 8


def test_groups_stand_in_the_order_of_their_closed_list(filled: Database):
    query = CohortQuery(where=Condition(field="source", op="eq", value="berka"), aggregate=Aggregate(function="count"), group="stress_band")
    assert [row.group for row in run(filled, query).groups] == ["healthy", "watchlist", "critical", "too_short"]


def test_groups_are_ordered_by_their_figure_when_asked(filled: Database):
    query = CohortQuery(
        where=Condition(field="source", op="eq", value="berka"),
        aggregate=Aggregate(function="sum", field="days_negative_90d"),
        group="stress_band",
        sort=(Sort(field="days_negative_90d"),),
    )
    values = [row.value for row in run(filled, query).groups]
    assert values == sorted(values, reverse=True)


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (Condition(field="balance", op="lt", value="low"), "takes a number"),
        (Condition(field="balance", op="lt", value=True), "takes a number"),
        (Condition(field="joined_on", op="lt", value="yesterday"), "takes a date"),
        (Condition(field="stress_band", op="eq", value="bad"), "takes one of healthy, watchlist, critical, too_short"),
        (Condition(field="stress_band", op="gt", value="healthy"), "no order to compare by"),
        (Condition(field="has_loan", op="eq", value="yes"), "takes true or false"),
        (Condition(field="persona", op="is_null", value="x"), "takes true or false"),
        (Condition(field="persona", op="eq", value="sav\x00er"), "takes a word"),
    ],
)
def test_a_comparison_that_does_not_fit_its_field_is_said(filled: Database, condition: Condition, said: str):
    with pytest.raises(QueryError, match=said):
        run(filled, CohortQuery(where=condition))


def test_nothing_of_a_query_is_ever_read_as_sql(filled: Database):
    nasty = Condition(field="persona", op="eq", value="saver' or '1'='1")
    assert run(filled, CohortQuery(where=nasty)).matched == 0
