"""How a model of each kind of data is learned: parameters found by cross-validation over groups, and the rule to beat."""

from dataclasses import dataclass, field

from tools.stress.learn.cases import Source

_ALWAYS: dict[str, float | int | str] = {"objective": "binary:logistic", "tree_method": "hist", "nthread": 1, "seed": 0}


@dataclass(frozen=True)
class Recipe:
    """Parameters of XGBoost, and the one rule that anyone would start with.

    Attributes:
        rule: the input that the one-rule baseline ranks by.
        rule_rises: whether more of it is more strain.
        folds: group folds for out-of-fold predictions.
        taught_share, taught_chance: made-up cases that teach rare signals, see `scorecard.taught`; a share of 0 is none.
    """

    rule: str
    rule_rises: bool
    rounds: int
    parameters: dict[str, float | int | str] = field(default_factory=dict[str, float | int | str])
    folds: int = 5
    taught_share: float = 0.0
    taught_chance: float = 0.0

    @property
    def told(self) -> dict[str, float | int | str]:
        """What a card says of it."""
        taught = {"taught_share": self.taught_share, "taught_chance": self.taught_chance} if self.taught_share else {}
        return {**self.booster, "rounds": self.rounds, **taught}

    @property
    def booster(self) -> dict[str, float | int | str]:
        """What is handed to XGBoost, without the monotone constraints."""
        return {**_ALWAYS, **self.parameters}


#: XGBoost as it comes, as a baseline.
PLAIN = Recipe(rule="", rule_rises=True, rounds=100)

RECIPES: dict[Source, Recipe] = {
    "berka": Recipe(
        rule="buffer_days",
        rule_rises=False,
        rounds=100,
        parameters={
            "eta": 0.05, "max_depth": 4, "min_child_weight": 3, "subsample": 0.6, "colsample_bytree": 0.3, "reg_lambda": 5, "max_bin": 256,
        },
    ),
    "uci-credit": Recipe(
        rule="repayment_status_0",
        rule_rises=True,
        rounds=450,
        parameters={
            "eta": 0.02, "max_depth": 6, "min_child_weight": 30, "subsample": 0.7, "colsample_bytree": 0.2, "reg_lambda": 30, "reg_alpha": 1,
            "max_bin": 128,
        },
    ),
    "bank": Recipe(
        rule="buffer_days",
        rule_rises=False,
        rounds=160,
        parameters={
            "eta": 0.06, "max_depth": 4, "min_child_weight": 10, "subsample": 0.7, "colsample_bytree": 0.4, "reg_lambda": 5, "max_bin": 256,
        },
        taught_share=0.003,
        taught_chance=0.3,
    ),
}  # fmt: skip
