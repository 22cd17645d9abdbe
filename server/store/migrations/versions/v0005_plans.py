"""Plans of goals with their versions, proposals that wait for a decision, and runs that carry one."""

import sqlalchemy as sa
from alembic import op

from server.store.row_security import MINE, OWN, protect

revision = "0005"
down_revision = "0004"

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Add the tables, and what a run was started with where that was no message."""
    op.create_table(
        "plan_version",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("version", BIG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("goals", BIG, nullable=False),
        sa.Column("plan", sa.Text(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("proposal", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_plan_version_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "version", name="pk_plan_version"),
    )
    op.create_index("ix_plan_version_proposal", "plan_version", ["proposal"], unique=False)
    op.create_table(
        "proposal",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("thread_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("verb", sa.String(), nullable=False),
        sa.Column("payload", sa.Text(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("made_at", TIME, nullable=False),
        sa.Column("expires_at", TIME, nullable=False),
        sa.Column("decided_at", TIME, nullable=True),
        sa.Column("decided_key", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_proposal_customer_id"),
        sa.ForeignKeyConstraint(["thread_id"], ["thread.id"], name="fk_proposal_thread_id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name="pk_proposal"),
    )
    op.create_index("ix_proposal_customer_id", "proposal", ["customer_id"], unique=False)
    op.create_index("ix_proposal_subject_state", "proposal", ["subject", "state"], unique=False)
    op.create_index("ix_proposal_thread_id", "proposal", ["thread_id"], unique=False)
    op.add_column("turn", sa.Column("decision", sa.Text(), nullable=True))
    protect({"plan_version": OWN, "proposal": MINE})
