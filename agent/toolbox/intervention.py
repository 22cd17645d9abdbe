"""The intervention tool of the risk analyst: what a manager could do for a strained client, why, what is ruled out, and a proposal to do it."""

import hashlib
from collections.abc import Sequence
from datetime import timedelta

from agent.contact import Channel, ProposedContact
from agent.context import Role, RunContext
from agent.draft import DraftProposal, DraftTable
from agent.evidence import Evidence
from agent.finding import Finding, FindingBuilder, sentence_case
from agent.intervention_words import ACTION_WORDS, GUARD_WORDS, REASON_WORDS, RELIEF_WORDS, SINGULAR, VERBS
from agent.outgoing import Backing, Outgoing, checked_text
from agent.phrasing import letter
from agent.record import MadeSuggestion, ProposedChange
from agent.reply import Column
from agent.slots import Citations, render
from agent.toolbox.risk import no_credit
from agent.toolbox.tool import NoArguments, Tool
from tools.ledger.features import Features
from tools.ledger.history import History
from tools.stress.intervention.action import Action, Alternative, Reason, Situation, Suggestion
from tools.stress.intervention.policy import default_policy
from tools.stress.intervention.restructure import Proposal, restructuring
from tools.stress.intervention.situation import calls_left, situation_of
from tools.stress.intervention.suggest import suggest
from tools.stress.score import StressStatus
from tools.twin.twin import Twin

_RM: frozenset[Role] = frozenset({"rm"})
#: The accounts move on, and so does what was said of them: nobody sends what was true last week.
_OPEN_DAYS = 3
_FOLLOW_UP_DAYS = 14
_SUBJECT = "About your account"
_MOST_RELIEFS = 3


def intervention_suggest(
    _: NoArguments,
    history: History,
    features: Features,
    twin: Twin | None,
    status: StressStatus,
    context: RunContext,
    made: FindingBuilder,
) -> Finding:
    """Suggest a contact or none, with reasons, guards and alternatives, and propose it. Contacts nobody itself."""
    contacts, today = context.view.contacts(), context.now().date()
    free = calls_left(len(context.view.clients()), contacts, today)
    situation = situation_of(history, features, status, twin, contacts, today, free)
    found = suggest(situation, default_policy())
    strained = no_credit(history, status)
    _tell(found, situation, history, features, twin, today.isoformat(), made)
    _reasons(found, made)
    _alternatives(found, made)
    reliefs = _reliefs(twin, made) if found.action == "call" else ()
    proposal = _propose(found.action, history, strained, reliefs, context, made) if found.action != "none" else None
    made.suggestions.append(_logged(found, situation, history.customer.id, made.call, context.run_id, proposal))
    return made.build("ok", no_credit=strained)


def _tell(
    found: Suggestion, situation: Situation, history: History, features: Features, twin: Twin | None, today: str, made: FindingBuilder
) -> None:
    """The figures that reasons and texts speak of, all of this customer's own record."""
    if found.band != "too_short":
        made.fact("score", "stress score", situation.score or 0.0, "score")
        made.fact("band", "stress band", found.band, "label")
    if situation.score_30d_ago is not None:
        made.fact("before", "stress score a month ago", situation.score_30d_ago, "score")
    made.fact("failed", REASON_WORDS["debits_failed"], situation.failed_debits_30d, "count")
    made.fact("negative", REASON_WORDS["balance_below_zero"], situation.days_negative_90d, "count")
    made.fact("income", REASON_WORDS["income_down"], round(100 * situation.income_share), "percent", digits=0)
    made.fact("covered", REASON_WORDS["buffer_short"], situation.months_covered, "score", digits=1)
    made.fact("as_of", "day of the figures", history.as_of.isoformat(), "date")
    made.money("balance", "balance of current accounts", features.balance_minor)
    made.money("commitments", "regular payments a month", features.commitments_monthly_minor, digits=0)
    due = sorted((bill.next_on, bill.amount_minor) for bill in twin.commitments if bill.next_on.isoformat() > today) if twin else []
    if due:
        made.money("next_amount", "next regular payment", due[0][1], digits=0)
        made.fact("next_on", "day of the next regular payment", due[0][0].isoformat(), "date")
    made.labels.update(
        action=found.action,
        scored=found.band != "too_short",
        blocked=", ".join(GUARD_WORDS[guard] for guard in found.blocked),
        guarded=bool(found.blocked),
        failed=situation.failed_debits_30d > 0,
        one_failed=situation.failed_debits_30d == 1,
        next=bool(due),
        service=situation.consent == "no",
    )


#: Which figure stands behind a reason.
_VALUES: dict[Reason, str] = {
    "critical_band": "score",
    "watchlist_band": "score",
    "healthy_band": "score",
    "score_rising": "before",
    "score_falling": "before",
    "debits_failed": "failed",
    "balance_below_zero": "negative",
    "income_down": "income",
    "buffer_short": "covered",
}


def _reasons(found: Suggestion, made: FindingBuilder) -> None:
    if not found.reasons:
        return
    rows = tuple((sentence_case(_words(reason, made)), made.slot(_VALUES[reason]) if reason in _VALUES else "") for reason in found.reasons)
    columns = (Column(key="reason", label="Reason"), Column(key="value", label="Value", align="right"))
    made.parts.append(DraftTable(title="What speaks for it", columns=columns, rows=rows))


def _words(reason: Reason, made: FindingBuilder) -> str:
    one = reason in SINGULAR and made.facts[_VALUES[reason]].value == 1
    return SINGULAR[reason] if one else REASON_WORDS[reason]


def _alternatives(found: Suggestion, made: FindingBuilder) -> None:
    """All four, with what is in the way and what each did in the simulator."""
    rows = tuple(_alternative(each, found.action, made) for each in found.alternatives)
    columns = (
        Column(key="act", label="What could be done"),
        Column(key="state", label="Allowed"),
        Column(key="effect", label="Strained weeks saved in half a year, simulated", align="right"),
        Column(key="range", label="Likely range, simulated", align="right", rank=1),
    )
    made.parts.append(DraftTable(title="What else could be done", columns=columns, rows=rows))


def _alternative(each: Alternative, chosen: Action, made: FindingBuilder) -> tuple[str, str, str, str]:
    state = "Suggested" if each.action == chosen else "Yes"
    if each.blocked_by:
        state = "No: " + "; ".join(GUARD_WORDS[guard] for guard in each.blocked_by)
    effect = each.effect
    if effect is None:
        return sentence_case(ACTION_WORDS[each.action]), state, "none", "none"
    source = "measured on simulated customers, not on real ones"
    middle, low, high = (
        made.fact(
            f"{role}_{each.action}", f"{words} of strained weeks saved, simulated", round(value, 2), "score", digits=1, formula=source
        )
        for role, words, value in (
            ("effect", "mean", effect.strained_weeks_saved),
            ("low", "low end", effect.low),
            ("high", "high end", effect.high),
        )
    )
    return sentence_case(ACTION_WORDS[each.action]), state, middle, f"{low} to {high}"


def _reliefs(twin: Twin | None, made: FindingBuilder) -> tuple[Proposal, ...]:
    """Easier terms that would help, worked out on the twin: to be talked over in a call, agreed by people."""
    found = tuple(one for one in restructuring(twin).proposals if one.helps)[:_MOST_RELIEFS] if twin is not None else ()
    if found:
        columns = (
            Column(key="relief", label="Easier terms"),
            Column(key="instalment", label="Instalment", align="right"),
            Column(key="extra", label="More interest", align="right", rank=1),
            Column(key="below", label="Below zero, simulated", align="right"),
        )
        rows = tuple(_relief(number, one, made) for number, one in enumerate(found))
        made.parts.append(DraftTable(title="What could be agreed", columns=columns, rows=rows))
    return found


def _relief(number: int, one: Proposal, made: FindingBuilder) -> tuple[str, str, str, str]:
    instalment = extra = "unchanged"
    if one.instalment_minor is not None and one.instalment_before_minor is not None:
        before = made.money(f"instalment_before_{number}", "instalment now", one.instalment_before_minor)
        instalment = f"{made.money(f'instalment_{number}', 'instalment then', one.instalment_minor)} instead of {before}"
        extra = made.money(f"extra_{number}", "interest paid more until it is cleared", one.extra_interest_minor)
    return sentence_case(RELIEF_WORDS[one.relief]), instalment, extra, _below(number, one, made)


def _below(number: int, one: Proposal, made: FindingBuilder) -> str:
    """Month ends below zero in a year; for other due days, which change no month end, the chance of a day below zero in the next month."""
    if one.inside_month is not None:
        label = "chance of a day below zero in the next month, simulated"
        then = made.fact(f"below_{number}", label, one.inside_month.after.below_zero, "in_100")
        now = made.fact(f"below_before_{number}", label, one.inside_month.before.below_zero, "in_100")
        return f"{then} next month instead of {now}"
    label = "months that end below zero in a year, simulated"
    then = made.fact(f"below_{number}", label, one.months_below_zero, "score", digits=1)
    now = made.fact(f"below_before_{number}", label, one.months_below_zero_before, "score", digits=1)
    return f"{then} months a year instead of {now}"


def _propose(
    action: Action, history: History, strained: bool, reliefs: Sequence[Proposal], context: RunContext, made: FindingBuilder
) -> str | None:
    """One proposal, with the text exactly as it would go out; None where there is no address, or no text that the gate lets out."""
    made.text("name", history.customer.name, "book")
    made.labels.update(eased_by=RELIEF_WORDS[reliefs[0].relief] if reliefs else "", eases=bool(reliefs))
    channel, to = _way(action, history)
    made.labels["reachable"] = action == "call" or to is not None
    paragraphs = letter(action, "en", made.build("ok"))
    backing, text = _written(paragraphs, history.customer.id, strained, context, made)
    made.labels["text_passed"] = not text.broken
    if not made.labels["reachable"] or text.broken:
        return None
    identity = f"proposal.{hashlib.sha256(f'{context.run_id}:{made.call}'.encode()).hexdigest()[:16]}"
    follow_up = context.now().date() + timedelta(days=_FOLLOW_UP_DAYS) if action == "call" else None
    contact = ProposedContact(
        action=action, channel=channel, to=to, subject=_SUBJECT if channel == "email" else None, text=text.text, follow_up_on=follow_up,
        backing=backing, consent=history.profile.consent_personalization, suggestion=f"{context.run_id}:{made.call}",
    )  # fmt: skip
    client = made.slot_of_text("client")
    titles: dict[Channel, str] = {
        "call": f"Call {client}",
        "email": f"E-mail to {client}",
        "sms": f"Short message to {client}",
        "chat_app": f"Chat message to {client}",
    }
    lines = [f"Come back to it on {made.fact('follow_up', 'day to come back to it', follow_up.isoformat(), 'date')}."] if follow_up else []
    if channel == "email" and to is not None:
        lines += [f"To: {made.text('address', to, 'profile')}", f"Subject: {_SUBJECT}"]
    lines += [f"Added by the rules: {notice}" for notice in text.notices]
    made.parts.append(DraftProposal(proposal=identity, title=titles[channel], lines=tuple(lines), letter=paragraphs))
    made.proposals.append(
        ProposedChange(
            id=identity,
            kind="contact",
            customer_id=history.customer.id,
            payload=contact.model_dump(mode="json"),
            verb=VERBS[action],
            expires_at=context.now() + timedelta(days=_OPEN_DAYS),
        )
    )
    return identity


def _way(action: Action, history: History) -> tuple[Channel, str | None]:
    """How a text goes out. The bank's own provider of SMS and chat app knows the customer's number by the customer's key."""
    if action == "call":
        return "call", None
    if action == "email_offer":
        return "email", history.profile.email
    return ("chat_app" if history.profile.preferred_channel == "chat_app" else "sms"), history.customer.id


def _written(
    paragraphs: Sequence[str], customer_id: str, strained: bool, context: RunContext, made: FindingBuilder
) -> tuple[Backing, Outgoing]:
    """The text as the customer would read it, judged as a text to the customer."""
    used = " ".join(paragraphs)
    backing = Backing(
        customer_id=customer_id,
        jurisdiction=context.principal.jurisdiction,
        facts=tuple(fact for fact in made.facts.values() if f"{{{{f:{fact.id}}}}}" in used),
        texts=(made.texts["name"],),
        no_credit=strained,
    )
    evidence = Evidence(facts={fact.id: fact for fact in backing.facts}, texts={text.id: text for text in backing.texts})
    rendered = "\n\n".join(render(paragraph, evidence, backing.language, Citations()).text for paragraph in paragraphs)
    return backing, checked_text(rendered, backing, context.catalogue.products, context.now().date())


def _logged(found: Suggestion, situation: Situation, customer_id: str, call: str, run_id: str, proposal: str | None) -> MadeSuggestion:
    return MadeSuggestion(
        id=f"{run_id}:{call}",
        customer_id=customer_id,
        policy=found.policy,
        action=found.action,
        propensity=found.propensity,
        propensities={each.action: each.propensity for each in found.alternatives},
        reasons=found.reasons,
        blocked=found.blocked,
        situation=situation.model_dump(mode="json"),
        proposal=proposal,
    )


TOOLS: tuple[Tool, ...] = (
    Tool(
        "intervention_suggest",
        "risk_analyst",
        _RM,
        "propose",
        NoArguments,
        "What to do about a client in trouble: a call, a message or nothing, why, and a proposal to do it.",
        intervention_suggest,
    ),
)
