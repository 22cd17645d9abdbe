"""Sources without a broker: nothing is lost, and what was committed is not given again."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest

from server.store.database import Database
from server.store.stream_positions import StreamPositions
from server.stream.in_process import FileSource, FolderSource, MadeSource
from server.stream.message import LONGEST
from server.stream.port import NOTHING_NEW, EventBatch
from tools.errors import UsageError


@pytest.fixture
def positions(database: Database) -> StreamPositions:
    return StreamPositions(database)


def lines(*numbers: int) -> bytes:
    return b"".join(b'{"n": %d}\n' % number for number in numbers)


def given(source: FileSource | FolderSource, count: int | None = None) -> list[bytes]:
    """What a source gives, each batch committed."""
    found: list[bytes] = []
    for batch in islice(source.batches(), count):
        found += batch.bodies
        source.commit(batch)
    return found


def test_a_file_is_read_in_batches_to_its_end_once(tmp_path: Path, positions: StreamPositions):
    file = tmp_path / "events.jsonl"
    file.write_bytes(lines(*range(5)) + b"\n  \n" + b'{"n": 5}')  # empty lines, and a last one without its end
    assert [len(batch.bodies) for batch in FileSource(file, positions, 4).batches()] == [4, 2]
    assert given(FileSource(file, positions, 4)) == [b'{"n": %d}' % number for number in range(6)]
    assert given(FileSource(file, positions, 4)) == []


def test_what_was_not_committed_is_given_again(tmp_path: Path, positions: StreamPositions):
    file = tmp_path / "events.jsonl"
    file.write_bytes(lines(0, 1, 2, 3))
    source = FileSource(file, positions, 2)
    batches = source.batches()
    source.commit(next(batches))
    assert next(batches).bodies == (b'{"n": 2}', b'{"n": 3}')
    assert given(FileSource(file, positions, 2)) == [b'{"n": 2}', b'{"n": 3}']


def test_a_file_that_grew_goes_on_and_another_one_of_its_name_begins(tmp_path: Path, positions: StreamPositions):
    file = tmp_path / "events.jsonl"
    file.write_bytes(lines(0, 1))
    given(FileSource(file, positions))
    file.write_bytes(lines(0, 1, 2))
    assert given(FileSource(file, positions)) == [b'{"n": 2}']
    file.write_bytes(lines(7, 8, 9))
    assert given(FileSource(file, positions)) == [b'{"n": 7}', b'{"n": 8}', b'{"n": 9}']
    file.write_bytes(lines(7))
    assert given(FileSource(file, positions)) == [b'{"n": 7}']


def test_a_line_beyond_all_measure_is_one_message_and_the_next_one_is_whole(tmp_path: Path, positions: StreamPositions):
    file = tmp_path / "events.jsonl"
    file.write_bytes(b"x" * (3 * LONGEST) + b"\n" + lines(1))
    first, second = given(FileSource(file, positions))
    assert LONGEST < len(first) < LONGEST + 10
    assert second == b'{"n": 1}'


def test_a_file_that_cannot_be_read_is_wrong_usage(tmp_path: Path, positions: StreamPositions):
    with pytest.raises(UsageError, match="cannot be read") as caught:
        list(FileSource(tmp_path / "none.jsonl", positions).batches())
    assert caught.value.code == "bad_file"


class Growing:
    """Each wait lets the next thing happen in the folder."""

    def __init__(self, *steps: tuple[Path, bytes]) -> None:
        self._steps = iter(steps)

    def __call__(self, seconds: float) -> None:
        for file, more in islice(self._steps, 1):
            with file.open("ab") as end:
                end.write(more)


def test_a_folder_gives_what_is_there_and_what_comes(tmp_path: Path, positions: StreamPositions):
    first, second = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    first.write_bytes(lines(0))
    (tmp_path / "notes.txt").write_bytes(lines(99))
    growing = Growing((first, b'{"n": '), (first, b"1}\n"), (second, lines(2)))
    found = FolderSource(tmp_path, positions, wait=growing).batches()
    bodies = [batch.bodies for batch in islice(found, 6)]
    # A line is taken when its end is there; every look that finds nothing says so.
    assert bodies == [(b'{"n": 0}',), (), (), (b'{"n": 1}',), (), (b'{"n": 2}',)]


def test_a_folder_is_gone_on_with_after_a_restart(tmp_path: Path, positions: StreamPositions):
    for name in "ab":
        (tmp_path / f"{name}.jsonl").write_bytes(lines(1, 2))
    assert len(given(FolderSource(tmp_path, positions, wait=Growing()), 2)) == 4
    assert given(FolderSource(tmp_path, positions, wait=Growing()), 1) == []
    assert next(FolderSource(tmp_path, positions, wait=Growing()).batches()) == NOTHING_NEW


def test_a_file_that_was_moved_away_meanwhile_is_no_trouble(tmp_path: Path, positions: StreamPositions):
    (tmp_path / "gone.jsonl").symlink_to(tmp_path / "elsewhere")
    (tmp_path / "here.jsonl").write_bytes(lines(1))
    assert given(FolderSource(tmp_path, positions, wait=Growing()), 2) == [b'{"n": 1}']


def test_a_folder_that_is_not_there_is_wrong_usage(tmp_path: Path, positions: StreamPositions):
    with pytest.raises(UsageError, match="PERSONAFORGE_STREAM") as caught:
        next(FolderSource(tmp_path / "none", positions).batches())
    assert caught.value.code == "bad_file"


def test_made_events_keep_their_days_apart():
    def days() -> Iterator[tuple[bytes, ...]]:
        yield (b"1", b"2", b"3")
        yield (b"4",)

    source = MadeSource(days(), 2)
    assert [batch.bodies for batch in source.batches()] == [(b"1", b"2"), (b"3",), (b"4",)]
    source.commit(EventBatch())
