"""`personaforge user`: accounts that can sign in."""

from typing import Annotated

import typer

from agent.context import Role
from tools.errors import UsageError

user = typer.Typer(help="Accounts that can sign in.", no_args_is_help=True)

Login = Annotated[str, typer.Argument(help="The login.")]


@user.command("list")
def list_accounts() -> None:
    """Every login with its role."""
    from server.cli.opened import open_bank

    for account in open_bank().accounts.accounts():
        print(f"{account.login:<24} {account.role:<10} {account.name}{'  (disabled)' if account.disabled else ''}")


@user.command()
def add(
    login: Login,
    role: Annotated[str, typer.Option("--role", help="customer, rm, staff or admin.")],
    name: Annotated[str, typer.Option("--name", help="The name to show.")],
    customer: Annotated[str | None, typer.Option("--customer", help="For a customer: whose accounts, as source:number.")] = None,
) -> None:
    """Add an account; its password, and its second factor where it has one, are shown this once."""
    from server.auth.passwords import generate_password
    from server.auth.totp import enrolment_address
    from server.cli.opened import open_bank

    bank = open_bank()
    bank.require_customer(customer)
    password = generate_password()
    account = bank.auth.registration.add(login, password, name, _role(role), bank.now(), demo=bank.is_demo, customer_id=customer)
    bank.audit.append("user_added", "system", {"login": account.login, "role": account.role})
    print(f"{account.login}  {password}")
    if account.totp_secret:
        print(enrolment_address(account.totp_secret, account.login))


@user.command()
def invite(
    role: Annotated[str, typer.Option("--role", help="customer, rm, staff or admin.")],
    customer: Annotated[str | None, typer.Option("--customer", help="For a customer: whose accounts, as source:number.")] = None,
) -> None:
    """Make an invitation code, to be used once."""
    from server.cli.opened import open_bank

    bank = open_bank()
    bank.require_customer(customer)
    print(bank.auth.registration.invite(_role(role), customer, "cli", bank.now()))
    bank.audit.append("user_invited", "system", {"role": role})


@user.command()
def password(login: Login) -> None:
    """Give an account a new password, shown this once; its sessions end."""
    from server.auth.passwords import generate_password
    from server.cli.opened import open_bank

    bank = open_bank()
    made = generate_password()
    bank.auth.registration.set_password(login, made, bank.now())
    bank.audit.append("password_changed", "system", {"login": login})
    print(f"{login}  {made}")


@user.command()
def disable(login: Login) -> None:
    """Sign an account out everywhere and let it in no more."""
    from server.cli.opened import open_bank

    bank = open_bank()
    bank.auth.registration.disable(login, bank.now())
    bank.audit.append("user_disabled", "system", {"login": login})
    print(f"{login} is disabled.")


@user.command()
def enable(login: Login) -> None:
    """Let a disabled account in again."""
    from server.cli.opened import open_bank

    bank = open_bank()
    bank.auth.registration.enable(login)
    bank.audit.append("user_enabled", "system", {"login": login})
    print(f"{login} is enabled.")


def _role(role: str) -> Role:
    match role:
        case "customer" | "rm" | "staff" | "admin":
            return role
        case _:
            raise UsageError(f"{role!r} is no role. Use customer, rm, staff or admin.")
