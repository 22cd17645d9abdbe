"""What-ifs in conversation: for a customer, for one client, over a book; and clients side by side."""

import tomllib
from typing import Any, get_args

import pytest

from agent.phrasing import PHRASES
from agent.reply import ChartBlock, DisclosureBlock, QueryBlock, TableBlock
from tests.fakes import PRINCIPALS, FakeView, Told, ask, assert_whole, calls, context_for, take_turn
from tests.people import FOREIGN, people
from tests.tools.builders import AS_OF
from tools.compliance.grounding import draft_figures
from tools.compliance.rendering import render_money
from tools.compliance.wording import brings_up_borrowing, promises, says_no_cost
from tools.ledger.features import features_of
from tools.twin.outlook.outlook import HorizonOutlook, Outlook
from tools.twin.scenario.recipe import NAMES
from tools.twin.scenario.scenario import Assumption, ChangeKind, Problem

RENT = {"kind": "new_recurring_cost", "amount": "400", "category": "rent"}


async def what_if(who: str, *changes: dict[str, Any], said: str = "", **more: Any) -> Told:
    return await ask(who, ("what_if", {"changes": list(changes), **more}), said=said or "what if")


def block_of(told: Told, kind: type[Any]) -> Any:
    return next(block for block in told.reply.blocks if isinstance(block, kind))


def facts_of(told: Told) -> dict[str, Any]:
    return {fact.id.split(".")[-1]: fact for fact in told.record.facts}


def outcome(told: Told) -> str:
    return told.record.calls[0].outcome


# -- words -----------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("section", "keys"),
    [("kinds", get_args(ChangeKind)), ("chips", NAMES), ("parameters", NAMES), ("assumptions", get_args(Assumption)), ("problems", (*get_args(Problem), "bad_amount")), ("remedies", (*get_args(Problem), "bad_amount"))],
)  # fmt: skip
def test_every_closed_word_of_a_what_if_is_put_in_words_without_a_figure(section: str, keys: tuple[str, ...]):
    words = tomllib.loads((PHRASES / "en" / "what_if_words.toml").read_text(encoding="utf-8"))[section]
    assert set(words) == set(keys)
    for text in words.values():
        assert text
        assert not draft_figures(text, "en")
        assert section in {"kinds", "chips", "parameters"} or text.endswith(".")
        assert not any(says(text) for says in (promises, says_no_cost, brings_up_borrowing))


# -- one customer ----------------------------------------------------------------------------------------------------------------
async def test_a_higher_rent_is_answered_with_yes_and_with_what_is_left():
    told = await what_if("customer", RENT, said="can I afford 400 a month more for rent?")
    assert_whole(told)
    features = features_of(people()["demo:1"])
    left = features.income_monthly_minor - features.spending_monthly_minor
    answer = next(block for block in told.reply.blocks if block.type == "text").sentences[0].text
    assert (
        answer
        == f"Yes, it holds: {render_money(left - 40_000, 'GBP', 0)} would be left over in a normal month instead of {render_money(left, 'GBP', 0)}."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"kind": "one_off_expense", "amount": "15200"},
            (
                "Only with your savings: balance and savings together would stand £15,200 lower on 31 March 2028. "
                "On the middle path the current account would fall below zero, to −£4,106 on 31 March 2028, and at some month end in "
                "more than 99 in 100 paths; your savings of £9,000 would have to cover it. "
                "Without the change that happens in fewer than 1 in 100 paths.",
            ),
        ),
        (
            {"kind": "new_recurring_cost", "amount": "1200"},
            ("Not on your income alone: £206 would be missing in a normal month, where £994 is left over now.",),
        ),
        ({"kind": "new_recurring_cost", "amount": "2000"}, ("No: £1,006 would be missing", "would last only 10 months")),
    ],
)
async def test_what_the_current_account_cannot_carry_is_said_with_what_would_have_to(change: dict[str, Any], said: tuple[str, ...]):
    told = await what_if("customer", change, said="what if 15200 1200 2000")
    assert_whole(told)
    text = told.text.replace("\u00a0", " ")
    for words in said:
        assert words in text
    assert text.count("below zero") <= 3  # once in the table, and said once


async def test_what_was_said_is_echoed_with_whose_figure_it_is():
    told = await what_if("customer", RENT, {"kind": "job_loss"}, said="can I afford 400 a month more for rent, and lose my job?")
    chips = block_of(told, QueryBlock).chips
    assert [(chip.label, chip.value.text, chip.interpreted) for chip in chips] == [
        ("new cost a month", "£400", False), ("in", "Rent", False), ("pay stops for", "3\u00a0months", True),
    ]  # fmt: skip
    facts = facts_of(told)
    assert (facts["said_0_amount"].source, facts["said_1_months"].source) == ("you said", "as understood")


async def test_how_things_are_is_the_dashed_line_beside_the_fan():
    chart = block_of(await what_if("customer", RENT), ChartBlock)
    roles = {series.role: series for series in chart.series}
    assert set(roles) == {"low80", "low50", "middle", "high50", "high80", "alternative"}
    assert roles["alternative"].name == "as you are now"
    assert roles["alternative"].y[-1] - roles["middle"].y[-1] == pytest.approx(12 * 400)
    assert len({series.x for series in chart.series}) == 1


async def test_now_and_then_stand_side_by_side():
    table = block_of(await what_if("customer", RENT), TableBlock)
    rows = {row[0].text: [cell.text for cell in row[1:]] for row in table.rows}
    assert rows["Left over in a normal month"][2] == "−£400"
    assert rows["Balance at the end"][2] == "−£4,800"


async def test_it_is_said_to_be_simulated():
    told = await what_if("customer", RENT)
    assert "Simulated from your account history; not a promise." in " ".join(
        block.text.text for block in told.reply.blocks if isinstance(block, DisclosureBlock)
    )


async def test_a_loan_shows_its_whole_cost_and_the_notice_of_borrowing():
    told = await what_if("customer", {"kind": "new_loan", "amount": "10000"}, said="what if I borrow 10000")
    facts = facts_of(told)
    assert facts["repaid"].value - facts["loan"].value == facts["interest"].value > 0
    assert "Borrowing money costs money." in told.text
    assert "a real offer may be dearer or cheaper" in told.text


@pytest.mark.parametrize(
    "change", [{"kind": "new_loan", "amount": "5000"}, {"kind": "product_adoption", "product": "clear-personal-loan", "amount": "5000"}]
)
async def test_nobody_in_difficulty_is_worked_out_a_loan(change: dict[str, Any]):
    told = await what_if("strained", change)
    assert outcome(told) == "help_first"
    assert not told.record.facts
    assert "Support with payments comes first" in told.text


async def test_a_product_comes_with_its_terms_and_its_notices():
    told = await what_if("customer", {"kind": "product_adoption", "product": "one-year-fixed-saver", "amount": "1000"})
    assert any(
        block.type == "product" and block.product_id == "one-year-fixed-saver" and block.mode == "information"
        for block in told.reply.blocks
    )
    assert "Financial Services Compensation Scheme" in told.text


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "new_recurring_cost", "amount": "1000000000000"}, "from £0.01 to £10,000,000"), ({"kind": "job_loss", "months": 1000}, "from 1\u00a0month to 120\u00a0months"),
        ({"kind": "inflation", "percent": -100}, "from −10% to 50%"), ({"kind": "rate_change", "points": 99}, "from −15\u00a0points to 15\u00a0points"),
        ({"kind": "spend_less", "amount": "5000", "category": "groceries"}, "at most £60"), ({"kind": "change_of_due_date", "due_day": 32}, "from 1 to 31"),
        ({"kind": "end_of_fixed_rate"}, "There is no fixed rate that ends."), ({"kind": "new_loan"}, "the amount"),
        ({"kind": "product_adoption", "product": "no-such"}, "There is no such product on sale."), ({"kind": "new_recurring_cost"}, "the amount"),
        ({"kind": "product_adoption", "product": "global-equity-index-fund"}, "depends on how it is used"), ({"kind": "spend_less", "percent": 10, "amount": "5"}, "not both"),
        ({"kind": "inflation", "percent": 8, "due_day": 3}, "does not go with"), ({"kind": "save_more", "amount": "10.001"}, "more decimals"), ({"kind": "job_loss", "months": 0}, "from 1\u00a0month"),
        ({"kind": "ended_recurring_cost", "category": "childcare"}, "Nothing is spent there"), ({"kind": "spend_less", "amount": "5", "category": "yachts"}, "no such spending category"),
    ],
)  # fmt: skip
async def test_absurd_values_are_answered_with_what_is_possible(change: dict[str, Any], words: str):
    told = await what_if("customer", change)
    assert outcome(told) == "bad_scenario"
    assert words in told.text
    assert "Simulated" not in told.text


@pytest.mark.parametrize("months", [0, 1000, -1])
async def test_a_horizon_out_of_reach_is_answered_with_what_is_possible(months: int):
    told = await what_if("customer", RENT, horizon_months=months)
    assert outcome(told) == "bad_horizon"
    assert "I can look 1\u00a0month to 120\u00a0months ahead" in told.text


async def test_three_weeks_of_history_are_too_short_for_a_what_if():
    assert "too little history" in (await what_if("new", RENT)).text


async def test_a_customer_cannot_name_anybody_else():
    told = await what_if("customer", RENT, client="Ben Carter")
    assert not told.record.facts


async def test_a_client_is_spoken_of_in_the_third_person_and_only_from_the_own_book():
    told = await what_if("rm", RENT, client="Ben Carter", said="Ben Carter 400 more rent")
    assert_whole(told)
    assert block_of(told, ChartBlock).series[-1].name == "as things are now"
    assert {fact.subject for fact in told.record.facts} <= {"demo:2", None}
    assert outcome(await what_if("rm", RENT, client="Zebedee Quillfeather")) == "not_found"


# -- over the book ---------------------------------------------------------------------------------------------------------------
async def cohort(*changes: dict[str, Any], said: str = "what if", **more: Any) -> Told:
    return await ask("rm", ("cohort_what_if", {"changes": list(changes), **more}), said=said)


async def test_a_book_is_counted_and_its_hardest_hit_are_listed():
    told = await cohort({"kind": "new_recurring_cost", "amount": "1400"}, said="what if everybody paid 1400 more")
    assert_whole(told)
    facts = facts_of(told)
    assert (facts["looked_at"].value, facts["too_short"].value, facts["affected"].value) == (3, 1, 3)
    assert facts["below_then"].value > facts["below_now"].value
    assert [row[0].text for row in block_of(told, TableBlock).rows][-1] == "Ben Carter"  # below zero already: nothing to fall
    assert "Simulated from the account history" in told.text


async def test_the_query_and_the_change_are_echoed_together():
    where = {"field": "stress_band", "op": "eq", "value": "critical"}
    told = await cohort(RENT, query={"where": where}, said="critical clients, 400 more rent")
    assert_whole(told)
    assert [(chip.label, chip.value.text) for chip in block_of(told, QueryBlock).chips] == [
        ("stress band", "critical"), ("new cost a month", "£400"), ("in", "Rent"),
    ]  # fmt: skip
    assert facts_of(told)["asked"].value == 1


async def test_a_query_that_nobody_fits_and_a_book_that_does_not_feel_it():
    nobody = await cohort(RENT, query={"where": {"field": "balance", "op": "gt", "value": 10**12}})
    assert (outcome(nobody), "None of the 4 clients in your book fits." in nobody.text) == ("empty", True)
    rates = {
        "changes": [{"kind": "rate_change", "points": 2}],
        "query": {"where": {"field": "has_variable_rate", "op": "eq", "value": True}},
    }
    told = await ask("rm", ("cohort_what_if", rates), said="variable mortgages, two points")
    assert outcome(told) == "empty"
    assert_whole(told)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"changes": []}, "nothing"), ({"changes": [{"kind": "rate_change", "points": 99}]}, "bad_scenario"), ({"changes": [{"kind": "job_loss"}], "horizon_months": 0}, "bad_horizon"),
        ({"changes": [{"kind": "inflation", "percent": 5}]}, "ok"), ({"changes": [{"kind": "lump_sum_in", "amount": "3000"}]}, "ok"), ({"changes": [{"kind": "change_of_due_date", "due_day": 3}]}, "nobody_hit"),
        ({"changes": [{"kind": "job_loss", "months": 6}]}, "ok"), ({"changes": [{"kind": "end_of_fixed_rate"}]}, "nobody_hit"),
    ],
)  # fmt: skip
async def test_every_answer_over_a_book_is_whole(arguments: dict[str, Any], expected: str):
    told = await ask("rm", ("cohort_what_if", arguments), said="what if 5 99 3000 3 6")
    assert outcome(told) == expected
    assert_whole(told)


async def test_what_accounts_in_general_teach_of_a_client_moves_the_book():
    horizons = tuple(HorizonOutlook(months=month, p10_minor=-9_000, p50_minor=-1_000, p90_minor=7_000) for month in range(1, 13))
    view = FakeView(
        PRINCIPALS["rm"], outlooks={"demo:1": Outlook(as_of=AS_OF, horizons=horizons, learned_months=12, accounts=40, origins=9)}
    )
    asked = calls(("cohort_what_if", {"changes": [RENT]}))
    taught = facts_of(await take_turn(context_for("rm", "400 more rent", asked, view=view)))
    plain = facts_of(await cohort(RENT))
    assert taught["below_now"].value == plain["below_now"].value + 1


async def test_nobody_outside_the_book_is_in_it():
    told = await cohort({"kind": "new_recurring_cost", "amount": "400"})
    shown = str(told.messages) + told.record.model_dump_json()
    assert not [word for word in FOREIGN if word in shown]


async def test_customers_have_no_book():
    context = context_for("customer", "what if", calls(("cohort_what_if", {"changes": [RENT]})), view=FakeView(PRINCIPALS["customer"]))
    told = await take_turn(context)
    assert not told.record.facts


# -- side by side ----------------------------------------------------------------------------------------------------------------
async def compare(*clients: str) -> Told:
    return await ask("rm", ("compare_clients", {"clients": list(clients)}), said=" ".join(clients))


async def test_clients_stand_side_by_side_with_what_differs_most():
    told = await compare("Ada Moss", "Ben")
    assert_whole(told)
    money, outlook = (block for block in told.reply.blocks if isinstance(block, TableBlock))
    assert [[row[0].text for row in table.rows] for table in (money, outlook)] == [["Ada Moss", "Ben Carter"]] * 2
    assert told.text.split("\n\n")[1].startswith("They differ most in ")
    assert {fact.subject for fact in told.record.facts if fact.unit == "money"} == {"demo:1", "demo:2"}


async def test_a_client_of_two_weeks_is_compared_as_far_as_it_goes():
    told = await compare("Ada Moss", "Cara", "Ada Park")
    assert_whole(told)
    assert "too short" in told.text


@pytest.mark.parametrize(
    ("clients", "expected"),
    [(("Ada", "Ben"), "ambiguous"), (("Zebedee Quillfeather", "Ben"), "not_found"), (("demo:4", "Ben"), "not_found"), (("Ben", "demo:2"), "same_client")],
)  # fmt: skip
async def test_names_resolve_in_the_own_book_only(clients: tuple[str, ...], expected: str):
    told = await compare(*clients)
    assert outcome(told) == expected
    assert not told.record.facts
    assert_whole(told)
