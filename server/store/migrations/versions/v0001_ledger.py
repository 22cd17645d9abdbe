"""The ledger: what the bank knows of its customers, where it came from, and the row that queries run over."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "business_date",
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("source", name="pk_business_date"),
    )
    op.create_table(
        "customer",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customer"),
        sa.UniqueConstraint("source", "external_id", name="uq_customer_source_external_id"),
    )
    op.create_table(
        "import_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("book_subject", sa.String(), nullable=True),
        sa.Column("started_at", TIME, nullable=False),
        sa.Column("finished_at", TIME, nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_import_run"),
    )
    op.create_table(
        "party",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_party"),
    )
    op.create_index("ix_party_customer_id", "party", ["customer_id"], unique=False)
    op.create_table(
        "account",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("overdraft_limit_minor", BIG, nullable=False),
        sa.Column("opening_balance_minor", BIG, nullable=False),
        sa.Column("product_id", sa.String(), nullable=True),
        sa.Column("iban", sa.String(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_account_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_account"),
        sa.UniqueConstraint("source", "external_id", name="uq_account_source_external_id"),
    )
    op.create_index("ix_account_customer_id", "account", ["customer_id"], unique=False)
    op.create_table(
        "book",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_book_customer_id"),
        sa.PrimaryKeyConstraint("subject", "customer_id", name="pk_book"),
    )
    op.create_index("ix_book_customer_id", "book", ["customer_id"], unique=False)
    op.create_table(
        "client_snapshot",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("segment", sa.Text(), nullable=False),
        sa.Column("persona", sa.String(), nullable=True),
        sa.Column("joined_on", sa.Date(), nullable=False),
        sa.Column("balance", BIG, nullable=False),
        sa.Column("savings", BIG, nullable=False),
        sa.Column("lowest_balance_90d", BIG, nullable=True),
        sa.Column("days_negative_90d", BIG, nullable=False),
        sa.Column("overdraft_limit", BIG, nullable=False),
        sa.Column("income_monthly", BIG, nullable=False),
        sa.Column("spending_monthly", BIG, nullable=False),
        sa.Column("net_monthly", BIG, nullable=False),
        sa.Column("commitments_monthly", BIG, nullable=False),
        sa.Column("loans_outstanding", BIG, nullable=False),
        sa.Column("has_mortgage", sa.Boolean(), nullable=False),
        sa.Column("has_loan", sa.Boolean(), nullable=False),
        sa.Column("has_card", sa.Boolean(), nullable=False),
        sa.Column("has_savings", sa.Boolean(), nullable=False),
        sa.Column("has_investments", sa.Boolean(), nullable=False),
        sa.Column("fixed_rate_ends_on", sa.Date(), nullable=True),
        sa.Column("matures_on", sa.Date(), nullable=True),
        sa.Column("failed_debits_90d", BIG, nullable=False),
        sa.Column("penalty_interest_90d", BIG, nullable=False),
        sa.Column("stress_score", sa.Float(), nullable=True),
        sa.Column("stress_band", sa.Text(), nullable=False),
        sa.Column("forecast_3m", BIG, nullable=True),
        sa.Column("below_zero_3m", sa.Float(), nullable=True),
        sa.Column("risk_tolerance", sa.Text(), nullable=True),
        sa.Column("churn_risk", sa.Text(), nullable=False),
        sa.Column("last_contact_on", sa.Date(), nullable=True),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_client_snapshot_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_client_snapshot"),
    )
    op.create_table(
        "contract",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("holding_id", sa.String(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("matures_on", sa.Date(), nullable=True),
        sa.Column("fixed_until", sa.Date(), nullable=True),
        sa.Column("due_day", BIG, nullable=True),
        sa.Column("principal_minor", BIG, nullable=False),
        sa.Column("instalment_minor", BIG, nullable=False),
        sa.Column("rate_bps", BIG, nullable=False),
        sa.Column("outstanding_minor", BIG, nullable=True),
        sa.Column("outstanding_as_of", sa.Date(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_contract_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_contract"),
    )
    op.create_index("ix_contract_customer_id", "contract", ["customer_id"], unique=False)
    op.create_table(
        "flag",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_flag_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "kind", "since", name="pk_flag"),
    )
    op.create_table(
        "holding",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("account_id", sa.String(), nullable=True),
        sa.Column("product_id", sa.String(), nullable=True),
        sa.Column("value_minor", BIG, nullable=True),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_holding_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_holding"),
    )
    op.create_index("ix_holding_customer_id", "holding", ["customer_id"], unique=False)
    op.create_table(
        "interaction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("purpose", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_interaction_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_interaction"),
    )
    op.create_index("ix_interaction_customer_id", "interaction", ["customer_id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_note_customer_id"),
        sa.PrimaryKeyConstraint("id", name="pk_note"),
    )
    op.create_index("ix_note_customer_id", "note", ["customer_id"], unique=False)
    op.create_table(
        "profile",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=True),
        sa.Column("city", sa.String(), nullable=True),
        sa.Column("region", sa.String(), nullable=True),
        sa.Column("occupation", sa.String(), nullable=True),
        sa.Column("monthly_income_minor", BIG, nullable=True),
        sa.Column("salary_day_1", BIG, nullable=True),
        sa.Column("salary_day_2", BIG, nullable=True),
        sa.Column("primary_bank", sa.String(), nullable=True),
        sa.Column("other_banks", sa.JSON(), nullable=False),
        sa.Column("has_credit_card", sa.Boolean(), nullable=False),
        sa.Column("e_wallets", sa.JSON(), nullable=False),
        sa.Column("preferred_channel", sa.Text(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("language_style", sa.Text(), nullable=False),
        sa.Column("goals", sa.JSON(), nullable=False),
        sa.Column("anti_goals", sa.JSON(), nullable=False),
        sa.Column("risk_tolerance", sa.Text(), nullable=True),
        sa.Column("savings_goal_minor", BIG, nullable=True),
        sa.Column("consent_personalization", sa.Text(), nullable=False),
        sa.Column("accessibility_needs", sa.JSON(), nullable=False),
        sa.Column("churn_risk", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_profile_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_profile"),
    )
    op.create_table(
        "protected_attributes",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_protected_attributes_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", name="pk_protected_attributes"),
    )
    op.create_table(
        "rejected_row",
        sa.Column("import_id", sa.String(), nullable=False),
        sa.Column("number", BIG, nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("line", BIG, nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["import_run.id"], name="fk_rejected_row_import_id"),
        sa.PrimaryKeyConstraint("import_id", "number", name="pk_rejected_row"),
    )
    op.create_table(
        "account_access",
        sa.Column("customer_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_access_account_id"),
        sa.ForeignKeyConstraint(["customer_id"], ["customer.id"], name="fk_account_access_customer_id"),
        sa.PrimaryKeyConstraint("customer_id", "account_id", name="pk_account_access"),
    )
    op.create_index("ix_account_access_account_id", "account_access", ["account_id"], unique=False)
    op.create_table(
        "account_part",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("party_id", sa.String(), nullable=False),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_account_part_account_id"),
        sa.ForeignKeyConstraint(["party_id"], ["party.id"], name="fk_account_part_party_id"),
        sa.PrimaryKeyConstraint("account_id", "party_id", name="pk_account_part"),
    )
    op.create_index("ix_account_part_party_id", "account_part", ["party_id"], unique=False)
    op.create_table(
        "transaction",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("external_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.String(), nullable=True),
        sa.Column("amount_minor", BIG, nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("balance_after_minor", BIG, nullable=True),
        sa.Column("description", sa.String(), nullable=False),
        sa.Column("counterparty", sa.String(), nullable=True),
        sa.Column("counterparty_account", sa.String(), nullable=True),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("position", BIG, nullable=False),
        sa.Column("fingerprint", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_transaction_account_id"),
        sa.PrimaryKeyConstraint("id", name="pk_transaction"),
        sa.UniqueConstraint("source", "external_id", name="uq_transaction_source_external_id"),
    )
    op.create_index("ix_transaction_account_id_booked_on_position", "transaction", ["account_id", "booked_on", "position"], unique=False)
    op.create_table(
        "reconciliation_difference",
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("transaction_id", sa.String(), nullable=False),
        sa.Column("booked_on", sa.Date(), nullable=False),
        sa.Column("computed_minor", BIG, nullable=False),
        sa.Column("reported_minor", BIG, nullable=False),
        sa.Column("difference_minor", BIG, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name="fk_reconciliation_difference_account_id"),
        sa.ForeignKeyConstraint(["transaction_id"], ["transaction.id"], name="fk_reconciliation_difference_transaction_id"),
        sa.PrimaryKeyConstraint("transaction_id", name="pk_reconciliation_difference"),
    )
    op.create_index("ix_reconciliation_difference_account_id", "reconciliation_difference", ["account_id"], unique=False)
