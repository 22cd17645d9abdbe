"""What is worth knowing, found in twin and ledger."""
