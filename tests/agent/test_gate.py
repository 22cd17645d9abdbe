"""The gate: passes what holds, repairs by code, replaces what cannot be repaired, and never shows a draft when it fails."""

from datetime import date
from typing import Any

import pytest

from agent import compliance_checker
from agent.compliance_checker import gate, order, safe_reply
from agent.draft import DraftProduct, DraftText, Section
from agent.gate_case import GateCase
from agent.plan import Plan, Task
from tests.fakes import calls, catalogue, context_for, take_turn
from tools.fact import Fact

DAY = date(2027, 4, 1)
FACT = Fact(
    id="x.1.balance", label="balance", value=120500, unit="money", currency="GBP", as_of=DAY, source="profile_view", subject="demo:1"
)


def case(*parts: Any, **more: Any) -> GateCase:
    given = {
        "role": "customer", "jurisdiction": "uk", "language": "en", "on": DAY, "sections": (Section(author="a", parts=parts),), "questions": (), "facts": (FACT,),
        "texts": (), "quotes": (), "said": "", "scope": ("demo:1",),
    }  # fmt: skip
    return GateCase.model_validate(given | more)


def judged(*sentences: str, **more: Any) -> Any:
    return gate(case(DraftText(sentences=sentences), **more), catalogue())[0]


def test_a_grounded_sentence_passes():
    reply = judged("You have {{f:x.1.balance}}.")
    assert (reply.verdict.outcome, reply.verdict.figures, reply.plain_text()) == ("pass", 1, "You have £1,205.")


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        ("It is £9.", "R18"), ("Returns are guaranteed.", "R01"), ("There is no fee.", "R05"), ("I am a human.", "R13"), ("See www.evil.example.", "R20"),
        ("Global Equity Index Fund is right for you.", "R06"), ("“{{q:none}}”", "R18"),
    ],
)  # fmt: skip
def test_a_bad_sentence_is_taken_out_and_the_rest_stays(bad: str, rule: str):
    reply = judged("You have {{f:x.1.balance}}.", bad)
    assert reply.verdict.outcome == "repair"
    assert rule in reply.verdict.rules
    assert "£1,205" in reply.plain_text()
    assert bad not in reply.plain_text()


@pytest.mark.parametrize(
    "good", ["Returns are not guaranteed.", "No return is guaranteed.", "Global Equity Index Fund does not suit you.", "I am not a person."]
)
def test_honest_denials_stay(good: str):
    assert good in judged("You have {{f:x.1.balance}}.", good).plain_text()


@pytest.mark.parametrize(
    "bad",
    [
        "Not only is it guaranteed.",
        "There is no doubt it is guaranteed.",
        "No question, it is guaranteed.",
        "It is never not safe: guaranteed.",
    ],
)
def test_a_word_of_denial_that_denies_nothing_does_not_help(bad: str):
    assert "guaranteed" not in judged("You have {{f:x.1.balance}}.", bad).plain_text()


def test_a_reply_of_bad_sentences_only_becomes_the_safe_reply():
    reply = judged("It is £9.", "Returns are guaranteed.")
    assert reply.verdict.outcome == "replace"
    assert reply.blocks == safe_reply("uk", "en", ()).blocks


def test_data_of_somebody_else_replaces_the_whole_reply():
    reply = judged("You have {{f:x.1.balance}}.", "Fine.", scope=())
    assert reply.verdict.outcome == "replace"
    assert reply.verdict.rules == ("R15",)
    assert "Fine" not in reply.plain_text()


def test_the_first_reply_says_that_this_is_an_ai_and_the_next_need_not():
    assert judged("Fine.", first=True).blocks[0].rule == "ai"
    assert [block.type for block in judged("Fine.").blocks] == ["text"]


@pytest.mark.parametrize(
    ("product", "notice"),
    [
        ("global-equity-index-fund", "Capital at risk."), ("clear-personal-loan", "Borrowing money costs money."), ("clear-personal-loan", "Representative example:"),
        ("five-year-fixed-mortgage", "Your home may be repossessed"), ("easy-saver", "Financial Services Compensation Scheme"), ("home-cover", "Cover has limits"),
        ("world-payments", "Exchange rates move"),
    ],
)  # fmt: skip
def test_a_product_brings_its_notice(product: str, notice: str):
    shown = DraftProduct(product_id=product, mode="information", suitable=None, terms=())
    reply = gate(case(DraftText(sentences=("Here it is.",)), shown), catalogue())[0]
    assert notice in reply.plain_text()


def test_no_credit_takes_out_borrowing_in_words_and_entries():
    shown = DraftProduct(product_id="clear-personal-loan", mode="recommend", suitable=True, terms=())
    reply = gate(
        case(DraftText(sentences=("Help comes first.", "A loan would help.", "Clear Personal Loan suits you.")), shown, no_credit=True),
        catalogue(),
    )[0]
    assert "Clear Personal Loan" not in reply.plain_text()
    assert "loan" not in reply.plain_text().lower().split("borrowing money")[0]


async def test_borrowing_is_not_pushed_when_no_tool_looked_at_the_strain():
    from tests.fakes import ScriptedModel

    model = ScriptedModel.of(calls("profile_view"), "You have {{f:profile_view.1.balance}}.\nConsider a loan.")
    told = await take_turn(context_for("strained", "what do I have", model=model))
    assert "loan" not in told.text
    assert "R08" in told.reply.verdict.rules
    model.assert_spent()


async def test_a_failing_gate_gives_the_safe_reply(monkeypatch: Any):
    monkeypatch.setattr(compliance_checker, "check", lambda *_: 1 / 0)
    told = await take_turn(context_for("customer", "x", calls("profile_view")))
    assert told.reply.verdict.rules == ("gate_failed",)
    assert "£" not in told.text
    assert told.record.case is None


def test_help_comes_first_then_what_was_asked_first():
    sections = [Section(author=name, parts=()) for name in ("product_advisor", "risk_analyst", "intake")]
    plan = Plan(tasks=(Task(specialist="risk_analyst", calls=()), Task(specialist="product_advisor", calls=())))
    assert [section.author for section in order(sections, plan)] == ["intake", "risk_analyst", "product_advisor"]


#: Rule -> a reply that only this rule keeps out, as a case.
ONLY_KEPT_OUT_BY: dict[str, GateCase] = {
    "others_data": case(DraftText(sentences=("You have {{f:x.1.balance}}.",)), scope=()),
    "no_promises": case(DraftText(sentences=("Fine.", "It is a safe bet."))),
    "nothing_called_free": case(DraftText(sentences=("Fine.", "There is no fee."))),
    "suitability_present": case(DraftText(sentences=("Fine.", "Easy Saver suits you."))),
    "no_borrowing_in_difficulty": case(DraftText(sentences=("Fine.", "Consider a loan.")), no_credit=True),
    "honest_about_itself": case(DraftText(sentences=("Fine.", "I am a human."))),
    "no_addresses": case(DraftText(sentences=("Fine.", "See www.evil.example."))),
    "notices_present": case(DraftText(sentences=("Fine.", "Easy Saver exists."))),
    "citations_hold": case(
        DraftText(sentences=("Fine.", "“{{q:old}}” {{c:old}}")),
        quotes=({"id": "old", "document": "fees-and-charges-2027-not-yet-valid", "title": "t", "version": "1", "passage": "p", "heading": "h", "text": "Old.", "kind": "policy"},),
        on=date(2026, 6, 1),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ONLY_KEPT_OUT_BY)
def test_each_rule_is_needed(monkeypatch: Any, name: str):
    from tools.compliance import rules

    with_rule = gate(ONLY_KEPT_OUT_BY[name], catalogue())[0]
    monkeypatch.setattr(rules, "RULES", tuple(row for row in rules.RULES if row[1].__name__ != name))
    assert gate(ONLY_KEPT_OUT_BY[name], catalogue())[0] != with_rule


def test_every_rule_has_its_case():
    from tools.compliance import rules

    in_other_tests = {"grounding", "notices_as_published"}  # invariants/test_i5_digits.py and tests/tools/compliance
    assert {function.__name__ for _, function in rules.RULES} == set(ONLY_KEPT_OUT_BY) | in_other_tests
