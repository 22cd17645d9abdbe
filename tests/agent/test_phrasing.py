"""The built-in writer's words: every phrase renders, none holds a figure outside a slot, and every closed code has its words."""

import math
import re
import tomllib
from typing import Any, get_args

import pytest
from jinja2 import Environment, meta, nodes

from agent.contact import Channel
from agent.decision import DecisionOutcome
from agent.finding import Finding
from agent.intervention_words import ACTION_WORDS, BROKEN_WORDS, GUARD_WORDS, REASON_WORDS, RELIEF_WORDS, SINGULAR, VERBS
from agent.phrasing import PHRASES, next_questions, paragraphs, phrase, reason_words, say, starting_questions
from agent.stress_words import REMEDY_WORDS, SIGNAL_WORDS, signal_words
from agent.toolbox import toolbox
from agent.toolbox.cohort_what_if import BookChange
from agent.toolbox.scenario_answer import Chance, Headline, Moves, Reserves
from tests.fakes import catalogue
from tools.advice.reason import Code
from tools.advice.suitability import blocking_flags
from tools.compliance.grounding import draft_figures
from tools.compliance.wording import claims_to_be_human, has_link, promises, says_no_cost
from tools.ledger.category import CATEGORIES
from tools.ledger.note import Flag
from tools.stress.inputs import INPUTS, Input, Remedy
from tools.stress.intervention.action import Action, Guard, Reason
from tools.stress.intervention.restructure import Relief
from tools.stress.pattern import Pattern
from tools.twin.evolve.drift import DriftLabel
from tools.twin.goal.goal_outlook import Status
from tools.twin.insight.insight import KINDS
from tools.twin.scenario.what_if import Verdict

FILES = sorted([*PHRASES.glob("*/replies/*.j2"), *PHRASES.glob("*/messages/*.j2")])
REASONS = sorted(PHRASES.glob("*/reasons.toml"))
QUESTIONS = sorted(PHRASES.glob("*/questions.toml"))


def words_of(path: Any) -> list[str]:
    """Everything a phrase file can say: its text and the strings that its expressions put in."""
    tree = Environment(autoescape=False).parse(path.read_text(encoding="utf-8"))
    texts = [data.data for data in tree.find_all(nodes.TemplateData)]
    outputs = [
        constant.value
        for output in tree.find_all(nodes.Output)
        for constant in output.find_all(nodes.Const)
        if isinstance(constant.value, str)
    ]
    return [*texts, *outputs]


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_no_phrase_holds_a_figure_a_promise_or_an_address(path: Any):
    text = " ".join(words_of(path))
    assert not draft_figures(text, "en")
    assert not (promises(text))
    assert not (claims_to_be_human(text))
    assert not (has_link(text))
    assert not (says_no_cost(text))


@pytest.mark.parametrize("path", [*REASONS, *QUESTIONS], ids=lambda path: path.stem)
def test_no_reason_and_no_question_holds_a_figure(path: Any):
    text = re.sub(r"\{(value|limit)\}", " ", " ".join(_strings(tomllib.loads(path.read_text(encoding="utf-8")))))
    assert not draft_figures(text, "en")


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    items = value.values() if isinstance(value, dict) else value
    return [text for item in items for text in _strings(item)]


def test_a_figure_in_a_phrase_would_be_noticed(tmp_path: Any):
    bad = tmp_path / "bad.j2"
    bad.write_text("{% if x %}In the last ninety days{{ ', 9 of them' if y else '' }}.{% endif %}", encoding="utf-8")
    assert set(draft_figures(" ".join(words_of(bad)), "en")) >= {"9", "ninety"}


@pytest.mark.parametrize("code", get_args(Code))
def test_every_reason_has_words_that_fill(code: str):
    words = reason_words(code).format(value="V", limit="L")
    assert words.endswith(".")
    assert "{" not in words


def test_no_words_are_left_over_for_reasons_that_do_not_exist():
    assert set(tomllib.loads(REASONS[0].read_text(encoding="utf-8"))) == set(get_args(Code))


def test_every_blocking_flag_is_a_reason():
    flags = get_args(Flag.model_fields["kind"].annotation)
    assert callable(blocking_flags)
    assert {code for code in get_args(Code) if code.startswith("flag_")} <= {f"flag_{kind}" for kind in flags}


@pytest.mark.parametrize("given", INPUTS, ids=lambda given: given.name)
def test_every_input_of_the_stress_score_has_words_without_a_figure(given: Input):
    assert not draft_figures(f"{signal_words(given.name, 1)} {signal_words(given.name, None)}", "en")


def test_one_of_something_is_said_as_one():
    assert (signal_words("failed_debits", 1.0), signal_words("failed_debits", 2.0)) == ("payment that failed", "payments that failed")


def test_every_remedy_has_words_without_a_figure_and_no_words_are_left_over():
    assert set(REMEDY_WORDS) == set(get_args(Remedy))
    assert not any(draft_figures(words, "en") for words in REMEDY_WORDS.values())
    assert set(SIGNAL_WORDS) == {given.name for given in INPUTS}


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_category_label_may_stand_in_a_sentence(category: str):
    assert not draft_figures(CATEGORIES[category].label, "en")


def test_every_text_to_a_customer_has_an_action():
    assert {path.stem for path in FILES if path.parent == PHRASES / "en" / "messages"} == set(get_args(Action)) - {"none"}


@pytest.mark.parametrize(
    ("closed", "words"), [(Action, ACTION_WORDS), (Action, VERBS), (Guard, GUARD_WORDS), (Reason, REASON_WORDS), (Relief, RELIEF_WORDS)]
)
def test_every_word_of_an_intervention_may_stand_in_a_reply(closed: Any, words: dict[str, str]):
    assert set(words) == set(get_args(closed))
    for text in (*words.values(), *SINGULAR.values(), *BROKEN_WORDS.values()):
        assert not draft_figures(text, "en")
        assert not any(broken(text) for broken in (promises, has_link, says_no_cost, claims_to_be_human))


def test_names_of_fees_may_stand_as_labels():
    for product in catalogue().products.values():
        assert all(fee.name for fee in product.fees)


def test_every_tool_has_a_phrase_file_and_every_phrase_file_a_use():
    used = {
        *toolbox(),
        "supervisor",
        "problem",
        "playbook",
        "not_understood",
        "confirm",
        "confirm_goal",
        "confirm_contact",
        "twin_page",
        "worth_knowing",
        "feeling",
        "hasty_move",
        "look_at",
        *(f"help_{kind}" for kind in ("crisis", "scam", "complaint", "data_rights", "hardship", "handoff")),
    }
    assert {path.stem for path in FILES if path.parent == PHRASES / "en" / "replies"} == used


#: Closed words that phrases branch on; yes/no labels (`is_…`) are found in the files, other words are put in as they come.
CLOSED: dict[str, list[Any]] = {
    "band": ["healthy", "watchlist", "critical"], "trend": ["rising", "falling", "steady", "unknown"], "why": ["too_short", "not_found", "internal"], "function": ["count", "mean"],
    "act": ["small_talk", "ask", "out_of_scope", "not_understood"], "role": ["customer", "rm", "staff"], "need": ["savings", "emergency fund", "borrow", ""],
    "words": [("greet",), ("thanks",), ("bye",), ("identity",), ("client",), ("query",), ("product",), ("amount",), ()],
    "outcome": ["ok", "empty", "too_short", "help_first", "nothing_raises", "figure", "not_found", "ambiguous", "bad_arguments", "consent_no", "information_only", "none_suitable", "ask", "past_day", "too_far", "full", "bad_amount", *get_args(DecisionOutcome), "nothing", "bad_scenario", "bad_horizon", "nobody_hit", "same_client", "no_proposal", "until_pay_day", "until_run_out", "subscriptions", "no_subscriptions", "month", "change", "medium", "high"],
    "pattern": ["none", *get_args(Pattern)], "leaving": [[], ["{{f:a}} fewer bookings than before"]], "channel": list(get_args(Channel)), "action": list(get_args(Action)),
    "label": list(get_args(DriftLabel)), "mood": ["stressed", "concerned"], "status": list(get_args(Status)), "kind": list(KINDS), "basis": ["payee", "category"], "risen": [[0], []],
    **{key: ["beyond", "months", "none"] for key in ("now", "now_at_least", "fixed")},
    "headline": list(get_args(Headline)), "verdict": list(get_args(Verdict)), "reserves": list(get_args(Reserves)), "moves": list(get_args(Moves)), "chance": list(get_args(Chance)),
    "change": list(get_args(BookChange)), "assumptions": [("Everything else stays as it was.",), ()],
    "differences": [[], [{"words": "savings", "high": "{{t:a}}", "low": "{{t:b}}", "high_value": "{{f:a}}", "low_value": "{{f:b}}"}] * 2],
    "standing": [[{"name": "{{t:a}}", "band": "{{f:a}}", "persona": "{{f:b}}"}, {"name": "{{t:a}}", "band": "", "persona": "{{f:b}}"}]],
    "missing": [("amount", "risk_profile", "horizon", "more_history", "full_consent"), ()], "several": [True, False],
}  # fmt: skip
OWN = {
    "Who": "You",
    "Whose": "Your",
    "whose": "your",
    "they": "you",
    "They": "You",
    "their": "your",
    "Their": "Your",
    "them": "you",
    "have": "have",
    "are": "are",
    "s": "",
    "own": True,
}
OTHER = {
    "Who": "{{t:c}}",
    "Whose": "{{t:c}}’s",
    "whose": "{{t:c}}’s",
    "they": "they",
    "They": "They",
    "their": "their",
    "Their": "Their",
    "them": "them",
    "have": "has",
    "are": "is",
    "s": "s",
    "own": False,
}
_MOST = 600


class _Slots(dict[str, str]):
    """A slot for every role that a phrase may name."""

    def __missing__(self, key: str) -> str:
        return "{{f:x." + key + "}}"


def combinations(path: Any) -> list[dict[str, Any]]:
    """Values for everything a phrase file asks for: all of them, or every so-manieth when there are very many."""
    asked = sorted(meta.find_undeclared_variables(Environment(autoescape=False).parse(path.read_text(encoding="utf-8"))))
    axes = {name: [True, False] if name.startswith("is_") else CLOSED.get(name, ["{{f:word}}"]) for name in asked}
    total = math.prod(len(values) for values in axes.values())
    # A step of its own to each file: one that shares a factor with an axis would see only some of its values.
    step = max(1, total // _MOST)
    while any(math.gcd(step, len(values)) > 1 for values in axes.values()) and step > 1:
        step += 1
    return [_combination(number, axes) for number in range(0, total, step)]


def _combination(number: int, axes: dict[str, list[Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, values in axes.items():
        number, at = divmod(number, len(values))
        found[name] = values[at]
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
@pytest.mark.parametrize("person", [OWN, OTHER], ids=["own", "client"])
def test_every_combination_of_labels_makes_sentences(path: Any, person: dict[str, Any]):
    line = ("{{p:easy-saver}}: {{f:a}} is much.",)
    quotes = [{"text": "{{q:a}}", "cite": "{{c:a}}", "heading": "Head"}] * 2
    for labels in combinations(path):
        fixed = {
            "f": _Slots(),
            "t": _Slots({"match_0": "{{t:a}}"}),
            "q": quotes,
            "p": ["{{p:easy-saver}}"],
            "contact": _Slots(),
            "reasons": line,
            "why_not": line,
            "options": ("with cats",),
        }
        parts = phrase(path.stem, path.parent.parent.name, path.parent.name, **labels | person | fixed)
        assert parts
        for sentence in (sentence for part in parts for sentence in part.sentences):
            assert not draft_figures(sentence, "en"), sentence
            assert re.search(r"[.?!:”}]$|^Dear .*,$|^Your bank$", sentence), sentence
            assert not re.search(r"  | [.,;]|[{]%|%[}]|^%", sentence), sentence


@pytest.mark.parametrize("outcome", ["failed", "bad_arguments", "not_found"])
@pytest.mark.parametrize("tool", sorted(toolbox()))
def test_every_failure_of_every_tool_is_said_in_words(tool: str, outcome: str):
    for why in ("internal", "too_short", "not_found", "bad_query", "unavailable", "not_allowed"):
        assert say(Finding(call="a", tool=tool, outcome=outcome, labels={"why": why}), "customer", "en")


def test_an_unknown_language_is_answered_in_english():
    assert phrase("calculate", "fr", f={"result": "{{f:a}}"}) == phrase("calculate", "en", f={"result": "{{f:a}}"})


def test_paragraphs_headings_and_lines():
    parts = paragraphs("One.\nTwo.\n\n## Head\nThree.\n\n\n")
    assert [(part.heading, part.sentences) for part in parts] == [(None, ("One.", "Two.")), ("Head", ("Three.",))]


def test_questions_come_from_what_was_looked_up_and_none_when_help_comes_first():
    finding = Finding(call="a", tool="stress_status", outcome="ok", labels={"band": "healthy"})
    assert 0 < len(next_questions("customer", [finding], None, "en", "")) <= 3
    assert next_questions("customer", [finding], "crisis", "en", "") == ()
    assert starting_questions("customer")
