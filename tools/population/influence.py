"""How events change a plan's streams: factors by day, delays, returned debits, and the movements they add."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from tools.population.dice import Dice
from tools.population.event import Event, LargePurchase, LateInvoices, LateSalary, LendingApps, Span, SpendingChange, Spree, Windfall
from tools.population.movement import Draft, Ints, Rule, Text
from tools.population.window import Window

Floats = NDArray[np.float64]
_SPENDS_WITHOUT_WORK = 0.75
_WEEKS_TO_BENEFITS = 5
_BENEFITS_DAY = 20
_APP_DEARER = 1.25
_APP_DAYS = 28


class Influence:
    """The events of one customer over the days of a window."""

    def __init__(self, events: Sequence[Event], window: Window) -> None:
        self._events = events
        self._window = window

    def _span(self, span: Span) -> Ints:
        """Day numbers of a span, cut to the window."""
        until = self._window.days - 1 if span.until is None else min(self._window.number(span.until), self._window.days - 1)
        return np.arange(max(self._window.number(span.since), 0), until + 1, dtype=np.int64)

    def income(self, category: str) -> Floats:
        """Factor by day on income of a category."""
        factor = np.ones(self._window.days)
        for event in self._events:
            if event.kind == "income_change":
                factor[self._span(event)] *= 1 + event.percent / 100
            elif event.kind == "job_loss" and category == "salary":
                factor[self._span(event)] = 0
        return factor

    def spending(self, category: str) -> Floats:
        """Factor by day on how often a category is bought."""
        factor = np.ones(self._window.days)
        for event in self._events:
            if event.kind == "job_loss":
                factor[self._span(event)] *= _SPENDS_WITHOUT_WORK
            elif event.kind == "spending_change" and event.category in {None, category}:
                factor *= self._change(event)
        return factor

    def _change(self, event: SpendingChange) -> Floats:
        """The factor of one change; a creeping one grows evenly to its full size and then stays."""
        factor = np.ones(self._window.days)
        if not event.creeping:
            factor[self._span(event)] += event.percent / 100
            return factor
        start = self._window.number(event.since)
        end = self._window.days - 1 if event.until is None else self._window.number(event.until)
        reached = np.clip((np.arange(self._window.days) - start) / max(end - start, 1), 0, 1)
        return factor + reached * event.percent / 100

    def delayed(self, days: Ints, kind: Literal["late_salary", "late_invoices"]) -> Ints:
        """The days, moved by late payers."""
        moved = days.copy()
        for event in self._events:
            if isinstance(event, LateSalary | LateInvoices) and event.kind == kind:
                until = self._window.days if event.until is None else self._window.number(event.until)
                moved += np.where((days >= self._window.number(event.since)) & (days <= until), event.days, 0)
        return moved

    def missed(self, category: str) -> NDArray[np.bool_]:
        """Days on which debits of a category come back unpaid."""
        hit = np.zeros(self._window.days, dtype=np.bool_)
        for event in self._events:
            if event.kind == "missed_payments" and event.category in {None, category}:
                hit[self._span(event)] = True
        return hit

    def add_events(self, dice: Dice, draft: Draft) -> None:
        """The movements that events bring with them."""
        for event in self._events:
            match event.kind:
                case "large_purchase" | "windfall":
                    self._add_single(event, dice, draft)
                case "spree":
                    self._add_spree(event, dice, draft)
                case "lending_apps":
                    self._add_apps(event, dice, draft)
                case "job_loss":
                    until = event.until or self._window.last
                    since = event.since + timedelta(weeks=_WEEKS_TO_BENEFITS)
                    if event.benefits is not None and since <= until:
                        due = [
                            day for day in self._window.due_days(_BENEFITS_DAY, "earlier") if since <= self._window.date_of(day) <= until
                        ]
                        text = draft.text(Text("BANK CREDIT DWP UNIVERSAL CREDIT", "DWP UNIVERSAL CREDIT", "benefits", "transfer_in"))
                        draft.add(Rule.BOOK, due, 15, dice.exact(event.benefits), text)
                case _:
                    pass

    def _add_single(self, event: LargePurchase | Windfall, dice: Dice, draft: Draft) -> None:
        spent = event.kind == "large_purchase"
        text = Text(event.description, event.description, event.category, "card" if spent else "transfer_in")
        amount = dice.exact(event.amount)
        draft.add(Rule.SPEND if spent else Rule.BOOK, [self._window.number(event.on)], 840, -amount if spent else amount, draft.text(text))

    def _add_spree(self, event: Spree, dice: Dice, draft: Draft) -> None:
        days = self._span(event)
        rng = dice.rng
        hit = np.repeat(days, rng.poisson(event.per_week / 7, size=len(days)))
        step = 5 * dice.unit
        amounts = np.maximum(np.rint(dice.exact(event.amount) * rng.lognormal(-0.1, 0.45, size=len(hit)) / step), 1).astype(np.int64) * step
        payee = "LUCKYREEL CASINO" if event.category == "gambling" else "AMZNMKTPLACE AMAZON.CO.UK"
        text = draft.text(Text(payee, payee.title(), event.category, "card"))
        draft.add(Rule.SPEND, hit, rng.integers(20 * 60, 24 * 60, size=len(hit)), -amounts, text)

    def _add_apps(self, event: LendingApps, dice: Dice, draft: Draft) -> None:
        """Small loans in, and each repaid a quarter dearer; a repayment that is not there comes back unpaid."""
        days = self._span(event)
        taken = np.repeat(days, dice.rng.poisson(event.per_month * 12 / 365.25, size=len(days)))
        step = 10 * dice.unit
        amounts = (
            np.maximum(np.rint(dice.exact(event.amount) * dice.rng.uniform(0.7, 1.3, size=len(taken)) / step), 1).astype(np.int64) * step
        )
        lender = dice.one(("PAYDAYPAL LOANS", "LENDLEAP", "TOPUPNOW ADVANCE"))
        draft.add(Rule.BOOK, taken, 620, amounts, draft.text(Text(f"FASTER PAYMENT {lender}", lender, "lending_apps", "transfer_in")))
        back = draft.text(Text(f"DIRECT DEBIT {lender}", lender, "lending_apps", "direct_debit"))
        draft.add(Rule.BILL, taken + _APP_DAYS, 96, -np.rint(amounts * _APP_DEARER).astype(np.int64), back)
