"""The file of a model: one JSON object with a hash over its content. Whatever does not hold is refused when it is loaded."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from tools.errors import UsageError
from tools.stress.model.calibrate import Calibration, Scale
from tools.stress.model.card import ModelCard
from tools.stress.model.forbidden import check_inputs
from tools.stress.model.model import Ensemble, StressModel
from tools.stress.model.trees import trees_of
from tools.stress.model.vocabulary import known_inputs
from tools.stress.network.input import NEIGHBOUR_STRESS

SCHEMA = 1
_REMEDY = "Make one with `personaforge train stress`."


def load_model(source: bytes | Path, network: bool = False) -> StressModel:
    """The model of a file, or of its bytes.

    Args:
        network: whether the bank has a legal basis to look at the stress of neighbours.

    Raises:
        UsageError: it reads the stress of neighbours, and there is no such basis (`network_off`); it is no model of this schema, or its content is not what its hash says (`bad_model`); it reads a protected
            attribute or a listed stand-in (`forbidden_input`), or an input that is not in the registry (`unknown_input`).
    """
    content = _content(source)
    if content.get("schema") != SCHEMA:
        raise _bad(f"The model has schema {content.get('schema')!r}, and this version reads {SCHEMA}.")
    if content.get("hash") != content_hash(content):
        raise _bad("The model's content is not what its hash says: it was changed or cut short.")
    try:
        names = [str(each["name"]) for each in content["inputs"]]
        check_inputs((*names, *content["booster"]["learner"].get("feature_names", ())))
        _check_known(content["inputs"])
        _check_network(names, network)
        return _model(content)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, ValidationError) as error:
        raise _bad(f"The model does not hold together ({type(error).__name__}).") from None


@lru_cache(maxsize=1)
def shipped_model() -> StressModel:
    """The model that scores unless the bank sets another, read once."""
    return load_model(files("tools.stress.models").joinpath("default.json").read_bytes())


def dump_model(content: Mapping[str, Any]) -> bytes:
    """The bytes of a model file: the same content gives the same bytes. `schema` and `hash` are added."""
    whole = {**content, "schema": SCHEMA}
    return _canonical({**whole, "hash": content_hash(whole)}) + b"\n"


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 over everything but the hash itself."""
    return hashlib.sha256(_canonical({key: value for key, value in content.items() if key != "hash"})).hexdigest()


def _content(source: bytes | Path) -> dict[str, Any]:
    try:
        content: object = json.loads(source if isinstance(source, bytes) else source.read_bytes())
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise _bad(f"No model can be read there ({type(error).__name__}).") from None
    if not isinstance(content, dict):
        raise _bad("No model can be read there: it is not one JSON object.")
    return content  # pyright: ignore[reportUnknownVariableType]  checked field by field


def _check_known(inputs: list[Mapping[str, Any]]) -> None:
    known = known_inputs()
    for each in inputs:
        name = str(each["name"])
        if name not in known or int(each["direction"]) not in (0, known[name]):
            raise UsageError(
                f"The model reads {name!r}, which this version does not know in that sense. Train it again with this version.",
                code="unknown_input",
            )


def _check_network(names: Sequence[str], network: bool) -> None:
    if NEIGHBOUR_STRESS.name in names and not network:
        raise UsageError(
            "The model reads the stress of people who pay each other, and the bank has not switched that on. "
            "Set PERSONAFORGE_NETWORK_LEGAL_BASIS to its legal basis, or give another model.",
            code="network_off",
        )


def _model(content: Mapping[str, Any]) -> StressModel:
    inputs: list[Mapping[str, Any]] = content["inputs"]
    ensemble, contender = (
        Ensemble(trees=trees_of(part["booster"]), calibration=Calibration.model_validate(part["calibration"]))
        for part in (content, content["contender"])
    )
    if not len(inputs) == ensemble.trees.inputs == contender.trees.inputs:
        raise ValueError("trees and names do not fit together")
    return StressModel(
        name=str(content["name"]),
        inputs=tuple(str(each["name"]) for each in inputs),
        directions=tuple(int(each["direction"]) for each in inputs),
        ensemble=ensemble,
        contender=contender,
        scale=Scale.model_validate(content["scale"]),
        card=ModelCard.model_validate(content["card"]),
        booster=_canonical(content["booster"]),
        hash=str(content["hash"]),
    )


def _canonical(content: object) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def _bad(message: str) -> UsageError:
    return UsageError(f"{message} {_REMEDY}", code="bad_model")
