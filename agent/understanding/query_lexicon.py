"""The words of questions about a book: fields (from the field table), idioms, comparisons, and what may be left over."""

import re
from functools import cache

from tools.ledger.query import FIELDS, Comparison, Scalar

#: More words for fields than the field table shows on the help page.
_ALSO: dict[str, tuple[str, ...]] = {
    "balance": ("balances", "current account balance", "account balance", "on their account", "in their account", "on the account"),
    "income_monthly": ("incomes", "monthly income", "income a month", "earns", "earning", "earnings", "salaries", "wages", "make", "makes", "turnover a month"),
    "spending_monthly": ("spends", "monthly spending", "expenses", "expenditure"), "net_monthly": ("net a month", "monthly surplus"),
    "savings": ("in savings", "savings balance", "in their savings"), "loans_outstanding": ("debts", "outstanding loans", "loan balance", "owe", "owing", "outstanding debt", "borrowed"),
    "stress_score": ("stress scores", "scores", "score", "stress level"), "stress_band": ("bands", "stress bands", "risk band"),
    "days_negative_90d": ("days in the red", "overdrawn days"), "failed_debits_90d": ("failed debit", "failed payments", "bounced payments", "bounced debits", "returned debits", "failed direct debits"),
    "below_zero_3m": ("chance of going below zero",), "penalty_interest_90d": ("sanction interest",), "overdraft_limit": ("overdraft limits", "arranged overdraft", "agreed overdraft"),
    "segment": ("segments",), "persona": ("personas",), "source": ("sources", "banks"), "currency": ("currencies",), "churn_risk": ("churn risk", "risk of leaving"),
    "risk_tolerance": ("risk tolerances", "risk appetite"), "lowest_balance_90d": ("lowest balance in 90 days", "low points"), "has_card": ("credit cards", "cards", "a card"),
    "has_mortgage": ("mortgages", "a mortgage", "home loan", "home loans"), "has_loan": ("loans", "any loan", "any loans"), "has_savings": ("savings accounts", "a savings account"),
    "has_investments": ("investment", "funds", "a fund", "portfolios", "any investments"), "commitments_monthly": ("commitment",),
}  # fmt: skip
#: Fields that stand for holding something where no figure follows: "with a loan", "no savings".
HOLDING: dict[str, tuple[str, bool]] = {
    "has_mortgage": ("has_mortgage", True), "has_loan": ("has_loan", True), "has_card": ("has_card", True), "has_savings": ("has_savings", True),
    "has_investments": ("has_investments", True), "savings": ("savings", False), "loans_outstanding": ("loans_outstanding", False),
    "failed_debits_90d": ("failed_debits_90d", False), "penalty_interest_90d": ("penalty_interest_90d", False), "overdraft_limit": ("overdraft_limit", False),
    "days_negative_90d": ("days_negative_90d", False), "income_monthly": ("income_monthly", False),
}  # fmt: skip
GROUPABLE = frozenset(
    {
        "segment",
        "persona",
        "source",
        "currency",
        "stress_band",
        "churn_risk",
        "risk_tolerance",
        "has_mortgage",
        "has_loan",
        "has_card",
        "has_savings",
        "has_investments",
    }
)

#: Idioms: what they say of which field. The first that matches at a place wins, so the longer ones stand first.
IDIOMS: tuple[tuple[str, str, Comparison, Scalar | tuple[Scalar, ...]], ...] = (
    (r"(?:spend(?:ing|s)? more than (?:they |he |she |it )?(?:earn|make|get|take in)s?|liv(?:e|ing) beyond (?:their|its) means)", "net_monthly", "lt", 0),
    (r"(?:(?:will|could|might|may|going to|about to|likely to) )?(?:probably |likely |soon )?(?:run(?:ning)? out of (?:money|cash)|go(?:ing)? (?:negative|overdrawn|below zero|into the red|broke)|run short)(?: (?:soon|in (?:the next )?(?:3|three) months))?", "below_zero_3m", "ge", 0.5),
    (r"(?:likely to leave|at risk of leaving|might leave|about to leave|going to leave|high churn(?: risk)?|high attrition)", "churn_risk", "eq", "high"),
    (r"(?:negative|minus) (?:balances?|account balances?|current accounts?)|(?:balances?|accounts?) (?:is |are )?(?:negative|below (?:zero|nil|nought)|under (?:zero|water)|in the red|overdrawn)|overdrawn(?: accounts?)?|in (?:the red|their overdraft|overdraft|minus)|below (?:zero|nil)|under water", "balance", "lt", 0),
    (r"(?:positive balances?|in credit|in the black)", "balance", "ge", 0),
    (r"negative (?:net|surplus|cash ?flow)", "net_monthly", "lt", 0),
    (r"critical(?: (?:condition|band|state|stress|range))?", "stress_band", "eq", "critical"),
    (r"(?:on )?(?:the )?watch ?list(?:ed)?(?: band)?", "stress_band", "eq", "watchlist"),
    (r"healthy(?: band)?", "stress_band", "eq", "healthy"),
    (r"in (?:financial |money )?(?:trouble|difficult(?:y|ies)|distress)|struggling|heading (?:for|into|towards) (?:financial )?(?:trouble|difficult(?:y|ies))|financially stressed|under stress|stressed", "stress_band", "in", ("watchlist", "critical")),
    (r"high(?:ly)? (?:financial )?stress(?:ed)?(?: scores?)?", "stress_score", "ge", 0.7),
    (r"low (?:financial )?stress(?: scores?)?", "stress_score", "lt", 0.4),
    (r"(?:high[- ]net[- ]worth|hnwi?s?|hni|wealthy|rich|affluent|private)(?= |$)(?: banking)?", "segment", "eq", "hni"),
    (r"(?:small |micro )?(?:business(?:es)?|msmes?|compan(?:y|ies)|firms?|enterprises?)(?: (?:clients|customers))?(?! account)", "segment", "eq", "msme"),
    (r"retail|private individuals|personal customers", "segment", "eq", "retail"),
    (r"very[- ]cautious", "risk_tolerance", "eq", "very_cautious"),
    (r"very[- ]adventurous", "risk_tolerance", "eq", "very_adventurous"),
    (r"cautious", "risk_tolerance", "eq", "cautious"),
    (r"adventurous", "risk_tolerance", "eq", "adventurous"),
    (r"balanced", "risk_tolerance", "eq", "balanced"),
    (r"never (?:been )?(?:contacted|spoken to|called)|no contact (?:at all|ever|yet)", "last_contact_on", "is_null", True),
)  # fmt: skip

COMPARISONS: tuple[tuple[str, Comparison], ...] = (
    (r"(?:at least|no less than|not less than|not below|not under|minimum(?: of)?|min|from|upwards of|>=)", "ge"),
    (r"(?:at most|no more than|not more than|not above|not over|up to|maximum(?: of)?|max|<=)", "le"),
    (r"(?:above|over|more than|greater than|higher than|larger than|bigger than|exceeding|exceeds|north of|in excess of|better than|>)", "gt"),
    (r"(?:below|under|less than|lower than|smaller than|fewer than|south of|beneath|<)", "lt"),
    (r"(?:exactly|equal to|equals|=)", "eq"),
)  # fmt: skip

OPPOSITE: dict[Comparison, Comparison] = {"lt": "ge", "ge": "lt", "gt": "le", "le": "gt", "eq": "ne", "ne": "eq"}

#: Words that may be left over because they change nothing about which clients are meant. Numbers and negations never are.
FILLERS = frozenset(
    ["a", "an", "the", "of", "my", "our", "your", "all", "any", "every", "each", "in", "on", "at", "to", "for", "from", "with", "who", "whom", "whose", "which", "what", "that", "there", "their", "them", "they", "he", "she", "it", "its", "these", "those", "this", "here", "client", "clients", "customer", "customers", "people", "person", "persons", "everyone", "everybody", "somebody", "anyone", "anybody", "ones", "one", "household", "households", "account", "accounts", "holder", "holders", "is", "are", "was", "were", "be", "been", "being", "am", "do", "does", "did", "has", "have", "had", "having", "got", "get", "hold", "holds", "holding", "own", "owns", "keep", "keeps", "carry", "i", "me", "we", "us", "you", "please", "can", "could", "would", "will", "should", "show", "list", "give", "find", "tell", "display", "see", "view", "name", "names", "fetch", "return", "identify", "me", "want", "need", "know", "like", "let's", "let", "also", "just", "only", "now", "currently", "today", "right", "moment", "present", "book", "portfolio", "base", "and", "or", "but", "then", "so", "as", "well", "plus", "both", "either", "still", "already", "again", "too", "how", "many", "much", "number", "count", "total", "sum", "average", "mean", "median", "money", "pounds", "pound", "gbp", "month", "monthly", "per", "by", "where", "when", "if", "whether", "clientele", "bank", "kind", "type", "status", "value", "values", "amount", "amounts", "figure", "figures", "worth", "having", "segment", "band", "tolerance", "risk", "profile", "appetite", "investors", "investor", "range", "condition", "level", "group", "category", "current", "sort", "sorted", "order", "ordered", "rank", "ranked", "up", "out", "ok", "okay", "hi", "hello", "hey", "thanks", "s"]
)  # fmt: skip
NEGATIONS = frozenset(
    [
        "not",
        "no",
        "without",
        "don't",
        "doesn't",
        "haven't",
        "hasn't",
        "isn't",
        "aren't",
        "never",
        "neither",
        "nor",
        "except",
        "excluding",
        "exclude",
        "nobody",
        "none",
        "cannot",
        "can't",
        "won't",
        "didn't",
        "wasn't",
        "weren't",
        "non",
        "lack",
        "lacks",
        "lacking",
        "minus",
    ]
)


@cache
def field_words() -> tuple[tuple[str, str], ...]:
    """Spoken words -> field, the longest first; from the labels and words of the field table and the ones above."""
    found: dict[str, str] = {}
    for name, field in FIELDS.items():
        for words in (*field.doc.words, field.doc.label, name.replace("_", " "), *_ALSO.get(name, ())):
            found.setdefault(words.casefold(), name)
    return tuple(sorted(found.items(), key=lambda pair: -len(pair[0])))


@cache
def field_pattern() -> str:
    """One pattern that matches the words of any field, the longest first."""
    return "(?:" + "|".join(re.escape(words) for words, _ in field_words()) + ")"


@cache
def _field_of_words() -> dict[str, str]:
    return dict(field_words())


def field_named(words: str) -> str:
    """The field that these exact words mean."""
    return _field_of_words()[" ".join(words.casefold().split())]
