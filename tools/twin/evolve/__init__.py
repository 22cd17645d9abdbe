"""How a twin changes: drift, status, the persona mix over time. A twin is fitted anew from the ledger after every import and every streamed booking."""
