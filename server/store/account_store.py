"""Login accounts, sessions and invitations in the store: the AccountStore of `server/auth/accounts.py`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from server.auth.accounts import Invitation, LoginAccount, RefreshToken, SocketTicket
from server.store.cipher import Cipher, place_of
from server.store.database import Database
from server.store.tables.login import ATTEMPTS, INVITATIONS, LOGINS, REFRESH_TOKENS, SOCKET_TICKETS
from tools.errors import ConflictError


class SqlAccountStore:
    """Accounts on SQLite or PostgreSQL. Names and second factors are sealed, everything else secret is a hash already."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def account(self, subject: str) -> LoginAccount | None:
        """The account with this subject."""
        return next(iter(self._accounts(LOGINS.c.subject == subject)), None)

    def account_of_login(self, login: str) -> LoginAccount | None:
        """The account with this login (small letters)."""
        return next(iter(self._accounts(LOGINS.c.login == login)), None)

    def accounts(self) -> tuple[LoginAccount, ...]:
        """All accounts, by login."""
        return tuple(sorted(self._accounts(), key=lambda account: account.login))

    def add_account(self, account: LoginAccount, at: datetime) -> None:
        """Keep a new account. Raises ConflictError (`login_taken`) for a taken login or a customer who has an account."""
        row = self._row(account, at)
        try:
            with self._database.writing() as connection:
                connection.execute(insert(LOGINS).values(row))
        except IntegrityError as error:
            raise _taken() from error

    def set_password_hash(self, subject: str, password_hash: str) -> None:
        """Replace the password."""
        self._set(subject, password_hash=password_hash)

    def set_totp_secret(self, subject: str, secret: str | None) -> None:
        """Replace the second factor, or take it away. Codes used before no longer count as used."""
        sealed = None if secret is None else self._cipher.key(subject).seal(secret, _place(subject, "totp_secret"))
        self._set(subject, totp_secret=sealed, totp_last_step=None)

    def set_disabled(self, subject: str, at: datetime | None) -> None:
        """Disable the account from `at`, or enable it again with None."""
        self._set(subject, disabled_at=at)

    def use_totp_step(self, subject: str, step: int) -> bool:
        """Note the time step of an accepted code; False when this or a later one was noted before. Atomic."""
        unused = LOGINS.c.totp_last_step.is_(None) | (LOGINS.c.totp_last_step < step)
        with self._database.writing() as connection:
            changed = connection.execute(update(LOGINS).where(LOGINS.c.subject == subject, unused).values(totp_last_step=step))
        return changed.rowcount == 1

    def add_refresh_token(self, token: RefreshToken) -> None:
        """Keep a token, as the newest of its family."""
        row = token.model_dump(exclude={"used", "revoked"})
        moments = {"used_at": token.issued_at if token.used else None, "revoked_at": token.issued_at if token.revoked else None}
        newest = select(func.coalesce(func.max(REFRESH_TOKENS.c.number), 0) + 1).where(REFRESH_TOKENS.c.family == token.family)
        with self._database.writing() as connection:
            connection.execute(insert(REFRESH_TOKENS).values(**row, **moments, number=newest.scalar_subquery()))

    def refresh_token(self, token_hash: str) -> RefreshToken | None:
        """The token, used or not."""
        with self._database.reading() as connection:
            return _token(connection, REFRESH_TOKENS.c.token_hash == token_hash)

    def use_refresh_token(self, token_hash: str, at: datetime) -> RefreshToken | None:
        """The token as it was before this call, and marked as used from now on. Atomic: of two callers one sees `used` False."""
        with self._database.writing() as connection:
            marked = update(REFRESH_TOKENS).where(REFRESH_TOKENS.c.token_hash == token_hash, REFRESH_TOKENS.c.used_at.is_(None))
            first = connection.execute(marked.values(used_at=at)).rowcount == 1
            token = _token(connection, REFRESH_TOKENS.c.token_hash == token_hash)
        return token if token is None else token.model_copy(update={"used": not first})

    def session(self, family: str) -> RefreshToken | None:
        """The newest token of the family, which carries the state of the session."""
        with self._database.reading() as connection:
            return _token(connection, REFRESH_TOKENS.c.family == family)

    def extend_session(self, family: str, expires_at: datetime) -> None:
        """Move the idle end of the family's unused token, never past the end of the session."""
        unused = (REFRESH_TOKENS.c.family == family, REFRESH_TOKENS.c.used_at.is_(None))
        with self._database.writing() as connection:
            end = connection.scalar(select(REFRESH_TOKENS.c.family_expires_at).where(*unused).limit(1))
            if end is not None:
                connection.execute(update(REFRESH_TOKENS).where(*unused).values(expires_at=min(expires_at, end)))

    def end_session(self, family: str, at: datetime) -> None:
        """Revoke the family."""
        self._revoke(REFRESH_TOKENS.c.family == family, at)

    def end_sessions_of(self, subject: str, at: datetime) -> None:
        """Revoke every family of the account."""
        self._revoke(REFRESH_TOKENS.c.subject == subject, at)

    def add_socket_ticket(self, ticket: SocketTicket) -> None:
        """Keep a ticket."""
        with self._database.writing() as connection:
            connection.execute(insert(SOCKET_TICKETS).values(ticket.model_dump()))

    def take_socket_ticket(self, ticket_hash: str) -> SocketTicket | None:
        """The ticket, which is gone afterwards. Atomic: of two callers one gets it."""
        taken = delete(SOCKET_TICKETS).where(SOCKET_TICKETS.c.ticket_hash == ticket_hash).returning(*SOCKET_TICKETS.c)
        with self._database.writing() as connection:
            row = connection.execute(taken).mappings().one_or_none()
        return None if row is None else SocketTicket.model_validate(dict(row))

    def add_invitation(self, invitation: Invitation) -> None:
        """Keep an invitation."""
        row = invitation.model_dump(exclude={"used"})
        with self._database.writing() as connection:
            connection.execute(insert(INVITATIONS).values(**row, used_at=invitation.created_at if invitation.used else None))

    def invitation(self, code_hash: str) -> Invitation | None:
        """The invitation, used or not."""
        with self._database.reading() as connection:
            row = connection.execute(select(INVITATIONS).where(INVITATIONS.c.code_hash == code_hash)).mappings().one_or_none()
        if row is None:
            return None
        fields = dict(row)
        return Invitation(used=fields.pop("used_at") is not None, **fields)

    def accept_invitation(self, code_hash: str, account: LoginAccount, at: datetime) -> bool:
        """Mark the invitation as used and keep the account, both or neither; False when it was used before.

        Raises ConflictError (`login_taken`) as `add_account`, and then the invitation stays unused.
        """
        row = self._row(account, at)
        unused = update(INVITATIONS).where(INVITATIONS.c.code_hash == code_hash, INVITATIONS.c.used_at.is_(None))
        try:
            with self._database.writing() as connection:
                if connection.execute(unused.values(used_at=at)).rowcount == 0:
                    return False
                connection.execute(insert(LOGINS).values(row))
        except IntegrityError as error:
            raise _taken() from error
        return True

    def add_attempt(self, keys: tuple[str, ...], at: datetime) -> None:
        """Note one attempt to sign in under each key."""
        with self._database.writing() as connection:
            connection.execute(insert(ATTEMPTS), [{"key": key, "at": at} for key in keys])

    def attempts(self, key: str, since: datetime) -> tuple[datetime, ...]:
        """Times of the attempts under `key` later than `since`, oldest first."""
        query = select(ATTEMPTS.c.at).where(ATTEMPTS.c.key == key, ATTEMPTS.c.at > since).order_by(ATTEMPTS.c.at)
        with self._database.reading() as connection:
            return tuple(connection.scalars(query))

    def forget_attempts(self, key: str, at: datetime | None = None) -> None:
        """Forget one attempt under `key` that was made at `at`, or all of them."""
        wanted = ATTEMPTS.c.key == key
        if at is not None:
            one = select(func.min(ATTEMPTS.c.id)).where(ATTEMPTS.c.key == key, ATTEMPTS.c.at == at)
            wanted = ATTEMPTS.c.id == one.scalar_subquery()
        with self._database.writing() as connection:
            connection.execute(delete(ATTEMPTS).where(wanted))

    def purge(self, before: datetime) -> None:
        """Drop attempts, tickets and families that ended before `before`."""
        with self._database.writing() as connection:
            connection.execute(delete(ATTEMPTS).where(ATTEMPTS.c.at < before))
            connection.execute(delete(SOCKET_TICKETS).where(SOCKET_TICKETS.c.expires_at < before))
            connection.execute(delete(REFRESH_TOKENS).where(REFRESH_TOKENS.c.family_expires_at < before))

    def _accounts(self, *wanted: ColumnElement[bool]) -> Sequence[LoginAccount]:
        with self._database.reading() as connection:
            rows = connection.execute(select(LOGINS).where(*wanted)).mappings().all()
        return [self._value(dict(row)) for row in rows]

    def _row(self, account: LoginAccount, at: datetime) -> dict[str, Any]:
        key = self._cipher.key(account.subject)
        row = account.model_dump(exclude={"disabled"})
        row["name"] = key.seal(account.name, _place(account.subject, "name"))
        row["totp_secret"] = account.totp_secret and key.seal(account.totp_secret, _place(account.subject, "totp_secret"))
        return {**row, "created_at": at, "disabled_at": at if account.disabled else None}

    def _value(self, row: dict[str, Any]) -> LoginAccount:
        key = self._cipher.key(row["subject"])
        opened = {name: row[name] and key.open(row[name], _place(row["subject"], name)) for name in ("name", "totp_secret")}
        kept = {name: row[name] for name in LoginAccount.model_fields if name != "disabled"}
        return LoginAccount.model_validate({**kept, **opened, "disabled": row["disabled_at"] is not None})

    def _set(self, subject: str, **changes: Any) -> None:
        with self._database.writing() as connection:
            connection.execute(update(LOGINS).where(LOGINS.c.subject == subject).values(**changes))

    def _revoke(self, wanted: ColumnElement[bool], at: datetime) -> None:
        with self._database.writing() as connection:
            connection.execute(update(REFRESH_TOKENS).where(wanted, REFRESH_TOKENS.c.revoked_at.is_(None)).values(revoked_at=at))


def _token(connection: Connection, wanted: ColumnElement[bool]) -> RefreshToken | None:
    """The newest token that fits."""
    query = select(REFRESH_TOKENS).where(wanted).order_by(REFRESH_TOKENS.c.number.desc()).limit(1)
    row = connection.execute(query).mappings().one_or_none()
    if row is None:
        return None
    kept = {name: row[name] for name in RefreshToken.model_fields if name not in {"used", "revoked"}}
    return RefreshToken(used=row["used_at"] is not None, revoked=row["revoked_at"] is not None, **kept)


def _place(subject: str, column: str) -> str:
    return place_of("login", subject, column)


def _taken() -> ConflictError:
    return ConflictError("This login is taken, or this customer has an account already. Choose another login.", code="login_taken")
