"""Arguments of each capability from one clause: only what the person's words say. What is missing is asked for."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta

from agent.understanding.amounts import Amount, amounts, limits, plain
from agent.understanding.arithmetic import expression_of
from agent.understanding.ask import Arguments, Ask
from agent.understanding.dates import duration, horizon_months, period
from agent.understanding.goal import goal_arguments
from agent.understanding.lexicon import table
from agent.understanding.merchant import merchant
from agent.understanding.number_word import SMALL_WORDS, small_number
from agent.understanding.products import named_products, need_of, of_kind
from agent.understanding.since import since_day
from agent.understanding.span import Span, without
from agent.understanding.spending_words import said_category
from agent.understanding.supposition import scenario_arguments
from agent.understanding.vocabulary import Vocabulary

_MONEY_WORDS = table("money_words")
#: Part of a model's card -> the words that ask for it; the first that fits counts.
_CARD_WORDS: dict[str, str] = table("card_words")["about"]
_MOST_COMPARED = 4
_LONGEST_QUESTION = 600
_LONGEST_TERM = 480
_LONGEST_LOOK_BACK = 24


Filler = Callable[[str, Vocabulary], "Arguments | Ask"]


def arguments_for(capability: str, clause: str, vocabulary: Vocabulary) -> Arguments | Ask:
    """The arguments of a call of `capability` (the client apart), cut down to what the tool's schema takes."""
    filled = _FILLERS[capability](clause, vocabulary) if capability in _FILLERS else {}
    if isinstance(filled, Ask):
        return filled
    return {name: value for name, value in filled.items() if vocabulary.takes(capability, name)}


def said_money(text: str, vocabulary: Vocabulary) -> Amount | None:
    """The one sum of money in a text, apart from dates, lengths of time and names of products."""
    spans = [named.span for named in named_products(text, vocabulary.products)]
    length = duration(text)
    when = period(text, vocabulary.as_of)
    spans += [found.span for found in (length, when) if found]
    found = amounts(without(text, spans))
    sure = [amount for amount in found if amount.sure]
    return (sure or list(found) or [None])[0]


def _spending(text: str, vocabulary: Vocabulary) -> Arguments:
    found: Arguments = {}
    category = said_category(text)
    if period(text, vocabulary.as_of) is None and re.search(_MONEY_WORDS["subscriptions"]["all_of_them"], text, re.IGNORECASE):
        return {"what": "subscriptions"}
    if category:
        found["category"] = category.key
    months = _months_back(text, vocabulary)
    if months:
        found["months"] = months
    return found


def _months_back(text: str, vocabulary: Vocabulary) -> int | None:
    when = period(text, vocabulary.as_of)
    length = duration(text)
    if length:
        months = length.in_months
    elif when and when.from_date:
        months = when.months_back(vocabulary.as_of)
    else:
        return None
    return min(max(1, months), _LONGEST_LOOK_BACK)


def needs_dates(text: str, vocabulary: Vocabulary) -> bool:
    """Whether a period is said that "the last n months" cannot say, such as "in March", "this month" or "since 3 May"."""
    when = period(text, vocabulary.as_of)
    return when is not None and not when.only_looks_back(vocabulary.as_of)


def _transactions(text: str, vocabulary: Vocabulary) -> Arguments | Ask:
    found: Arguments = {}
    when = period(text, vocabulary.as_of)
    rest = without(text, [when.span]) if when else text
    if when and when.from_date:
        found["from_date"] = when.from_date.isoformat()
    if when and when.to_date:
        found["to_date"] = when.to_date.isoformat()
    rest = _limit(rest, found)
    rest = _sums(rest, found)
    category = said_category(rest)
    payee = merchant(without(rest, [category.span]) if category else rest)
    if category:
        found["category"] = category.key
    if payee:
        found["text"] = payee
    direction = _direction(text)
    if direction:
        found["direction"] = direction
    order = re.search(r"\b(?:(largest|biggest|highest)|(smallest|lowest)|(oldest|first))\b", rest, re.IGNORECASE)
    if order:
        if not vocabulary.takes("find_transactions", "sort"):
            return Ask("query", (order[0].casefold(),))
        found["sort"] = "largest" if order[1] else "smallest" if order[2] else "oldest"
    return found


def _limit(text: str, found: Arguments) -> str:
    match = re.search(
        rf"\b(?:last|latest|recent|newest|first|top|my|the)\s+(?P<n>\d{{1,3}}|{SMALL_WORDS})\s+(?=(?:\w+\s+)?(?:transactions?|payments?|bookings?|purchases?|expenses|ones|entries|debits?|withdrawals?|largest|biggest))",
        text,
        re.IGNORECASE,
    )
    number = small_number(match["n"]) if match else None
    if match is None or not number:
        return text
    found["limit"] = min(number, 50)
    return without(text, [Span(match.start("n"), match.end("n"))])


def _sums(text: str, found: Arguments) -> str:
    said = limits(text)
    if said:
        if said.low:
            found["min_amount"] = plain(abs(said.low.value))
        if said.high:
            found["max_amount"] = plain(abs(said.high.value))
        return without(text, [said.span])
    exact = [amount for amount in amounts(text) if amount.sure or re.search(r"\b(?:of|for)\s*$", text[: amount.span.start])]
    if not exact:
        return text
    found["min_amount"] = found["max_amount"] = plain(abs(exact[0].value))
    return without(text, [exact[0].span])


def _direction(text: str) -> str | None:
    if re.search(
        r"\b(?:incoming|came in|come in|coming in|money in|received?|get paid|was i paid|refund\w*|deposits?|credits)\b",
        text,
        re.IGNORECASE,
    ):
        return "in"
    return (
        "out"
        if re.search(
            r"\b(?:spen[dt]|spending|bought|buy|purchases?|paid (?:out|to)|outgoing|went out|going out|withdrawals?|sent)\b",
            text,
            re.IGNORECASE,
        )
        else None
    )


def _forecast(text: str, vocabulary: Vocabulary) -> Arguments:
    if until := forecast_until(text):
        return {"until": until}
    horizon = horizon_months(text, vocabulary.as_of)
    return {"horizon_months": horizon[0]} if horizon else {}


def forecast_until(text: str) -> str | None:
    """What a forecast goes up to where it is no length of time: `pay_day`, or `run_out` (how long the money would last)."""
    folded = text.casefold()
    return next((until for until, pattern in _MONEY_WORDS["until"].items() if re.search(pattern, folded)), None)


def _goal(text: str, vocabulary: Vocabulary) -> Arguments | Ask:
    return goal_arguments(text, vocabulary.as_of)


def _recommend(text: str, vocabulary: Vocabulary) -> Arguments:
    found: Arguments = {}
    need = need_of(text)
    money = said_money(text, vocabulary)
    if need:
        found["need"] = need
    if money and money.sure and money.value > 0:
        found["amount"] = money.text
    return found


def _question(text: str, vocabulary: Vocabulary) -> Arguments:
    product = _one_product(text, vocabulary)
    return {"question": text[:_LONGEST_QUESTION], **({"product": product} if product else {})}


def _one_product(text: str, vocabulary: Vocabulary) -> str | None:
    named = named_products(text, vocabulary.products)
    if named:
        return named[0].product.id
    kind = of_kind(text, vocabulary.products)
    return kind[0].id if len(kind) == 1 else None


def _compare(text: str, vocabulary: Vocabulary) -> Arguments | Ask:
    named = [found.product.id for found in named_products(text, vocabulary.products)]
    of_one_kind = tuple(
        product for product in of_kind(text, vocabulary.products) if product.valid_to is None or product.valid_to >= vocabulary.as_of
    )
    chosen = tuple(dict.fromkeys(named)) if len(named) >= 2 else tuple(product.id for product in of_one_kind)
    if not 2 <= len(chosen) <= _MOST_COMPARED:
        return Ask("product", tuple(product.name for product in of_one_kind))
    return {"products": list(chosen), **_credit_terms(text, vocabulary)}


def _afford(text: str, vocabulary: Vocabulary) -> Arguments | Ask:
    terms = _credit_terms(text, vocabulary)
    if "amount" not in terms or re.search(r"\b(?:a|per|each|every) month\b|\bmonthly\b", text, re.IGNORECASE):
        return Ask("amount")
    product = _one_product(text, vocabulary)
    return {**terms, **({"product": product} if product else {})}


def _credit_terms(text: str, vocabulary: Vocabulary) -> Arguments:
    money = said_money(text, vocabulary)
    blanked = without(text, [named.span for named in named_products(text, vocabulary.products)])
    length = duration(blanked)
    return {
        **({"amount": money.text} if money and money.value > 0 else {}),
        **({"term_months": length.in_months} if length and 0 < length.in_months <= _LONGEST_TERM else {}),
    }


def _since(text: str, vocabulary: Vocabulary) -> Arguments:
    found = since_day(text, vocabulary.as_of)
    # "My book today" is about how it stands; only what changed today is about yesterday.
    if found and found[0] == vocabulary.as_of:
        found = (found[0] - timedelta(days=1), found[1]) if re.search(r"\b(?:chang|mov|new|got|happen)", text, re.IGNORECASE) else None
    return {"since": found[0].isoformat()} if found else {}


def card_part(text: str) -> str | None:
    """Which part of a model's card the words ask for."""
    folded = text.casefold()
    return next((about for about, pattern in _CARD_WORDS.items() if re.search(pattern, folded)), None)


def _card(text: str, vocabulary: Vocabulary) -> Arguments:
    about = card_part(text)
    return {**({"about": about} if about else {}), **(_since(text, vocabulary) if about == "flows" else {})}


def _calculate(text: str, _: Vocabulary) -> Arguments | Ask:
    expression = expression_of(text)
    return {"expression": expression} if expression else Ask("query", ())


_FILLERS: Mapping[str, Filler] = {
    "spending_breakdown": _spending,
    "find_transactions": _transactions,
    "balance_forecast": _forecast,
    "recommend_product": _recommend,
    "product_question": _question,
    "compare_products": _compare,
    "affordability": _afford,
    "calculate": _calculate,
    "what_if": scenario_arguments,
    "set_goal": _goal,
    "portfolio_summary": _since,
    "model_card": _card,
}
