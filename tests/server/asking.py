"""Asking a bank in this process, without a server."""

import asyncio
import uuid
from typing import Any

from server.bank import Bank
from server.cli.ask import answered


def ask(bank: Bank, login: str, *texts: str, thread: str | None = None) -> list[dict[str, Any]]:
    """The turns of one conversation, as `ask --json` gives them."""

    async def talk() -> list[dict[str, Any]]:
        account = bank.accounts.account_of_login(login)
        assert account is not None
        principal = account.principal()
        thread_id = thread or bank.threads.create(principal.subject, uuid.uuid4().hex).id
        async with bank.conversation():
            return [await answered(bank, principal, thread_id, text) for text in texts]

    return asyncio.run(talk())
