"""What each person wants to be told, and what they have dismissed."""

import sqlalchemy as sa
from alembic import op

from server.store.row_security import MINE, protect

revision = "0006"
down_revision = "0005"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables."""
    op.create_table(
        "insight_dismissal",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("subject", "key", name="pk_insight_dismissal"),
    )
    op.create_table(
        "insight_settings",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("off", sa.Text(), nullable=False),
        sa.Column("quiet_from", BIG, nullable=True),
        sa.Column("quiet_to", BIG, nullable=True),
        sa.Column("zone", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_insight_settings"),
    )
    mine = {"insight_dismissal": MINE, "insight_settings": MINE}
    protect(mine, written=tuple(mine))
