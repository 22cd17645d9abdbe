from pathlib import Path

import pytest

from server.whole_file import check_place, write_whole
from tools.errors import UsageError


def test_a_file_is_written_whole_and_nothing_else_is_left(tmp_path: Path):
    file = tmp_path / "out.csv"
    write_whole(file, b"one")
    write_whole(file, b"two")
    assert file.read_bytes() == b"two"
    assert list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("where", [".", "nowhere/out.csv"])
def test_where_no_file_can_lie_is_said_before_the_work(tmp_path: Path, where: str):
    for attempt in (check_place, lambda file: write_whole(file, b"")):
        with pytest.raises(UsageError, match="folder") as refused:
            attempt(tmp_path / where)
        assert refused.value.code == "bad_file"
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    file = tmp_path / "out.csv"
    write_whole(file, b"old")

    def full(self: Path, target: Path):
        raise PermissionError

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(UsageError, match="cannot be written"):
        write_whole(file, b"new")
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]
