"""A typed query as SQL over the snapshots of a cohort.

A field without a value is unknown, in SQL as in life: a client without a stress score is neither above nor not above 0.5, and
only `is_null` finds it. Labels have no order to compare by; where one is sorted by, the order of its closed list counts.
"""

import operator
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Float, Select, Subquery, and_, case, func, literal, not_, or_, select, true

from server.store.tables.snapshot import SNAPSHOTS
from tools.errors import QueryError
from tools.ledger.query import (
    FIELDS,
    Aggregate,
    All,
    AnyOf,
    ClientSnapshot,
    CohortQuery,
    Condition,
    Filter,
    GroupRow,
    QueryField,
    QueryResult,
    Scalar,
)

_ORDERED: Mapping[str, Callable[[Any, Any], Any]] = {"lt": operator.lt, "le": operator.le, "gt": operator.gt, "ge": operator.ge}


def run_cohort_query(connection: Connection, query: CohortQuery, cohort: Select[Any]) -> QueryResult:
    """Run `query` over the snapshots of the customers that `cohort` selects.

    Raises:
        QueryError: a comparison that does not fit its field.
    """
    within = SNAPSHOTS.c.customer_id.in_(cohort)
    wanted = and_(within, _where(query.where)) if query.where is not None else within
    searched = connection.scalar(select(func.count()).select_from(SNAPSHOTS).where(within)) or 0
    matched = connection.scalar(select(func.count()).select_from(SNAPSHOTS).where(wanted)) or 0
    if query.aggregate is None:
        return QueryResult(query=query, matched=matched, searched=searched, clients=_clients(connection, query, wanted))
    return QueryResult(query=query, matched=matched, searched=searched, groups=_groups(connection, query, query.aggregate, wanted))


def matching_customers(connection: Connection, query: CohortQuery, cohort: Select[Any]) -> list[str]:
    """Ids of all customers of the cohort that the filter of `query` matches, in order. Raises as `run_cohort_query`."""
    within = SNAPSHOTS.c.customer_id.in_(cohort)
    wanted = and_(within, _where(query.where)) if query.where is not None else within
    return list(connection.scalars(select(SNAPSHOTS.c.customer_id).where(wanted).order_by(SNAPSHOTS.c.customer_id)))


def _where(filter_: Filter) -> ColumnElement[bool]:
    match filter_:
        case Condition():
            return _condition(filter_)
        case All(all=parts):
            return and_(true(), *[_where(part) for part in parts])
        case AnyOf(any=parts):
            return or_(not_(true()), *[_where(part) for part in parts])
        case _:
            return not_(_where(filter_.negated))


def _condition(condition: Condition) -> ColumnElement[bool]:
    column = SNAPSHOTS.c[condition.field]
    if condition.op == "is_null":
        return column.is_(None) if _expect_bool(condition) else column.is_not(None)
    values = [_typed(FIELDS[condition.field], value) for value in _values(condition)]
    if condition.op == "in":
        return column.in_(values)
    if condition.op == "eq":
        return column == values[0]
    if condition.op == "ne":
        return column != values[0]
    _require_order(condition)
    if condition.op == "between":
        return column.between(values[0], values[1])
    return _ORDERED[condition.op](column, values[0])


def _values(condition: Condition) -> tuple[Scalar, ...]:
    return condition.value if isinstance(condition.value, tuple) else (condition.value,)


def _expect_bool(condition: Condition) -> bool:
    if not isinstance(condition.value, bool):
        raise QueryError(f"'is_null' on {condition.field!r} takes true or false, not {condition.value!r}.")
    return condition.value


def _require_order(condition: Condition) -> None:
    field = FIELDS[condition.field]
    if not (field.is_number or field.doc.unit == "date"):
        raise QueryError(f"{field.doc.label!r} has no order to compare by. Use eq, ne or in.")


def _typed(field: QueryField, value: Scalar) -> Any:
    """The value as SQL takes it for this field, or a QueryError that says what the field takes."""
    if field.is_bool:
        return _fitting(field, value, isinstance(value, bool), "true or false")
    if field.is_number:
        return _number(_fitting(field, value, isinstance(value, int | float) and not isinstance(value, bool), "a number"))
    if field.doc.unit == "date":
        try:
            return date.fromisoformat(str(value))
        except ValueError as error:
            raise QueryError(f"{field.doc.label!r} takes a date like 2026-03-31, not {value!r}.") from error
    if field.choices:
        return _fitting(field, value, value in field.choices, f"one of {', '.join(field.choices)}")
    return _fitting(field, value, isinstance(value, str) and value.isprintable(), "a word")


def _number(value: Any) -> Any:
    # PostgreSQL would round a fraction to the column's whole numbers before comparing, and refuse what is beyond 64 bits.
    return literal(value, BigInteger()) if isinstance(value, int) and abs(value) < 2**63 else literal(float(value), Float())


def _fitting(field: QueryField, value: Scalar, fits: bool, wanted: str) -> Scalar:
    if not fits:
        raise QueryError(f"{field.doc.label!r} takes {wanted}, not {value!r}.")
    return value


def _clients(connection: Connection, query: CohortQuery, wanted: ColumnElement[bool]) -> tuple[ClientSnapshot, ...]:
    order: list[ColumnElement[Any]] = []
    for sort in query.sort:
        key = _sort_key(connection, SNAPSHOTS.c[sort.field], sort.field)
        order += [SNAPSHOTS.c[sort.field].is_(None), key.desc() if sort.descending else key.asc()]
    order.append(_bytewise(connection, SNAPSHOTS.c.customer_id))
    rows = connection.execute(select(SNAPSHOTS).where(wanted).order_by(*order).limit(query.limit)).mappings()
    return tuple(ClientSnapshot.model_validate(dict(row)) for row in rows)


def _sort_key(connection: Connection, column: ColumnElement[Any], name: str) -> ColumnElement[Any]:
    field = FIELDS[name]
    if field.choices:
        return case({choice: at for at, choice in enumerate(field.choices)}, value=column)
    return column if field.is_bool or field.is_number or field.doc.unit == "date" else _bytewise(connection, column)


def _bytewise(connection: Connection, column: ColumnElement[Any]) -> ColumnElement[Any]:
    # PostgreSQL sorts words by the locale of its cluster; answers must not depend on it.
    return column.collate("C") if connection.dialect.name == "postgresql" else column


def _groups(connection: Connection, query: CohortQuery, aggregate: Aggregate, wanted: ColumnElement[bool]) -> tuple[GroupRow, ...]:
    """One row per source, currency and group: sums never mix sources or currencies."""
    columns = {"source": SNAPSHOTS.c.source, "currency": SNAPSHOTS.c.currency}
    found = select(
        columns["source"].label("source"),
        columns["currency"].label("currency"),
        (SNAPSHOTS.c[query.group] if query.group else columns["source"]).label("grouped"),
        (SNAPSHOTS.c[aggregate.field] if aggregate.field else SNAPSHOTS.c.customer_id).label("figure"),
    )
    cohort = found.where(wanted).subquery()
    counted = select(
        cohort.c.source,
        cohort.c.currency,
        cohort.c.grouped,
        func.count().label("clients"),
        func.count(cohort.c.figure).label("known"),
        *_figures(aggregate, cohort),
    ).group_by(cohort.c.source, cohort.c.currency, cohort.c.grouped)
    medians = _medians(connection, cohort) if aggregate.function == "median" else {}
    rows = [
        (key, int(row.clients), _figure(aggregate, int(row.known), getattr(row, "total", None), medians.get(key)))
        for row in connection.execute(counted)
        for key in [(row.source, row.currency, row.grouped)]
    ]
    rows.sort(key=lambda row: (row[0][0], row[0][1], _group_order(query.group, row[0][2])))
    if query.sort and query.sort[0].field == aggregate.field:
        sign = -1 if query.sort[0].descending else 1
        rows.sort(key=lambda row: (row[0][0], row[0][1], row[2] is None, sign * (row[2] or 0)))
    return tuple(
        GroupRow(source=key[0], currency=key[1], group=_group_name(query.group, key[2]), clients=clients, value=value)
        for key, clients, value in rows[: query.limit]
    )


def _figures(aggregate: Aggregate, cohort: Subquery) -> list[ColumnElement[Any]]:
    figure = cohort.c.figure
    match aggregate.function:
        case "sum" | "mean":
            return [func.sum(figure).label("total")]
        case "min":
            return [func.min(figure).label("total")]
        case "max":
            return [func.max(figure).label("total")]
        case _:
            return []


def _figure(aggregate: Aggregate, known: int, total: Any, median: float | None) -> float | None:
    if aggregate.function == "count":
        return float(known)
    if aggregate.function == "median":
        return median
    if known == 0:
        return None
    # The mean is divided here: the engines round an average of integers differently.
    return float(total) / known if aggregate.function == "mean" else float(total)


def _medians(connection: Connection, cohort: Subquery) -> dict[tuple[Any, ...], float]:
    """The middle value, or the mean of the middle two; SQLite has no median of its own."""
    split = [cohort.c.source, cohort.c.currency, cohort.c.grouped]
    ranked = (
        select(
            *split,
            cohort.c.figure,
            func.row_number().over(partition_by=split, order_by=cohort.c.figure).label("rank"),
            func.count().over(partition_by=split).label("clients"),
        )
        .where(cohort.c.figure.is_not(None))
        .subquery()
    )
    twice = 2 * ranked.c.rank
    middle = select(ranked.c.source, ranked.c.currency, ranked.c.grouped, func.sum(ranked.c.figure), func.count()).where(
        twice.between(ranked.c.clients, ranked.c.clients + 2)
    )
    rows = connection.execute(middle.group_by(ranked.c.source, ranked.c.currency, ranked.c.grouped))
    return {(source, currency, group): float(total) / count for source, currency, group, total, count in rows}


def _group_order(name: str | None, value: Any) -> tuple[bool, Any]:
    if name is None:
        return (False, 0)
    choices = FIELDS[name].choices
    return (value is None, 0 if value is None else choices.index(value) if choices else value)


def _group_name(name: str | None, value: Any) -> str | None:
    if name is None or value is None:
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value)
