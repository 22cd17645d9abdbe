"""`personaforge seed`: the demo bank, and described customers on top of it."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from server.bank import Bank


def seed(
    seed: Annotated[int | None, typer.Option("--seed", help="Another seed makes another bank; the same seed the same bytes.")] = None,
    case: Annotated[Path | None, typer.Option("--case", help="A file that describes a customer to add.")] = None,
) -> None:
    """Make the demo bank where it is absent; with --case, add a described customer."""
    from server.cli.opened import open_bank

    bank = open_bank()
    if case is None or not bank.is_demo:
        seed_demo(bank, seed)
    if case is not None:
        seed_case(bank, case)


def seed_demo(bank: "Bank", seed: int | None) -> None:
    """Make the demo bank and its logins, and say the passwords once. A demo bank that is there is left as it is."""
    from server.auth.passwords import generate_password
    from server.cli.progress import told
    from server.demo.bank import demo_books
    from server.demo.login import demo_logins
    from tools.errors import ConflictError

    if bank.is_demo and bank.accounts.account_of_login("rm1") is not None:
        print("The demo bank is there already; nothing was changed.", file=sys.stderr)
        return
    passwords: dict[str, str] = {}
    for login in demo_logins():
        password = generate_password()
        try:
            bank.auth.registration.add(
                login.login, password, login.name, login.role, bank.now(), demo=True, customer_id=login.customer_id,
                jurisdiction=bank.settings.jurisdiction,
            )  # fmt: skip
            passwords[login.login] = password
        except ConflictError:
            continue  # an account of that name is kept with its password
    with told("Demo bank") as progress:
        for book, batch in demo_books(seed=seed).items():
            bank.ledger.add_batch(batch, book_login=book, progress=progress)
    bank.audit.append("seed", "system", {"customers": sum(1 for _ in passwords)})
    print_passwords(passwords)


def seed_case(bank: "Bank", path: Path) -> None:
    """Add a described customer, with a login where the file names one."""
    from server.auth.passwords import generate_password
    from server.cli.progress import told
    from server.demo.bank import AS_OF
    from server.demo.case import load_case, read_case

    as_of = bank.business_dates().get("demo", AS_OF)
    described = read_case(path)
    batch = load_case(path, as_of)
    with told("Case") as progress:
        counts = bank.ledger.add_batch(batch, book_login=described.book, progress=progress)
    if described.login and bank.accounts.account_of_login(described.login) is None:
        customer = batch.customers[0]
        password = generate_password()
        bank.auth.registration.add(described.login, password, customer.name, "customer", bank.now(), demo=True, customer_id=customer.id)
        print_passwords({described.login: password})
    print(counts.model_dump_json())


def print_passwords(passwords: dict[str, str]) -> None:
    """Say new passwords once; they are stored only as hashes."""
    if not passwords:
        return
    print("Sign in with one of these. They are shown this once; `personaforge user password LOGIN` makes a new one.", file=sys.stderr)
    for login, password in passwords.items():
        print(f"  {login:<8} {password}", file=sys.stderr)
