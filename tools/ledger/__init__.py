"""What a bank knows of a customer: parties, accounts, holdings, contracts, transactions, notes; and features of a history."""
