"""Row-level security on PostgreSQL: what a transaction may see follows from `app.subject` and `app.customer`.

The settings are local to a transaction (`server/store/database.py`). Without them nothing is visible, to the owner either
(FORCE). `personaforge_app` owns nothing and cannot read what only the bank's own services read: logins, keys' owners' tokens,
protected attributes, imports, audit records. SQLite has no such layer; there every query of the view scopes itself.
"""

from alembic import op

revision = "0003"
down_revision = "0002"

ROLE = "personaforge_app"
OWN = "(customer_id = nullif(current_setting('app.customer', true), '') or customer_id in (select b.customer_id from book b))"
ACCOUNT = "(account_id in (select x.account_id from account_access x))"
MINE = "(subject = nullif(current_setting('app.subject', true), ''))"
NOBODY = "false"

READ = {
    "customer": OWN.replace("(customer_id = ", "(id = ", 1).replace("or customer_id in", "or id in"),
    "book": MINE,
    "account_access": OWN,
    "profile": OWN,
    "holding": OWN,
    "contract": OWN,
    "note": OWN,
    "interaction": OWN,
    "flag": OWN,
    "client_snapshot": OWN,
    "account": "(id in (select x.account_id from account_access x))",
    "account_part": ACCOUNT,
    "party": "(id in (select p.party_id from account_part p))",
    "transaction": ACCOUNT,
    "reconciliation_difference": ACCOUNT,
}
OWNED = {
    "thread": MINE,
    "turn": MINE,
    "ticket": MINE,
    "feedback": MINE,
    "run_event": "(run_id in (select t.run_id from turn t))",
}
SERVICE_ONLY = (
    "protected_attributes",
    "import_run",
    "rejected_row",
    "login",
    "invitation",
    "refresh_token",
    "socket_ticket",
    "sign_in_attempt",
    "audit_record",
)


def upgrade() -> None:
    """Create the role where this account may, the policies, and the grants."""
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute(
        f"""
        do $$ begin
            if not exists (select from pg_roles where rolname = '{ROLE}') then create role {ROLE} nologin; end if;
            execute format('grant {ROLE} to %I', current_user);
        exception when insufficient_privilege or duplicate_object or unique_violation then
            raise notice 'this account may not make the role {ROLE}; FORCE ROW LEVEL SECURITY holds for the owner';
        end $$
        """
    )
    for table, condition in {**READ, **OWNED, **dict.fromkeys(SERVICE_ONLY, NOBODY)}.items():
        _protect(table, condition)
    _grant("select", (*READ, "business_date", "data_key"))
    _grant("select, insert, update, delete", tuple(OWNED))


def _protect(table: str, condition: str) -> None:
    allowed = f"current_setting('app.role', true) = 'service' or {condition}"
    op.execute(f'alter table "{table}" enable row level security')
    op.execute(f'alter table "{table}" force row level security')
    op.execute(f'create policy visible on "{table}" using ({allowed}) with check ({allowed})')


def _grant(rights: str, tables: tuple[str, ...]) -> None:
    names = ", ".join(f'"{table}"' for table in tables)
    op.execute(
        f"do $$ begin if exists (select from pg_roles where rolname = '{ROLE}') then grant {rights} on {names} to {ROLE}; end if; end $$"
    )
