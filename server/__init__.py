"""Wiring and wire: settings, accounts, store, importers, protocol, HTTP and socket endpoints, command line."""
