"""The import directions of the design are a test: a wrong import fails here with its path."""

from importlinter.cli import lint_imports


def test_every_import_contract_holds():
    assert lint_imports(no_cache=True) == 0
