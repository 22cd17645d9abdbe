"""SIGKILL in the middle of a replay loses and repeats nothing, whenever it comes."""

import random
from pathlib import Path

import pytest

from tests.e2e.stream_crash import crash_run, prepare, write_events

CUSTOMERS = 11


@pytest.mark.slow
def test_the_stream_leaves_what_a_batch_leaves_however_often_it_is_killed(tmp_path: Path):
    dice = random.Random(4)
    home, file = tmp_path / "home", tmp_path / "events.jsonl"
    prepare(home, CUSTOMERS)
    unique = write_events(file, CUSTOMERS, 230, 8000, dice)
    report = crash_run(home, file, unique, kills=3, dice=dice)
    assert report.holds, report
    assert (report.events, report.kills) == (8000, 3)
    assert report.booked > 2000
