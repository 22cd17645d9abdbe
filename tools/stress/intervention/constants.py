"""Every number of the guards and of the simulator, from one file, each with where it comes from and how far it may be off."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from pydantic import Field, ValidationError, model_validator

from tools.errors import UsageError
from tools.value import Value


class Constant(Value):
    """One number: its value, the ends of what is plausible (for the sensitivity run), and its source or `assumed` with a reason."""

    value: float
    low: float
    high: float
    source: str = Field(min_length=8)

    @model_validator(mode="after")
    def _ordered(self) -> "Constant":
        if not self.low <= self.value <= self.high:
            raise ValueError("the value must lie from low to high")
        return self


class Constants(Value):
    """The numbers by name; what each means stands beside it in `constants.toml`."""

    least_days_between: float = Field(ge=0)
    most_contacts_30d: float = Field(ge=0)
    most_contacts_90d: float = Field(ge=0)
    rising_from: float = Field(ge=0)
    explore: float = Field(ge=0, le=0.5)
    receptive_mean: float = Field(ge=0)
    receptive_spread: float = Field(ge=0)
    effect_uncertainty: float = Field(ge=0)
    response_sms: float = Field(ge=0)
    response_email: float = Field(ge=0)
    response_call: float = Field(ge=0)
    most_response: float = Field(ge=0)
    suited_factor: float = Field(ge=0)
    unsuited_factor: float = Field(ge=0)
    attention_sms: float = Field(ge=0)
    attention_email: float = Field(ge=0)
    attention_call: float = Field(ge=0)
    attention_half_life_weeks: float = Field(ge=0)
    restraint_sms: float = Field(ge=0)
    restraint_email: float = Field(ge=0)
    restraint_call: float = Field(ge=0)
    restraint_precision: float = Field(ge=0)
    restraint_half_life_weeks: float = Field(ge=0)
    eases_email: float = Field(ge=0)
    eases_call: float = Field(ge=0)
    ease_share: float = Field(ge=0)
    ease_weeks: float = Field(ge=0)
    tires_sms: float = Field(ge=0)
    tires_email: float = Field(ge=0)
    tires_call: float = Field(ge=0)
    fatigue_half_life_weeks: float = Field(ge=0)
    cost_message: float = Field(ge=0)
    cost_call: float = Field(ge=0)
    annoys_healthy: float = Field(ge=0)
    calls_per_customer_week: float = Field(ge=0)
    thin_share: float = Field(ge=0)
    thin_savings_minor: float = Field(ge=0)
    thin_level_months: float = Field(ge=0)
    income_losses_yearly: float = Field(ge=0)
    income_loss_weeks_least: float = Field(ge=0)
    income_loss_weeks_most: float = Field(ge=0)
    income_loss_share_least: float = Field(ge=0)
    income_loss_share_most: float = Field(ge=0)
    expenses_yearly: float = Field(ge=0)
    expense_share: float = Field(ge=0)
    expense_spread: float = Field(ge=0)
    sprees_yearly: float = Field(ge=0)
    spree_weeks_least: float = Field(ge=0)
    spree_weeks_most: float = Field(ge=0)
    spree_share: float = Field(ge=0)
    notices_alone: float = Field(ge=0)
    catch_up_alone: float = Field(ge=0)
    catch_up_attentive: float = Field(ge=0)
    essential_share: float = Field(ge=0)
    overdraft_rate: float = Field(ge=0)
    strain_start: float
    strain_failed: float = Field(ge=0)
    strain_behind: float = Field(ge=0)
    arrears_full_months: float = Field(ge=0)
    strain_below: float = Field(ge=0)
    strain_short: float = Field(ge=0)
    strain_income: float = Field(ge=0)
    buffer_months: float = Field(ge=0)
    income_lost_full: float = Field(ge=0)
    memory_half_life_weeks: float = Field(ge=0)
    score_error: float = Field(ge=0)
    score_error_kept: float = Field(ge=0)

    def but(self, **values: float) -> "Constants":
        """The same with other values, checked again."""
        return Constants.model_validate(self.model_dump() | values)


@lru_cache(maxsize=1)
def documented() -> dict[str, Constant]:
    """The file: every constant with its range and source.

    Raises:
        UsageError: a row that does not hold (`bad_constants`).
    """
    raw = tomllib.loads(files("tools.stress.intervention").joinpath("constants.toml").read_text(encoding="utf-8"))
    try:
        return {name: Constant.model_validate(row) for name, row in raw.items()}
    except ValidationError as error:
        raise UsageError(f"constants.toml does not hold: {error.errors()[0]['msg']}. Correct that row.", code="bad_constants") from None


@lru_cache(maxsize=1)
def constants() -> Constants:
    """The values in use."""
    return Constants.model_validate({name: row.value for name, row in documented().items()})
