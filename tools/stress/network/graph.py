"""Who pays whom among the bank's own customers, as a sparse matrix, and the stress around each of them."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from tools.errors import UsageError
from tools.ledger.history import History
from tools.value import Value

#: A mean over fewer neighbours would tell one neighbour's score to whoever sees it.
FEWEST_NEIGHBOURS = 3


class Payment(Value):
    """Money that one customer sent another, added up; minor units, always positive."""

    payer: str
    payee: str
    amount_minor: int


class PaymentGraph:
    """Customers and how closely they are tied, as a sparse matrix.

    Money ties both ways, so a payment counts for payer and payee alike. Its weight is the logarithm of one plus its major units: a
    rent is a closer tie than a round of drinks, and not a hundred times as close.
    """

    def __init__(self, customer_ids: Sequence[str], payments: Iterable[Payment]) -> None:
        """Payments with a customer that is not listed are left out, as are payments to oneself.

        Raises:
            UsageError: (`usage`) a payment that is not above zero.
        """
        self.customer_ids = tuple(customer_ids)
        self._place = {customer: at for at, customer in enumerate(self.customer_ids)}
        self._one, self._other, self._weight = self._ties(tuple(payments))

    def _ties(self, payments: Sequence[Payment]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
        """The entries of the matrix by row, column and weight: a sparse matrix in coordinates, each tie once in each direction."""
        if any(payment.amount_minor <= 0 for payment in payments):
            raise UsageError("A payment in the graph is not above zero. Give amounts without a sign.")
        found = [(self._place[each.payer], self._place[each.payee], each.amount_minor) for each in payments if self._inside(each)]
        payer, payee, amount = np.array(found, dtype=np.int64).reshape(-1, 3).T
        size = max(len(self.customer_ids), 1)
        pairs, place = np.unique(np.concatenate([payer * size + payee, payee * size + payer]), return_inverse=True)
        sums = np.bincount(place, np.tile(amount, 2).astype(float), minlength=len(pairs))
        return pairs // size, pairs % size, np.log1p(sums / 100)

    def _inside(self, payment: Payment) -> bool:
        return payment.payer != payment.payee and payment.payer in self._place and payment.payee in self._place

    def neighbour_stress(self, scores: Mapping[str, float | None]) -> NDArray[np.float64]:
        """Weighted mean of the neighbours' stress scores, 0..1, in the order of `customer_ids`.

        Neighbours without a score leave the mean; NaN where fewer than `FEWEST_NEIGHBOURS` are left. One sparse product: linear in the
        number of ties.
        """
        known = np.array([scores.get(customer) is not None for customer in self.customer_ids], dtype=float)
        values = np.array([scores.get(customer) or 0.0 for customer in self.customer_ids])
        weight = self._summed(self._weight * known[self._other])
        mean = np.divide(self._summed(self._weight * values[self._other]), weight, out=np.full(len(values), np.nan), where=weight > 0)
        mean[self._summed(known[self._other]) < FEWEST_NEIGHBOURS] = np.nan
        return mean

    def _summed(self, entries: NDArray[np.float64]) -> NDArray[np.float64]:
        """Sums of the entries of each row."""
        return np.bincount(self._one, entries, minlength=len(self.customer_ids)).astype(np.float64)

    def neighbours(self) -> NDArray[np.int64]:
        """How many customers each one is tied to, in the order of `customer_ids`."""
        return np.bincount(self._one, minlength=len(self.customer_ids))


def payments_between(histories: Iterable[History]) -> tuple[Payment, ...]:
    """Money that went from account to account of different customers, added up by pair, in the main order of their ids.

    Only booked transfers whose counterparty account is the IBAN or the id of an account in the same histories count; each is seen at
    the payer's end, so that it is not counted twice.
    """
    owner: dict[str, str] = {}
    sent: dict[tuple[str, str], int] = {}
    for one in histories:  # one at a time: those of a whole bank do not fit into memory
        owner.update({name: one.customer.id for account in one.accounts for name in (account.iban, account.id) if name})
        for move in one.transactions:
            if move.status == "booked" and move.amount_minor < 0 and move.counterparty_account:
                pair = (one.customer.id, move.counterparty_account)
                sent[pair] = sent.get(pair, 0) - move.amount_minor
    sums: dict[tuple[str, str], int] = {}
    for (payer, account), amount in sent.items():
        payee = owner.get(account)
        if payee is not None and payee != payer:
            sums[payer, payee] = sums.get((payer, payee), 0) + amount
    return tuple(Payment(payer=payer, payee=payee, amount_minor=amount) for (payer, payee), amount in sorted(sums.items()))
