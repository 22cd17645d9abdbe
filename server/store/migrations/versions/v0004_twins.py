"""Stored versions of each customer's twin, and what was learnt from the past of each source."""

import sqlalchemy as sa
from alembic import op

from server.store.row_security import OWN, protect

revision = "0004"
down_revision = "0003"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables, and whether a client has credit at a variable rate."""
    op.create_table(
        "twin_version",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("twin", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_twin_version_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "version", name="pk_twin_version"),
    )
    op.create_table(
        "priors",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("priors", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_priors"),
    )
    op.add_column("client_snapshot", sa.Column("has_variable_rate", sa.Boolean(), nullable=False, server_default=sa.false()))
    protect({"twin_version": OWN}, open_to_all=("priors",))
