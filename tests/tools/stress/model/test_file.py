import json
from pathlib import Path

import numpy as np
import pytest

from tests.tools.stress.learn.made import QUICK, made_cases
from tools.errors import UsageError
from tools.stress.learn.train import train_model
from tools.stress.model.file import dump_model, load_model


@pytest.fixture(scope="module")
def made() -> bytes:
    return train_model(made_cases(), "a test", QUICK)


def changed(made: bytes, **fields: object) -> bytes:
    """The model with other content and the hash that belongs to it."""
    return dump_model({**json.loads(made), **fields})


def renamed(made: bytes, name: str) -> bytes:
    inputs = json.loads(made)["inputs"]
    return changed(made, inputs=[{**inputs[0], "name": name}, *inputs[1:]])


def code_of(content: bytes | Path) -> str:
    with pytest.raises(UsageError) as refused:
        load_model(content)
    assert refused.value.message.endswith(".")
    return refused.value.code


def test_bytes_and_file_are_the_same_model(made: bytes, tmp_path: Path):
    file = tmp_path / "model.json"
    file.write_bytes(made)
    one, two = load_model(made), load_model(file)
    rows = made_cases(seed=5).matrix[:, : len(one.inputs)]
    assert one.hash == two.hash
    assert one.scores(rows).tolist() == two.scores(rows).tolist()


def test_content_that_is_written_again_has_the_same_bytes(made: bytes):
    assert dump_model(json.loads(made)) == made


def test_a_changed_leaf_is_noticed(made: bytes):
    content = json.loads(made)
    content["booster"]["learner"]["gradient_booster"]["model"]["trees"][0]["split_conditions"][-1] += 0.5
    assert code_of(json.dumps(content).encode()) == "bad_model"


@pytest.mark.parametrize("schema", [0, 2, "1", None])
def test_another_schema_is_refused(made: bytes, schema: object):
    assert code_of(json.dumps({**json.loads(made), "schema": schema}).encode()) == "bad_model"


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b"\xff\xfe", b"null", Path("nowhere/model.json"), Path()])
def test_what_is_no_model_is_refused(content: bytes | Path):
    assert code_of(content) == "bad_model"


@pytest.mark.parametrize("field", ["inputs", "booster", "calibration", "scale", "contender", "card", "name"])
def test_a_model_without_one_of_its_parts_is_refused(made: bytes, field: str):
    content = {key: value for key, value in json.loads(made).items() if key != field}
    assert code_of(dump_model(content)) == "bad_model"


def test_a_model_with_fewer_names_than_columns_is_refused(made: bytes):
    assert code_of(changed(made, inputs=json.loads(made)["inputs"][1:])) == "bad_model"


@pytest.mark.parametrize("name", ["sex", "AGE", "postcode", "customer_name"])
def test_a_protected_attribute_is_refused_even_under_a_right_hash(made: bytes, name: str):
    assert code_of(renamed(made, name)) == "forbidden_input"


def test_a_protected_name_hidden_in_the_booster_is_refused(made: bytes):
    booster = json.loads(made)["booster"]
    booster["learner"]["feature_names"] = ["age"]
    assert code_of(changed(made, booster=booster)) == "forbidden_input"


def test_an_input_that_nobody_knows_is_refused(made: bytes):
    assert code_of(renamed(made, "moon_phase")) == "unknown_input"


def test_a_known_input_taken_in_the_wrong_sense_is_refused(made: bytes):
    inputs = json.loads(made)["inputs"]
    turned = [{**each, "direction": -each["direction"]} for each in inputs]
    assert code_of(changed(made, inputs=turned)) == "unknown_input"


def test_contributions_add_up_to_the_margin(made: bytes):
    model = load_model(made)
    rows = made_cases(seed=6).matrix[:50, : len(model.inputs)]
    added = model.contributions(rows)
    assert added.shape == (50, len(model.inputs) + 1)
    assert added.sum(axis=1) == pytest.approx(model.margins(rows), abs=1e-4)


def test_scores_rise_with_the_margin(made: bytes):
    model = load_model(made)
    rows = made_cases(seed=7).matrix[:, : len(model.inputs)]
    order = np.argsort(model.margins(rows), kind="stable")
    assert (np.diff(model.scores(rows)[order]) >= 0).all()
    assert (np.diff(model.probabilities(rows)[order]) >= 0).all()
