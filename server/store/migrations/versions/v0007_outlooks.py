"""Where the balance of each customer will be, as the past of all accounts taught it at the last import."""

import sqlalchemy as sa
from alembic import op

from server.store.row_security import OWN, protect

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "outlook",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("outlook", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_outlook_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_outlook"),
    )
    protect({"outlook": OWN})
