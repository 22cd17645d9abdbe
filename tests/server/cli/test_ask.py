import json
from pathlib import Path

import pytest

from tests.small_bank import SmallBank

TURN = {
    "id": str, "thread": str, "language": str, "capabilities": list, "specialists": list, "reply": str, "blocks": list, "facts": list,
    "citations": list, "verdict": dict, "seconds": float,
}  # fmt: skip


def test_json_is_one_line_with_the_documented_keys(command, shared_bank: SmallBank):
    ended = command("ask", "--as", "anna", "--json", "how am I doing, and which savings account would suit me?")
    assert ended.status == 0
    (line,) = ended.lines
    turn = json.loads(line)
    assert {key: type(turn[key]) for key in TURN} == TURN
    assert {"risk_analyst", "product_advisor"} <= set(turn["specialists"])
    assert {"stress_status", "recommend_product"} <= {call["name"] for call in turn["capabilities"]}
    assert all(set(call) == {"name", "arguments"} for call in turn["capabilities"])
    assert set(turn["verdict"]) == {"outcome", "rules"}
    assert turn["verdict"]["outcome"] in {"pass", "repair"}
    assert {"id", "label", "value", "unit", "as_of", "source"} <= set(turn["facts"][0])
    shown = {span["id"] for block in turn["blocks"] if block["type"] == "text" for sentence in block["sentences"] for span in sentence["spans"] if span["kind"] == "fact"}  # fmt: skip
    assert shown
    assert shown <= {fact["id"] for fact in turn["facts"]}
    assert "£" in turn["reply"]


def test_words_may_stand_unquoted_and_a_role_means_its_usual_login(command, shared_bank: SmallBank):
    as_login = json.loads(command("ask", "--as", "rm1", "--json", "how", "is", "Tom", "Hughes", "doing?").out)
    as_role = json.loads(command("ask", "--as", "rm", "--json", "how is Tom Hughes doing?").out)
    assert as_login["reply"] == as_role["reply"]
    assert "Tom Hughes" in as_login["reply"]
    assert command("ask", "what is my balance?").out.startswith("You are talking to the bank’s AI assistant")


def test_a_policy_is_answered_with_its_citation(command, shared_bank: SmallBank):
    turn = json.loads(command("ask", "--as", "anna", "--json", "is my money protected if the bank fails?").out)
    assert turn["citations"]
    assert set(turn["citations"][0]) == {"number", "document", "version", "passage", "quote"}
    assert turn["citations"][0]["document"] == "deposit-protection"


def test_a_thread_goes_on_and_only_the_own_one(command, shared_bank: SmallBank):
    first = json.loads(command("ask", "--as", "anna", "--json", "can I afford a 5k personal loan over 3 years?").out)
    then = json.loads(command("ask", "--as", "anna", "--json", "--thread", first["thread"], "and if it were 10k?").out)
    assert then["thread"] == first["thread"]
    assert then["capabilities"][0] == {"name": "affordability", "arguments": {**first["capabilities"][0]["arguments"], "amount": "10000"}}
    for login, thread in (("tom", first["thread"]), ("anna", "t-unknown")):
        foreign = command("ask", "--as", login, "--thread", thread, "hello")
        assert (foreign.status, foreign.out) == (1, "")
        assert foreign.err.count("\n") == 1


def test_a_file_is_answered_line_by_line_and_bad_lines_stop_nobody(command, shared_bank: SmallBank, tmp_path: Path):
    file = tmp_path / "questions.jsonl"
    file.write_text(
        "\n".join([
            json.dumps({"id": "a", "as": "anna", "text": "what is my balance?"}),
            "not json",
            json.dumps({"id": "b", "as": "nobody", "text": "hello"}),
            json.dumps({"id": "c", "role": "rm"}),
            "",
            json.dumps({"id": "d", "as": "anna", "text": "   "}),
            json.dumps({"id": "e", "as": "anna", "text": "x" * 50_000}),
            json.dumps({"id": "f", "role": "customer", "text": "and if it were 10k?", "context": ["can I afford a 5k personal loan over 3 years?"]}),
        ])
    )  # fmt: skip
    ended = command("ask", "--file", file)
    assert ended.status == 0
    answers = [json.loads(line) for line in ended.lines]
    assert [answer["id"] for answer in answers] == ["a", 2, "b", "c", "d", "e", "f"]
    codes = [answer.get("error", {}).get("code") for answer in answers]
    assert codes == [None, "bad_line", "unknown_login", "bad_line", "empty", "too_long", None]
    assert all(answer["error"]["message"].endswith(".") for answer in answers if "error" in answer)
    assert set(answers[0]) >= set(TURN)
    assert answers[-1]["capabilities"][0]["arguments"]["amount"] == "10000"


def test_threads_of_a_file_are_thrown_away(command, own_bank: SmallBank, tmp_path: Path):
    file = tmp_path / "questions.jsonl"
    file.write_text(json.dumps({"id": 1, "as": "anna", "text": "hello"}))
    assert command("ask", "--file", file).status == 0
    bank = own_bank.open()
    anna = bank.accounts.account_of_login("anna")
    assert anna is not None
    assert bank.threads.threads(anna.subject) == ()
    assert bank.audit.verify().holds


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (("ask",), 2, "Nothing was asked"),
        (("ask", "--as", "nobody", "hello"), 1, "personaforge user list"),
        (("ask", "--as", "anna", "  "), 2, "The message is empty"),
        (("ask", "--as", "anna", "x" * 50_000), 2, "Shorten it"),
        (("ask", "--file", "nowhere.jsonl"), 2, "nowhere.jsonl cannot be read"),
        (("ask", "--fly", "x"), 2, "No such option"),
    ],
)
def test_what_cannot_be_asked_is_said_in_a_sentence(command, shared_bank: SmallBank, arguments, status: int, words: str):
    ended = command(*arguments)
    assert (ended.status, ended.out) == (status, "")
    assert words in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("arguments", [("ask", "hello"), ("chat",)])
def test_before_there_is_a_bank_the_command_says_how_to_get_one(command, empty_home: Path, arguments):
    ended = command(*arguments)
    assert (ended.status, ended.out) == (1, "")
    assert (
        ended.err == "There is no bank here yet. Run `personaforge seed` for the demo bank, or `personaforge import` for your own data.\n"
    )


def test_chat_talks_until_an_empty_line(command, shared_bank: SmallBank, monkeypatch: pytest.MonkeyPatch):
    said = iter(["what is my balance?", "x" * 5_000, "and in six months?", ""])
    monkeypatch.setattr("builtins.input", lambda _prompt: next(said))
    ended = command("chat", "--as", "anna")
    assert ended.status == 0
    assert "Signed in as Anna Keller." in ended.out
    assert "£" in ended.out
    assert "Shorten it" in ended.err
    assert ended.err.count("figures traced") == 2
