"""`personaforge bench` runs what a checkout has, and says so where there is none."""

from pathlib import Path

import pytest

from server.cli import bench, main
from server.cli.bench import CHECKOUT, benchmarks_of
from tools.errors import UsageError


def test_a_checkout_has_a_benchmark_for_every_speed_claim():
    assert {"start", "install", "turn", "retrieval", "stream"} <= set(benchmarks_of(CHECKOUT))
    assert "__init__" not in benchmarks_of(CHECKOUT)


def test_an_installed_package_has_none(tmp_path: Path):
    with pytest.raises(UsageError, match="Run them from a checkout"):
        benchmarks_of(tmp_path)


def test_a_benchmark_of_another_project_is_not_ours(tmp_path: Path):
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "speed.py").touch()
    with pytest.raises(UsageError, match="Run them from a checkout"):
        benchmarks_of(tmp_path)


def test_an_unknown_name_is_wrong_usage_and_lists_the_known(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["bench", "../../etc/passwd"])
    assert ended.value.code == 2
    assert "install, retrieval, start, stream, turn" in capsys.readouterr().err


def test_the_named_one_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "speed.py").write_text('if __name__ == "__main__":\n    print("fast")\n')
    monkeypatch.setattr(bench, "CHECKOUT", tmp_path)
    bench.bench("speed")
    assert capsys.readouterr().out == "fast\n"
