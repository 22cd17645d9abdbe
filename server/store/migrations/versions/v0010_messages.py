"""Messages that a person approved, and the log of what policies suggested."""

import sqlalchemy as sa
from alembic import op

from server.store.row_security import MINE, protect

revision = "0010"
down_revision = "0009"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "outgoing_message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("send_after", TIME, nullable=False),
        sa.Column("next_try_at", TIME, nullable=False),
        sa.Column("taken_until", TIME, nullable=True),
        sa.Column("attempts", BIG, nullable=False),
        sa.Column("error", sa.String(), nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("settled_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_outgoing_message_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_outgoing_message"),
    )
    op.create_index("ix_outgoing_message_customer_id", "outgoing_message", ["customer_id"], unique=False)
    op.create_index("ix_outgoing_message_state_next_try_at", "outgoing_message", ["state", "next_try_at"], unique=False)
    op.create_table(
        "suggestion",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("policy", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("propensity", sa.Float(), nullable=False),
        sa.Column("situation", sa.LargeBinary(), nullable=False),
        sa.Column("details", sa.Text(), nullable=False),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("answered_at", TIME, nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_suggestion_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_suggestion"),
    )
    op.create_index("ix_suggestion_customer_id", "suggestion", ["customer_id"], unique=False)
    op.create_index("ix_suggestion_proposal", "suggestion", ["proposal"], unique=False)
    protect({"outgoing_message": MINE, "suggestion": MINE})
