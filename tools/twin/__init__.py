"""The digital twin: a customer's cash-flow model, fitted from the account, simulated ahead, and judged on real accounts."""
