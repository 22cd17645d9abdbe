"""What has just changed about customers, and what came of a manager's contacts."""

import sqlalchemy as sa
from alembic import op

from server.store.row_security import protect

revision = "0009"
down_revision = "0008"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)
#: Both are a manager's: not even the customer's own sign-in sees them.
IN_BOOK = "(customer_id in (select b.customer_id from book b))"


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "live_event",
        sa.Column("id", BIG, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("band", sa.Text(), nullable=False),
        sa.Column("score_before", sa.Float(), nullable=True),
        sa.Column("band_before", sa.Text(), nullable=False),
        sa.Column("drivers", sa.JSON(), nullable=False),
        sa.Column("driver_values", sa.JSON(), nullable=False),
        sa.Column("insight", sa.String(), nullable=True),
        sa.Column("created_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_live_event_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_live_event"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_live_event_customer_id", "live_event", ["customer_id"], unique=False)
    op.create_index("ix_live_event_created_at", "live_event", ["created_at"], unique=False)
    op.create_table(
        "stress_contact",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("action", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("follow_up_on", sa.Date(), nullable=True),
        sa.Column("made_at", TIME, nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_stress_contact_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_stress_contact"),
    )
    op.create_index("ix_stress_contact_customer_id", "stress_contact", ["customer_id"], unique=False)
    protect({"live_event": IN_BOOK, "stress_contact": IN_BOOK}, written=("stress_contact",))
