"""What a model must beat: one rule, the old scorecard, logistic regression, XGBoost as it comes."""

# pyright: reportMissingTypeStubs=false, reportUnknownVariableType=false

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tools.stress.learn.boost import fit_booster, margins_of
from tools.stress.learn.cases import Cases
from tools.stress.learn.metrics import Ways
from tools.stress.learn.recipe import PLAIN, Recipe
from tools.stress.learn.scorecard import log_odds

Floats = NDArray[np.float64]


def one_rule(cases: Cases, recipe: Recipe) -> Floats:
    """The recipe's one input, the riskier the higher; a missing value ranks lowest."""
    values = cases.matrix[:, cases.names.index(recipe.rule)]
    risk = values if recipe.rule_rises else -values
    return np.where(np.isnan(risk), -np.inf, risk)


def learned(learn: Cases, judge: Cases) -> Ways:
    """Baselines that learn from `learn`, as probabilities for `judge`."""
    plain = margins_of(fit_booster(learn, PLAIN, monotone=False), judge.matrix)
    return {"logistic": (_logistic(learn, judge), True), "plain_xgboost": (1 / (1 + np.exp(-plain)), True)}


def unlearned(cases: Cases, recipe: Recipe) -> Ways:
    """Baselines that learn nothing; the scorecard only where its signals are among the inputs."""
    found: Ways = {"one_rule": (one_rule(cases, recipe), False)}
    scorecard = log_odds(cases)
    return found if scorecard is None else {**found, "scorecard": (scorecard, False)}


def _logistic(learn: Cases, judge: Cases) -> Floats:
    from sklearn.impute import SimpleImputer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    seen = ~np.isnan(learn.matrix).all(axis=0)
    model: Any = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), LogisticRegression(C=0.1, max_iter=2000))
    model.fit(learn.matrix[:, seen], learn.label)
    return np.asarray(model.predict_proba(judge.matrix[:, seen])[:, 1], dtype=np.float64)
