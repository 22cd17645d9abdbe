"""The command that makes the encoder refuses other weights than the published ones, before it needs anything that only training installs."""

import shutil
from pathlib import Path

import pytest

from knowledge.embedding import SHIPPED
from knowledge.encoder_build import SHA256, main


def test_missing_weights_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    assert main(["--model", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert "model.safetensors does not exist. Give --model the folder" in capsys.readouterr().err


def test_other_weights_are_refused_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    (tmp_path / "model.safetensors").write_bytes(b"not the weights")
    shutil.copy(SHIPPED / "tokenizer.json", tmp_path)
    assert main(["--model", str(tmp_path), "--out", str(tmp_path / "out")]) == 2
    assert f"not {SHA256['model.safetensors']}. Get the published" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
