"""Opening the bank for a command, and naming who is asking."""

from typing import TYPE_CHECKING

from agent.context import Principal
from server.settings import load_settings
from tools.errors import UsageError

if TYPE_CHECKING:
    from server.bank import Bank

#: Where a command takes only a role, these logins are meant.
LOGIN_OF_ROLE = {"customer": "anna", "rm": "rm1", "staff": "staff1", "admin": "admin"}


def open_bank() -> "Bank":
    """The bank of the settings, with its warnings said once."""
    import sys

    settings = load_settings()
    for warning in settings.warnings:
        print(warning, file=sys.stderr)
    from server.bank import Bank

    return Bank(settings)


def with_figures(bank: "Bank") -> None:
    """Work out the figures of customers that have none, as after an import that was broken off, or in a bank of an earlier version."""
    behind = bank.snapshots.behind()
    if behind:
        from server.cli.progress import told

        with told("Figures") as progress:
            bank.snapshots.refresh(behind, progress)


def principal_named(bank: "Bank", login: str) -> Principal:
    """The principal of a login, or of a role's usual login.

    Raises:
        UsageError: nobody has that login, or the account is disabled (`unknown_login`).
    """
    account = bank.accounts.account_of_login(login) or bank.accounts.account_of_login(LOGIN_OF_ROLE.get(login, login))
    if account is None or account.disabled:
        raise UsageError(f"Nobody signs in as {login!r}. `personaforge user list` shows the logins.", code="unknown_login")
    return account.principal()
