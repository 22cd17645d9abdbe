"""What queries can ask of the stress of clients, and the stress around each of them where the bank may look at it."""

import sqlalchemy as sa
from alembic import op

from server.store.row_security import protect

revision = "0011"
down_revision = "0010"

#: The stress of a customer's neighbours is other people's: no person reads it, only the bank's own scoring.
NOBODY = "false"


def upgrade() -> None:
    """Add the columns and the table. Snapshots are made anew with the next booking or import; until then trends are unknown."""
    op.add_column("client_snapshot", sa.Column("stress_band_since", sa.Date(), nullable=True))
    op.add_column("client_snapshot", sa.Column("stress_trend", sa.Text(), nullable=False, server_default="unknown"))
    op.add_column("client_snapshot", sa.Column("stress_change_30d", sa.Float(), nullable=True))
    op.add_column("client_snapshot", sa.Column("stress_driver", sa.Text(), nullable=True))
    op.create_table(
        "neighbour_stress",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("stress", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_neighbour_stress_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_neighbour_stress"),
    )
    op.create_index("ix_neighbour_stress_source", "neighbour_stress", ["source"], unique=False)
    protect({"neighbour_stress": NOBODY})
