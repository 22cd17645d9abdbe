"""The shipped encoder: near sentences are near, and a vector depends on its text alone."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest

from knowledge.embedding import DIMENSIONS, MAX_TOKENS, SHIPPED, Encoder, default_encoder
from tools.errors import UnavailableError


def cosine(left: str, right: str) -> float:
    one, other = default_encoder().encode([left, right])
    return float(one @ other)


@pytest.mark.parametrize(
    ("sentence", "near", "far"),
    [
        ("I have lost my card", "My debit card is missing", "What is the rate on a mortgage?"),
        ("How do I complain?", "I want to make a complaint about the service", "I would like to save each month"),
        ("Can I repay my loan early?", "paying off the credit before its end", "opening hours of the branch"),
        ("someone I do not know took money from my account", "an unauthorised payment", "interest on savings"),
    ],
)
def test_sentences_of_one_meaning_are_nearer_than_others(sentence: str, near: str, far: str):
    assert cosine(sentence, near) > cosine(sentence, far) + 0.15


def test_vectors_are_unit_float32_rows():
    vectors = default_encoder().encode(["a loan", "", "é ₹ 日本 \x00", "word " * 5_000])
    assert vectors.shape == (4, DIMENSIONS)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert default_encoder().encode([]).shape == (0, DIMENSIONS)


def test_two_encoders_give_the_same_bytes():
    assert Encoder().encode(["What does the overdraft cost?"]).tobytes() == Encoder().encode(["What does the overdraft cost?"]).tobytes()


def test_a_vector_does_not_depend_on_its_batch_mates():
    text = "Is my money protected?"
    alone = Encoder().encode([text])[0]
    crowded = Encoder().encode(["!!! 9,999,999 XYZ", text, "a very long sentence " * 60])[1]
    assert alone.tobytes() == crowded.tobytes()


def test_long_texts_are_cut_at_the_models_limit():
    assert default_encoder().tokens("word " * 1_000).shape == (1, MAX_TOKENS)
    assert default_encoder().tokens("word").shape == (1, 3)  # start, word, end: no padding


def test_a_repeated_question_is_not_computed_again(monkeypatch: pytest.MonkeyPatch):
    encoder = Encoder()
    first = encoder.encode(["How am I doing?"])
    first[:] = 0  # what a caller does to its vectors is its own business
    monkeypatch.setattr(encoder, "tokens", lambda text: pytest.fail("computed again"))
    assert np.linalg.norm(encoder.encode(["How am I doing?"])) == pytest.approx(1, abs=1e-5)


def test_a_missing_model_is_said_with_its_remedy(tmp_path: Path):
    with pytest.raises(UnavailableError, match=r"no model\.onnx in .*Make it with `python -m knowledge\.encoder_build`"):
        Encoder(tmp_path).encode(["anything"])
    with pytest.raises(UnavailableError, match=r"model\.onnx"):
        _ = Encoder(tmp_path).version


def test_the_shipped_files_are_the_ones_the_note_names():
    outputs = (SHIPPED / "README.md").read_text(encoding="utf-8").split("Outputs:")[1]
    named = {name: digest for digest, name in re.findall(r"^([0-9a-f]{64})  (\S+)$", outputs, re.MULTILINE)}
    assert named == {name: hashlib.sha256((SHIPPED / name).read_bytes()).hexdigest() for name in ("model.onnx", "tokenizer.json")}
