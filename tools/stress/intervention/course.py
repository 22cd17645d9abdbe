"""A year of a book, week by week: money, strain, and what contacts do. Money is conserved to the minor unit."""

from copy import copy
from dataclasses import dataclass

import numpy as np

from tools.stress.bands import CRITICAL_FROM, WATCHLIST_FROM
from tools.stress.intervention.action import CALL, EMAIL, NONE, PREFERENCES, SMS, Bools, Ints, Reals, Situations
from tools.stress.intervention.book import WEEKS, Book
from tools.stress.intervention.constants import Constants
from tools.stress.intervention.luck import Luck

_MONTH_WEEKS = 52 / 12
#: Weeks of a month and of a quarter, as far as weeks can say.
_MONTH, _QUARTER = 4, 13
#: Pay comes once a month: five weeks hold one pay day at least.
_PAY_WINDOW = 5
#: How many weeks of known bills somebody looks ahead who looks.
_LOOKS_AHEAD = 4
_SUITED = {PREFERENCES.index("sms"): SMS, PREFERENCES.index("email"): EMAIL, PREFERENCES.index("phone"): CALL}


@dataclass(frozen=True)
class Flows:
    """What moved in a week, minor units, shape (customers,); see `Course.advance` for how they add up."""

    income: Ints
    bills_due: Ints
    bills_paid: Ints
    interest_on_credit: Ints
    instalment_due: Ints
    instalment_paid: Ints
    everyday: Ints
    caught_up: Ints
    put_aside: Ints
    interest: Ints


class Course:
    """The state of a book in a simulated year, arrays of shape (customers,) or (customers, WEEKS).

    Attributes:
        week: how many have passed.
        balance, savings, owed, arrears: stocks, minor units. Arrears are bills and instalments that were due and not paid.
        strain: the score without error, after each week; `score` with it and in log-odds. Column t is the end of week t.
        came: income that came. moved: whose bills are due with the pay by now. eased_weeks: how long the instalment stays lower.
        attention, restraint, fatigue: what contacts have left behind, fading week by week.
        below, failed, action: after each week; action as number.
    """

    def __init__(self, book: Book, luck: Luck, constants: Constants) -> None:
        self.book, self.luck, self.constants = book, luck, constants
        count = len(book)
        self.week = 0
        self.balance, self.savings = luck.balance.copy(), luck.savings.copy()
        self.owed, self.arrears = book.owed.copy(), np.zeros(count, dtype=np.int64)
        self.attention, self.restraint, self.fatigue = np.zeros(count), np.zeros(count), np.zeros(count)
        self.eased_weeks = np.zeros(count, dtype=np.int64)
        self.strain, self.score, self.came = (np.zeros((count, WEEKS)) for _ in range(3))
        self.below, self.failed = (np.zeros((count, WEEKS), dtype=np.int64) for _ in range(2))
        self.action = np.zeros((count, WEEKS), dtype=np.int64)
        self._agreed_weeks = np.zeros(count, dtype=np.int64)
        self.moved = np.zeros(count, dtype=np.bool_)
        self._billed = np.zeros(count, dtype=np.int64)
        self._usual = luck.level[:, None] + np.cumsum(book.expected, axis=1)
        self._failed_lately = np.zeros(count)
        self._below_lately = (self.balance < 0).astype(np.float64)
        self._opening = self._scored(np.ones(count))

    # -- what a policy sees --------------------------------------------------------------------------------------------------
    def situations(self, calls_left: int) -> Situations:
        """Everybody's situation before the coming week is decided."""
        count, now = len(self.book), self.week

        def since(table: Ints, weeks: int) -> Ints:
            return table[:, max(now - weeks, 0) : now].sum(axis=1)

        contacts = (self.action != NONE).astype(np.int64)
        made = contacts[:, max(now - _QUARTER, 0) : now][:, ::-1]
        last = np.where(made.any(axis=1), 7.0 * (np.argmax(made, axis=1) + 1), np.nan) if now else np.full(count, np.nan)
        return Situations(
            score=_shown(self.score[:, now - 1] if now else self._opening + self.luck.noise[:, 0]),
            score_30d_ago=_shown(self.score[:, now - 1 - _MONTH]) if now > _MONTH else np.full(count, np.nan),
            failed_debits_30d=since(self.failed, _MONTH),
            failed_debits_90d=since(self.failed, _QUARTER),
            days_negative_90d=np.minimum(7 * since(self.below, _QUARTER), 90),
            months_covered=self._months_covered(),
            income_share=self._income_share(),
            has_credit=self.owed > 0,
            eased=self._agreed_weeks > 0,
            consent=self.book.consent,
            preference=self.book.preference,
            vulnerable=self.book.vulnerable,
            in_care=np.zeros(count, dtype=np.bool_),
            contacts_30d=since(contacts, _MONTH),
            contacts_90d=since(contacts, _QUARTER),
            days_since_contact=last,
            calls_left=np.full(count, calls_left, dtype=np.int64),
        )

    def _months_covered(self) -> Reals:
        return (self.balance + self.savings - self.arrears) / np.maximum(self.book.due_month, 1)

    def _income_share(self) -> Reals:
        begin = max(self.week - _PAY_WINDOW, 0)
        usual = self.book.income[:, begin : self.week].sum(axis=1)
        came = self.came[:, begin : self.week].sum(axis=1)
        return np.where(usual > 0, came / np.maximum(usual, 1), 1.0)

    # -- one week ------------------------------------------------------------------------------------------------------------
    def advance(self, actions: Ints) -> Flows:
        """One week under these actions. For every customer, exactly:

            balance + savings = before + income - bills_paid - instalment_paid - everyday - caught_up + interest
            arrears = before + (bills_due - bills_paid) + (instalment_due - instalment_paid) - caught_up
            owed = before + interest_on_credit - instalment_due

        `put_aside` moves between balance and savings (negative: drawn from savings).
        """
        week = self.week
        self._contact(actions)
        attentive = self.luck.notices[:, week] < self.constants.notices_alone + (1 - self.constants.notices_alone) * self.attention
        income = np.rint(self.book.income[:, week] * self.luck.income_kept[:, week]).astype(np.int64)
        self.balance = self.balance + income
        bills = self._bills_due()
        credit_interest, instalment = self._credit_due()
        drawn = self._drawn_from_savings(bills + instalment, attentive)
        paid, repaid, missed = self._paid(bills, instalment)
        everyday = self._everyday(attentive)
        caught_up = self._caught_up()
        put_aside = self._put_aside() - drawn
        interest = np.rint(np.minimum(self.balance, 0) * self.constants.overdraft_rate / 52).astype(np.int64)
        self.balance = self.balance + interest
        self.came[:, week] = income
        self._noted(actions, missed)
        return Flows(income, bills, paid, credit_interest, instalment, repaid, everyday, caught_up, put_aside, interest)

    def _contact(self, actions: Ints) -> None:
        """Who acts on a contact, and what that starts. Contacts tire, whether or not they are answered."""
        given, rows, week = self.constants, np.arange(len(self.book)), self.week
        reach = np.array([0.0, given.response_sms, given.response_email, given.response_call])[actions]
        suited = np.array([_SUITED.get(kind, -1) for kind in range(len(PREFERENCES))])[self.book.preference]
        fits = np.where(suited == actions, given.suited_factor, np.where(suited < 0, 1.0, given.unsuited_factor))
        chance = np.minimum(reach * self.luck.receptive * fits * np.exp(-self.fatigue), given.most_response)
        acts = self.luck.response[rows, week, actions] < chance
        attention = np.array([0.0, given.attention_sms, given.attention_email, given.attention_call])[actions]
        self.attention = np.where(acts, np.maximum(self.attention, attention), self.attention)
        self.restraint = np.where(acts, np.maximum(self.restraint, self.luck.restraint[rows, actions]), self.restraint)
        offer = np.array([0.0, 0.0, given.eases_email, given.eases_call])[actions]
        agrees = acts & self._strained() & (self.luck.eases[:, week] < offer)
        self.moved |= agrees
        self._agreed_weeks = np.where(agrees, 2 * _QUARTER, np.maximum(self._agreed_weeks - 1, 0))
        eases = agrees & (self.owed > 0)
        self.eased_weeks = np.where(eases & (self.eased_weeks == 0), int(given.ease_weeks), self.eased_weeks)
        self.fatigue = self.fatigue + np.array([0.0, given.tires_sms, given.tires_email, given.tires_call])[actions]

    def _strained(self) -> Bools:
        strain = self.strain[:, self.week - 1] if self.week else expit(self._opening)
        return np.round(strain, 2) >= WATCHLIST_FROM

    def _bills_due(self) -> Ints:
        """The week's bills, on their own days or, once moved, with the pay: moving them neither forgives nor doubles one."""
        week = self.week
        by_pay = np.maximum(self.book.at_pay[:, : week + 1].sum(axis=1) - self._billed, 0)
        bills = np.where(self.moved, by_pay, self.book.commitments[:, week])
        self._billed = self._billed + bills
        return bills + self.luck.expense[:, week]

    def _credit_due(self) -> tuple[Ints, Ints]:
        """Interest of the month and what is due of the instalment, in the week it is due; less while it is eased."""
        agreed = self.book.instalment[:, self.week]
        interest = np.where(agreed > 0, np.rint(self.owed * self.book.monthly_rate), 0).astype(np.int64)
        eased = np.where(self.eased_weeks > 0, np.rint(agreed * (1 - self.constants.ease_share)), agreed).astype(np.int64)
        due = np.minimum(eased, self.owed + interest)
        self.owed = self.owed + interest - due
        return interest, due

    def _drawn_from_savings(self, due: Ints, attentive: Bools) -> Ints:
        """Whoever looks moves what is missing for this week's payments and arrears, as far as there are savings."""
        missing = np.maximum(due + self.arrears - self.balance, 0)
        drawn = np.where(attentive, np.minimum(missing, self.savings), 0)
        self.balance, self.savings = self.balance + drawn, self.savings - drawn
        return drawn

    def _paid(self, bills: Ints, instalment: Ints) -> tuple[Ints, Ints, Ints]:
        """Bills as far as the account and its overdraft go, then the instalment, whole or not at all; and how many came back."""
        reach = np.maximum(self.balance + self.book.limit, 0)
        paid = np.minimum(bills, reach)
        repaid = np.where(instalment <= reach - paid, instalment, 0)
        self.balance = self.balance - paid - repaid
        self.arrears = self.arrears + (bills - paid) + (instalment - repaid)
        return paid, repaid, (paid < bills).astype(np.int64) + (repaid < instalment)

    def _everyday(self, attentive: Bools) -> Ints:
        """What is bought: less by restraint and when the balance is below its habit; whoever looks keeps what next week's bills need.

        Never less than what nobody can do without, and never more than there is.
        """
        week, given = self.week, self.constants
        planned = self.book.everyday[:, week] * self.luck.spree[:, week]
        back = self.book.reversion / _MONTH_WEEKS * (self.balance - self._usual[:, week])
        reach = np.maximum(self.balance + self.book.limit, 0)
        wanted = planned * (1 - self.restraint) + back
        wanted = np.where(attentive, np.minimum(wanted, reach - self._needed_soon()), wanted)
        wanted = np.maximum(wanted, given.essential_share * planned)
        spent = np.minimum(np.rint(np.maximum(wanted, 0)).astype(np.int64), reach)
        self.balance = self.balance - spent
        return spent

    def _needed_soon(self) -> Ints:
        """What must be kept for the bills and instalments of the coming weeks until pay covers them, as far as they are known."""
        begin, end = self.week + 1, self.week + 1 + _LOOKS_AHEAD
        bills = np.where(self.moved[:, None], self.book.at_pay[:, begin:end], self.book.commitments[:, begin:end])
        open_after = np.cumsum(bills + self.book.instalment[:, begin:end] - self.book.income[:, begin:end], axis=1)
        return np.max(open_after, axis=1, initial=0)

    def _caught_up(self) -> Ints:
        """Arrears are paid from what the coming bills do not need; more of it by whom a contact has made attentive."""
        given = self.constants
        part = given.catch_up_alone + (given.catch_up_attentive - given.catch_up_alone) * self.attention
        spare = np.maximum(self.balance - self._needed_soon(), 0)
        paid = np.minimum(self.arrears, np.rint(part * spare).astype(np.int64))
        self.balance, self.arrears = self.balance - paid, self.arrears - paid
        return paid

    def _put_aside(self) -> Ints:
        """The habit, as far as there is money and nothing is behind; drawn as far as there are savings."""
        habit = self.book.saving[:, self.week]
        kept = np.where(self.arrears > 0, 0, np.minimum(np.maximum(habit, 0), np.maximum(self.balance, 0)))
        moved = kept - np.minimum(np.maximum(-habit, 0), self.savings)
        self.balance, self.savings = self.balance - moved, self.savings + moved
        return moved

    def _noted(self, actions: Ints, missed: Ints) -> None:
        """The week goes into the records; what a contact has started fades."""
        week, given = self.week, self.constants
        below = self.balance < 0
        self.below[:, week], self.failed[:, week], self.action[:, week] = below, missed, actions
        fades = 0.5 ** (1 / given.memory_half_life_weeks)
        self._failed_lately = self._failed_lately * fades + missed
        self._below_lately = self._below_lately * fades + (1 - fades) * below
        self.week += 1
        logit = self._scored(self._income_share())
        self.strain[:, week] = expit(logit)
        self.score[:, week] = logit + self.luck.noise[:, week]
        self.attention = self.attention * 0.5 ** (1 / given.attention_half_life_weeks)
        self.restraint = self.restraint * 0.5 ** (1 / given.restraint_half_life_weeks)
        self.fatigue = self.fatigue * 0.5 ** (1 / given.fatigue_half_life_weeks)
        self.eased_weeks = np.maximum(self.eased_weeks - 1, 0)

    def _scored(self, income_share: Reals) -> Reals:
        """Latent strain in log-odds, from what the account shows: failed debits, arrears, days below zero, a short buffer, lost income."""
        given = self.constants
        short = 1 - np.clip(self._months_covered() / given.buffer_months, 0, 1)
        behind = np.minimum(self.arrears / np.maximum(given.arrears_full_months * self.book.due_month, 1), 1)
        lost = np.clip((1 - income_share) / given.income_lost_full, 0, 1)
        return (
            given.strain_start
            + given.strain_failed * np.minimum(self._failed_lately, 2.0)
            + given.strain_below * self._below_lately
            + given.strain_behind * behind
            + given.strain_short * short
            + given.strain_income * lost
        )

    def fork(self) -> "Course":
        """The same state again, to go on differently from here."""
        twin = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, np.ndarray):
                setattr(twin, name, value.copy())
        return twin

    @property
    def critical(self) -> Bools:
        """Weeks in the critical band, by the strain itself."""
        return np.round(self.strain, 2) >= CRITICAL_FROM

    @property
    def was_healthy(self) -> Bools:
        """Who is in the healthy band before the coming week, by the strain itself."""
        return ~self._strained()

    def burden(self, week: int) -> Reals:
        """The strain of a week: 1 in the critical band, and its part of a month below zero."""
        return (np.round(self.strain[:, week], 2) >= CRITICAL_FROM) + self.below[:, week] / _MONTH_WEEKS


def expit(logit: Reals) -> Reals:
    """The logistic function."""
    return 1 / (1 + np.exp(-logit))


def _shown(logit: Reals) -> Reals:
    """A score as it is shown: two decimals."""
    return np.round(expit(logit), 2)


def costs_of(actions: Ints, healthy: Bools, constants: Constants) -> Reals:
    """What contacts cost, in critical weeks: each one something, a call its time, and annoying the healthy more."""
    contact = np.array([0.0, constants.cost_message, constants.cost_message, constants.cost_call])[actions]
    return contact + constants.annoys_healthy * ((actions != NONE) & healthy)
