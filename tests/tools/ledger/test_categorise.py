import pytest

from tools.errors import UsageError
from tools.ledger.categorise import categorise, load_rules, normalised, operation_of, rule_set
from tools.ledger.category import CATEGORIES, category

UK = load_rules("uk_statement")
BERKA = load_rules("berka")


def test_the_list_is_closed():
    assert category("groceries").label == "Groceries"
    with pytest.raises(UsageError, match=r"no category 'sweets'\. Use one of: salary") as caught:
        category("sweets")
    assert caught.value.code == "unknown_category"


def test_every_category_has_words_and_no_word_means_two():
    words = [word for each in CATEGORIES.values() for word in each.synonyms]
    assert all(each.synonyms for each in CATEGORIES.values())
    assert len(words) == len(set(words))
    assert len(CATEGORIES) >= 43


@pytest.mark.parametrize(
    ("description", "amount", "expected"),
    [
        ("TESCO STORES 3213 LONDON", -2310, "groceries"),
        ("CARD PAYMENT TO SAINSBURY'S S/MKTS", -2310, "groceries"),
        ("TESCO MOBILE", -1500, "phone_internet"),
        ("TESCO PAY AT PUMP 4411", -5000, "fuel"),
        ("AMAZON PRIME*AB12", -899, "subscriptions"),
        ("AMZN Mktp UK*2K4", -1299, "shopping"),
        ("UBER *EATS HELP.UBER.COM", -1820, "dining"),
        ("UBER *TRIP", -920, "transport"),
        ("NETFLIX.COM", -1099, "subscriptions"),
        ("DWP UC 4343", 40000, "benefits"),
        ("ACME LTD SALARY", 230000, "salary"),
        ("PAYROLL MARCH", -230000, "payroll"),
        ("BRITISH GAS DD", -8000, "utilities"),
        ("LB HACKNEY COUNCIL TAX", -15000, "council_tax"),
        ("HALIFAX MORTGAGE 0012", -95000, "mortgage"),
        ("BARCLAYCARD", -20000, "card_repayment"),
        ("KLARNA*ASOS", -3000, "lending_apps"),
        ("BET365", -2000, "gambling"),
        ("COINBASE UK LTD", -10000, "crypto"),
        ("TO SAVINGS POT", -10000, "saving"),
        ("TRANSFER TO MY OWN ACCOUNT", -10000, "internal_transfer"),
        ("GROSS INTEREST TO 31MAR", 12, "interest_received"),
        ("ARRANGED OVERDRAFT INTEREST", -412, "overdraft_interest"),
        ("UNPAID DD CHARGE", -1000, "fees"),
        ("HMRC SELF ASSESSMENT", -200000, "taxes"),
        ("ASOS REFUND", 4500, "refunds"),
        ("FASTER PAYMENT J SMITH", 4500, "transfer_in"),
        ("FASTER PAYMENT J SMITH", -4500, "transfer_out"),
        ("LNK CASH MACHINE HIGH ST", -5000, "cash"),
        ("ZQXV 0001", -100, "other"),
    ],
)
def test_british_statement_lines(description: str, amount: int, expected: str):
    assert categorise(description, None, amount, "other", UK) == expected


def test_the_counterparty_counts_as_much_as_the_description():
    assert categorise("ref 4411", "Octopus Energy", -9000, "direct_debit", UK) == "utilities"


def test_where_no_name_is_known_the_kind_of_movement_decides():
    assert categorise("ZQXV", None, -100, "fee", UK) == "fees"
    assert categorise("ZQXV", None, -100, "transfer_out", UK) == "transfer_out"
    assert categorise("ZQXV", None, 100, "salary", UK) == "salary"


@pytest.mark.parametrize(
    ("codes", "amount", "expected"),
    [
        ("VYBER SANKC. UROK", -300, "penalty_interest"),
        (" UROK", 7380, "interest_received"),
        ("PREVOD Z UCTU DUCHOD", 500000, "pension"),
        ("PREVOD NA UCET UVER", -803320, "loan_repayment"),
        ("PREVOD NA UCET POJISTNE", -20000, "insurance"),
        ("PREVOD NA UCET SIPO", -340000, "household"),
        ("VYBER SIPO", -340000, "household"),
        ("VYBER SLUZBY", -1460, "fees"),
        ("VKLAD ", 70000, "cash"),
        ("VYBER KARTOU ", -70000, "cash"),
        ("PREVOD Z UCTU ", 500000, "transfer_in"),
        ("PREVOD NA UCET ", -500000, "transfer_out"),
    ],
)
def test_the_codes_of_the_czech_bank(codes: str, amount: int, expected: str):
    assert categorise(codes, None, amount, "other", BERKA) == expected


def test_text_is_compared_without_case_accents_and_punctuation():
    assert normalised("Café  NERO*12", None, "d.o.o.") == "cafe nero 12 d o o"


@pytest.mark.parametrize(
    ("text", "amount", "expected"),
    [
        ("DIRECT DEBIT BRITISH GAS", -100, "direct_debit"),
        ("STANDING ORDER RENT", -100, "standing_order"),
        ("CONTACTLESS PRET", -100, "card"),
        ("ATM HIGH STREET", -100, "cash_out"),
        ("ACME WAGES", 100, "salary"),
        ("BANK GIRO CREDIT", 100, "transfer_in"),
        ("something", 100, "other"),
    ],
)
def test_the_kind_of_movement_is_read_off_the_text(text: str, amount: int, expected: str):
    assert operation_of(text, amount, UK) == expected


@pytest.mark.parametrize(
    "row",
    [{"category": "sweets", "pattern": "x"}, {"category": "other", "pattern": "("}, {"category": "other", "pattern": "x", "sign": "up"}],
)
def test_rules_that_do_not_hold_are_refused(row: dict[str, str]):
    with pytest.raises(UsageError):
        rule_set("mine", {"rule": [row]})


def test_unknown_rules_name_the_known_ones():
    with pytest.raises(UsageError, match=r"Use one of: berka, uk_statement"):
        load_rules("french")
