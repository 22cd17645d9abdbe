"""Activity and scores of each customer, events that were set aside, and how far each stream was read."""

import sqlalchemy as sa
from alembic import op

from server.store.row_security import OWN, protect

revision = "0008"
down_revision = "0007"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables, and an index by which the next position of a booking is found without reading them all."""
    op.create_table(
        "stress_state",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("bookings", BIG, nullable=False),
        sa.Column("scored_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_stress_state_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_stress_state"),
    )
    op.create_index("ix_stress_state_source_scored_on", "stress_state", ["source", "scored_on"])
    op.create_table(
        "stress_score",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("score", sa.Float(), nullable=True),
        sa.Column("band", sa.String(), nullable=False),
        sa.Column("probability", sa.Float(), nullable=True),
        sa.Column("drivers", sa.Text(), nullable=False),
        sa.Column("driver_values", sa.JSON(), nullable=False),
        sa.Column("model", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_stress_score_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "as_of", name="pk_stress_score"),
        # The scores of a customer lie together, and there is one page to write instead of two.
        sqlite_with_rowid=False,
    )
    op.create_table(
        "set_aside",
        sa.Column("id", BIG, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("event_id", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_set_aside"),
        sa.UniqueConstraint("fingerprint", name="uq_set_aside_fingerprint"),
    )
    op.create_index("ix_set_aside_code", "set_aside", ["code"])
    op.create_table(
        "stream_position",
        sa.Column("stream", sa.String(), nullable=False),
        sa.Column("partition", sa.String(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "partition", name="pk_stream_position"),
    )
    op.create_index("ix_transaction_position", "transaction", ["position"])
    nobody = "false"
    protect({"stress_state": OWN, "stress_score": OWN, "set_aside": nobody, "stream_position": nobody})
