"""The demo bank: the named people's stories and a generated population around them, in three books."""

from datetime import date

from server.demo.case import load_case, read_case
from server.demo.login import FOLDER, demo_logins, demo_table
from tools.population.bank import GeneratedBank, joined
from tools.population.generate import generate
from tools.population.spec import PopulationSpec

SOURCE = "demo"
PEOPLE = FOLDER / "people"
#: The business date of the demo bank unless another one is asked for.
AS_OF: date = demo_table()["as_of"]


def demo_books(
    as_of: date = AS_OF, seed: int | None = None, customers: int | None = None, days_beyond: int = 0
) -> dict[str, GeneratedBank]:
    """One bank per relationship manager's login, the named people first; all of them share the business date `as_of`.

    `seed` and `customers` are those of `demo.toml` unless given; the named people always are among the customers.
    With `days_beyond` the bookings go on for so many days after `as_of`; up to it they are the same.
    """
    table = demo_table()
    files, moved = sorted(PEOPLE.glob("*.toml")), (as_of - AS_OF).days
    cases = [read_case(file, moved) for file in files]
    people = [load_case(file, as_of, moved, days_beyond) for file in files]
    books = [login.login for login in demo_logins() if login.role == "rm"]
    crowd_size = max((customers or table["customers"]) - len(people), len(books))
    spec = PopulationSpec(
        seed=table["seed"] if seed is None else seed,
        customers=crowd_size,
        as_of=as_of,
        months=table["months"],
        days_beyond=days_beyond,
        mix=table["mix"],
        source=SOURCE,
        first_number=table["first_number"],
        taken=tuple(case.customer.number for case in cases),
        taken_names=tuple(case.customer.name for case in cases),
    )
    crowd = generate(spec)
    named = {book: [bank for bank, case in zip(people, cases, strict=True) if case.book == book] for book in books}
    return {
        login: joined(SOURCE, [*named[login], bank]) for login, bank in _dealt(crowd, {book: len(named[book]) for book in books}).items()
    }


def demo_bank(as_of: date = AS_OF, seed: int | None = None, customers: int | None = None, days_beyond: int = 0) -> GeneratedBank:
    """The whole demo bank as one batch; `books` says whose clients are whose."""
    return joined(SOURCE, demo_books(as_of, seed, customers, days_beyond).values())


def _dealt(crowd: GeneratedBank, held: dict[str, int]) -> dict[str, GeneratedBank]:
    """The crowd dealt to books, each customer to the book that has the fewest so far."""
    hands: dict[str, set[str]] = {book: set() for book in held}
    for customer in crowd.customers:
        book = min(hands, key=lambda book: (held[book] + len(hands[book]), book))
        hands[book].add(customer.id)
    return {book: crowd.only(frozenset(ids), book) for book, ids in hands.items()}
