"""Learning a model: judged on groups that it never saw, then learned again from all of them, and written with its card."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.errors import ConflictError, TooShortError, UsageError
from tools.stress.learn.baselines import learned, unlearned
from tools.stress.learn.boost import content_of, fit_booster, lean, margins_of, version
from tools.stress.learn.cases import Cases, Source
from tools.stress.learn.metrics import Ways, auc, measured_split
from tools.stress.learn.recipe import RECIPES, Recipe
from tools.stress.learn.splits import folds, held_out, later
from tools.stress.model.calibrate import Calibration, fit_calibration, scale_of
from tools.stress.model.card import Limit, ModelCard, Split
from tools.stress.model.file import dump_model, load_model
from tools.stress.model.model import StressModel, columns_of
from tools.stress.model.reference import reference
from tools.stress.model.trees import trees_of

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
#: Fewer groups with an event than this on either side of the held-out split teach nothing and prove nothing.
FEWEST_POSITIVE_GROUPS = 2
_FEW_POSITIVE_GROUPS = 100
_LIMITS: dict[Source, tuple[Limit, ...]] = {
    "berka": ("old_data", "one_market", "only_accounts_held_here"),
    "uci-credit": ("old_data", "one_market", "only_accounts_held_here"),
    "bank": ("synthetic_data", "rare_signals_taught", "only_accounts_held_here", "main_currency_only"),
}


@dataclass(frozen=True)
class _Fitted:
    """Trees as XGBoost's JSON, with their calibration."""

    booster: dict[str, Any]
    calibration: Calibration


def train_model(every: Cases, command: str, recipe: Recipe | None = None) -> bytes:
    """The file of a model of these cases; the recipe is the source's own unless another is given.

    Raises:
        TooShortError: too few groups with an event to learn from, or to judge on.
    """
    recipe = recipe or RECIPES[every.source]
    cases = _usable(every)
    held = held_out(cases)
    inner, judged = cases.only(~held), cases.only(held)
    if min(inner.positive_ids, judged.positive_ids) < FEWEST_POSITIVE_GROUPS or inner.label.all() or judged.label.all():
        raise TooShortError(
            f"{cases.positive_ids} of {len(np.unique(cases.ids))} accounts have an event, too few to learn from and to judge on. Give more data."
        )
    out_of_fold, crossed = _crossed(cases, recipe)
    contender = _fitted(inner, recipe, _out_of_fold(inner, recipe))
    shipped = _fitted(cases, recipe, out_of_fold)
    splits = [crossed, _judged(inner, judged, recipe, contender)]
    splits += _in_time(cases, recipe)
    return _assembled(cases, recipe, shipped, contender, tuple(splits), command)


def check_beats(challenger: StressModel, champion: StressModel, every: Cases) -> tuple[float, float]:
    """AUC of challenger and champion on the held-out groups, which neither contender has seen.

    Raises:
        ConflictError: the champion is as good or better (`champion_stands`).
        UsageError: the champion reads other inputs than this data have (`bad_model`).
    """
    known = every.only(every.known)
    judged = known.only(held_out(known))
    if not set(champion.inputs) <= set(judged.names):
        raise UsageError(
            f"The model there is {champion.name} and reads other inputs, so the two cannot be compared. Give another file.",
            code="bad_model",
        )
    new, old = (
        auc(model.contender.probabilities(columns_of(model.inputs, judged.matrix, judged.names)), judged.label)
        for model in (challenger, champion)
    )
    if new <= old:
        raise ConflictError(
            f"The champion stands: AUC {old:.4f} on the held-out accounts, the challenger {new:.4f}; nothing was written. "
            "Train on more data, or give another file.",
            code="champion_stands",
        )
    return new, old


def _usable(every: Cases) -> Cases:
    """Cases with a known outcome, and the columns that say anything."""
    known = every.only(every.known)
    says = np.flatnonzero([len(np.unique(column[~np.isnan(column)])) > 1 for column in known.matrix.T])
    return replace(
        known,
        matrix=np.ascontiguousarray(known.matrix[:, says]),
        names=tuple(known.names[at] for at in says),
        directions=tuple(known.directions[at] for at in says),
    )


def _out_of_fold(cases: Cases, recipe: Recipe) -> Floats:
    """The margin of every case from trees that did not see its group."""
    margins = np.zeros(len(cases))
    for learn, judge in folds(cases, recipe.folds, seed=0):
        margins[judge] = margins_of(fit_booster(cases.only(learn), recipe), cases.matrix[judge])
    return margins


def _fitted(cases: Cases, recipe: Recipe, out_of_fold: Floats) -> _Fitted:
    return _Fitted(content_of(fit_booster(cases, recipe)), fit_calibration(out_of_fold, cases.label))


def _crossed(cases: Cases, recipe: Recipe) -> tuple[Floats, Split]:
    """Out-of-fold margins, and what they and the baselines of the same folds measure."""
    margins = _out_of_fold(cases, recipe)
    chances = fit_calibration(margins, cases.label).probabilities(margins)
    ways: Ways = {"model": (chances, True), **unlearned(cases, recipe), **_gathered(cases, list(folds(cases, recipe.folds, seed=0)))}
    return margins, measured_split("cross_validated", cases, ways)


def _in_time(cases: Cases, recipe: Recipe) -> list[Split]:
    """The split in the order of time, where the cutoffs reach far enough and both kinds of outcome are on both sides."""
    parts = later(cases, recipe.folds, seed=0)
    if not parts or not all(_both_kinds(cases.only(learn)) for learn, _ in parts):
        return []
    chances = np.zeros(len(cases))
    for learn, judge in parts:
        earlier = cases.only(learn)
        margins = margins_of(fit_booster(earlier, recipe), cases.matrix[judge])
        chances[judge] = fit_calibration(_out_of_fold(earlier, recipe), earlier.label).probabilities(margins)
    judged = np.any([judge for _, judge in parts], axis=0)
    if not _both_kinds(cases.only(judged)):
        return []
    ways: Ways = {"model": (chances, True), **unlearned(cases, recipe), **_gathered(cases, parts)}
    return [measured_split("later", cases.only(judged), {way: (values[judged], chance) for way, (values, chance) in ways.items()})]


def _gathered(cases: Cases, parts: list[tuple[Mask, Mask]]) -> Ways:
    """The learned baselines' values of every judged case, each from the part that judges it."""
    ways: Ways = {}
    for learn, judge in parts:
        for way, (values, chance) in learned(cases.only(learn), cases.only(judge)).items():
            ways.setdefault(way, (np.zeros(len(cases)), chance))[0][judge] = values
    return ways


def _both_kinds(cases: Cases) -> bool:
    return cases.positive_ids >= FEWEST_POSITIVE_GROUPS and not cases.label.all()


def _judged(learn: Cases, judge: Cases, recipe: Recipe, contender: _Fitted) -> Split:
    """The held-out groups."""
    chances = contender.calibration.probabilities(trees_of(contender.booster).margins(judge.matrix))
    return measured_split("held_out", judge, {"model": (chances, True), **unlearned(judge, recipe), **learned(learn, judge)})


def _assembled(cases: Cases, recipe: Recipe, shipped: _Fitted, contender: _Fitted, splits: tuple[Split, ...], command: str) -> bytes:
    """The file, with the spread of its inputs and scores."""
    few: tuple[Limit, ...] = ("few_positive_groups",) if cases.positive_ids < _FEW_POSITIVE_GROUPS else ()
    base_rate = float(cases.label.mean())
    card = ModelCard(
        source=cases.source,
        data_hash=cases.data_hash(),
        label=cases.label_name,
        horizon_days=cases.horizon_days,
        first_cutoff=date.fromordinal(int(cases.cutoffs.min())),
        last_cutoff=date.fromordinal(int(cases.cutoffs.max())),
        cases=len(cases),
        groups=len(np.unique(cases.ids)),
        positives=int(cases.label.sum()),
        positive_groups=cases.positive_ids,
        base_rate=round(base_rate, 5),
        parameters=recipe.told,
        splits=splits,
        limits=(*few, *_LIMITS[cases.source]),
        reference=tuple(reference(name, column) for name, column in zip(cases.names, cases.matrix.T, strict=True)),
        command=command,
        xgboost=version(),
    )
    content: dict[str, Any] = {
        "name": f"stress-{cases.source}-{card.data_hash[:8]}",
        "inputs": [{"name": name, "direction": sense} for name, sense in zip(cases.names, cases.directions, strict=True)],
        "booster": shipped.booster,
        "calibration": shipped.calibration.model_dump(),
        "scale": scale_of(base_rate).model_dump(),
        "contender": {"booster": lean(contender.booster), "calibration": contender.calibration.model_dump()},
        "card": card.model_dump(mode="json"),
    }
    scores = load_model(dump_model(content), network=True).scores(cases.matrix)
    content["card"]["reference"].append(reference("score", scores).model_dump(mode="json"))
    return dump_model(content)
