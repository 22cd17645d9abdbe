"""`personaforge train stress` and `personaforge evaluate stress`: the learned stress score and how it does."""

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tools.stress.learn.cases import Cases
    from tools.stress.model.model import StressModel

_HEADER = "id,cutoff,score,label"

Data = Annotated[Path, typer.Option("--data", help="Folder (berka), table (uci-credit), or file that names banks to generate (bank).")]
Format = Annotated[str, typer.Option("--format", help="berka, uci-credit or bank.")]


def train_stress(
    data: Data,
    format_: Format,
    model: Annotated[Path, typer.Option("--model", help="File to write. A model that is there is only replaced by one that beats it.")],
) -> None:
    """Learn a stress model, judge it beside the baselines and write it with its card; prints the card."""
    from server.cases.source import open_cases
    from server.whole_file import check_place, write_whole
    from tools.stress.learn.train import check_beats, train_model
    from tools.stress.model.file import load_model

    check_place(model)
    champion = load_model(model) if model.exists() else None
    source = open_cases(data, format_)
    cases = source.with_outcomes(source.cases(source.cutoffs()))
    _tell(f"Learning from {len(cases):,} cases, {int(cases.label.sum()):,} of them with an event.")
    made = train_model(cases, f"personaforge train stress --data {data.name} --format {format_} --model {model.name}")
    challenger = load_model(made)
    if champion is not None:
        new, old = check_beats(challenger, champion, cases)
        _tell(f"AUC on the held-out groups: {new:.4f}, and {old:.4f} of the model that was there.")
    write_whole(model, made)
    _tell(f"Wrote {model}.")
    print(json.dumps({"model": challenger.name, "hash": challenger.hash, **_card(challenger)}))


def evaluate_stress(
    data: Data,
    format_: Format,
    model: Annotated[Path, typer.Option("--model", help="Model that `personaforge train stress` wrote.")],
    out: Annotated[Path, typer.Option("--out", help=f"CSV to write: {_HEADER}.")],
    cutoff: Annotated[
        list[str] | None, typer.Option("--cutoff", help="Last day that may be known, YYYY-MM-DD; several may be given.")
    ] = None,
) -> None:
    """Score every case, write the scores, and only then read what came of them; prints measures.

    The score that is written is the calibrated probability, so that its calibration can be judged; an unknown outcome is empty.
    """
    from server.cases.source import open_cases
    from server.whole_file import check_place, write_whole
    from tools.stress.model.file import load_model
    from tools.stress.model.model import columns_of

    days = tuple(_day(text) for text in cutoff or ())
    check_place(out)
    scoring = load_model(model)
    source = open_cases(data, format_)
    cases = source.cases(days or source.cutoffs())
    _check_inputs(scoring, cases)
    _tell(f"Scoring {len(cases):,} cases.")
    chances = scoring.probabilities(columns_of(scoring.inputs, cases.matrix, cases.names))
    write_whole(out, _table(cases, chances))
    _tell(f"Wrote {out}. Reading the outcomes.")
    cases = source.with_outcomes(cases)
    write_whole(out, _table(cases, chances))
    print(json.dumps({"model": scoring.name, "hash": scoring.hash, **_measured(scoring, cases, chances)}))


def _table(cases: "Cases", chances: "NDArray[Any]") -> bytes:
    labels = ("" if not known else str(int(label)) for known, label in zip(cases.known, cases.label, strict=True))
    rows = zip(cases.ids.tolist(), cases.cutoffs.tolist(), chances.tolist(), labels, strict=True)
    lines = (f"{name},{date.fromordinal(day)},{chance:.8f},{label}\n" for name, day, chance, label in rows)
    return "".join((f"{_HEADER}\n", *lines)).encode()


def _measured(scoring: "StressModel", cases: "Cases", chances: "NDArray[Any]") -> dict[str, Any]:
    """Measures of the model and of the rules that need no learning, on the cases whose outcome is known.

    `learned_from` says that these are the very cases that the model learned from, so that its figures flatter it.
    """
    from dataclasses import replace

    from tools.stress.learn.baselines import unlearned
    from tools.stress.learn.metrics import Ways, measured_split
    from tools.stress.learn.recipe import RECIPES
    from tools.stress.model.model import columns_of

    judged = cases.only(cases.known)
    counted: dict[str, Any] = {"scored": len(cases), "outcomes": len(judged)}
    if not len(judged):
        return {**counted, "outcome": "No outcome is known yet."}
    from_them = replace(judged, matrix=columns_of(scoring.inputs, judged.matrix, judged.names)).data_hash() == scoring.card.data_hash
    if from_them:
        _tell("The model learned from these cases, so the figures flatter it; its card has those of groups that it had not seen.")
    counted["learned_from"] = from_them
    ways: Ways = {"model": (chances[cases.known], True), **unlearned(judged, RECIPES[cases.source])}
    return counted | measured_split("held_out", judged, ways).model_dump(mode="json", exclude={"name"})


def _check_inputs(scoring: "StressModel", cases: "Cases") -> None:
    from tools.errors import UsageError

    missing = sorted(set(scoring.inputs) - set(cases.names))
    if missing:
        raise UsageError(
            f"{scoring.name} reads {missing[0]!r}, which data of this format do not have. Give a model that was trained on this format.",
            code="unknown_input",
        )


def _card(model: "StressModel") -> dict[str, Any]:
    """The card without the spread of its inputs."""
    return model.card.model_dump(mode="json", exclude={"reference"})


def _day(text: str) -> date:
    from tools.errors import UsageError

    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"--cutoff {text!r} is no day. Write it like 1993-12-31.", code="bad_cutoff") from None


def _tell(sentence: str) -> None:
    print(sentence, file=sys.stderr)
