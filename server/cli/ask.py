"""`personaforge ask`: one turn without a server, or a file of them."""

import asyncio
import json
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from agent.context import Principal
from tools.errors import PersonaForgeError, UsageError

if TYPE_CHECKING:
    from server.bank import Bank


def ask(
    text: Annotated[list[str] | None, typer.Argument(help="What to ask.")] = None,
    login: Annotated[str, typer.Option("--as", help="Login, or a role: customer, rm, staff.")] = "customer",
    thread: Annotated[str | None, typer.Option("--thread", help="Go on in a conversation.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole turn as JSON.")] = False,
    file: Annotated[Path | None, typer.Option("--file", help="JSON lines {id, as or role, text, context?}; one JSON line each.")] = None,
) -> None:
    """Ask one question and print the checked reply."""
    from server.cli.opened import open_bank

    if file is None and not text:
        raise UsageError('Nothing was asked. Write the question: personaforge ask "how am I doing?"', code="empty")
    bank = open_bank()
    bank.require_customers()
    asyncio.run(_ask_file(bank, file) if file else _ask_one(bank, login, thread, " ".join(text or ()), as_json))


async def _ask_one(bank: "Bank", login: str, thread: str | None, text: str, as_json: bool) -> None:
    from server.cli.opened import principal_named

    principal = principal_named(bank, login)
    thread_id = bank.threads.thread(principal.subject, thread).id if thread else bank.threads.create(principal.subject, text[:60]).id
    async with bank.conversation():
        turn = await answered(bank, principal, thread_id, text)
    print(json.dumps(turn, ensure_ascii=False) if as_json else _readable(turn))


async def _ask_file(bank: "Bank", file: Path) -> None:
    """Every line is answered; one that cannot be gets a line with its error, and the others go on."""
    async with bank.conversation():
        for number, line in enumerate(_lines(file), 1):
            try:
                asked = _asked(line, number)
                print(json.dumps(await _ask_line(bank, asked), ensure_ascii=False), flush=True)
            except PersonaForgeError as error:
                print(json.dumps({"id": _id_of(line, number), "error": {"code": error.code, "message": error.message}}), flush=True)


async def _ask_line(bank: "Bank", asked: dict[str, Any]) -> dict[str, Any]:
    from server.cli.opened import principal_named

    principal = principal_named(bank, str(asked.get("as") or asked.get("role") or "customer"))
    thread = bank.threads.create(principal.subject, "asked from a file")
    try:
        for earlier in asked.get("context") or ():
            await answered(bank, principal, thread.id, str(earlier))
        turn = await answered(bank, principal, thread.id, str(asked["text"]))
    finally:
        bank.threads.delete(principal.subject, thread.id)
        await bank.forget_thread(thread.id)
    return {**turn, "id": asked["id"]}


async def answered(bank: "Bank", principal: Principal, thread_id: str, text: str) -> dict[str, Any]:
    """Run one turn and gather it: `{id, thread, language, capabilities, specialists, reply, blocks, facts, citations, verdict, seconds}`."""
    from agent.reply import Reply
    from agent.turn import accepted_text

    words = accepted_text(text)
    run_id = uuid.uuid4().hex
    bank.runs.claim(principal.subject, thread_id, run_id, words)
    blocks: list[dict[str, Any]] = []
    turn: dict[str, Any] = {"id": run_id, "thread": thread_id, "capabilities": [], "specialists": [], "facts": {}}
    try:
        async for message in bank.run_messages(principal, thread_id, run_id, words):
            _gather(message, turn, blocks)
    except BaseException:
        bank.runs.set_state(run_id, "failed")
        raise
    bank.runs.set_state(run_id, "finished")
    reply = Reply.model_validate({"language": turn["language"], "blocks": tuple(blocks), "verdict": turn["verdict"]})
    citations = [
        {key: block[key] for key in ("number", "document", "version", "passage", "quote")}
        for block in blocks
        if block["type"] == "citation"
    ]
    return {
        "id": turn["id"],
        "thread": turn["thread"],
        "language": turn["language"],
        "capabilities": turn["capabilities"],
        "specialists": turn["specialists"],
        "reply": reply.plain_text(),
        "blocks": blocks,
        "facts": list(turn["facts"].values()),
        "citations": citations,
        "verdict": {"outcome": turn["verdict"]["outcome"], "rules": turn["verdict"]["rules"]},
        "model": turn["model"],
        "fell_back": turn["fell_back"],
        "record": turn["record"],
        "seconds": turn["seconds"],
    }


def _gather(message: dict[str, Any], turn: dict[str, Any], blocks: list[dict[str, Any]]) -> None:
    match message:
        case {"kind": "step", "phase": "end", "name": "intake", "capability": _}:
            turn["capabilities"].append(message["capability"])
        case {"kind": "tool", "phase": "start"}:
            turn["capabilities"].append({"name": message["name"], "arguments": message["arguments"]})
        case {"kind": "specialist", "phase": "start"}:
            turn["specialists"].append(message["name"])
        case {"kind": "facts"}:
            turn["facts"] |= message["facts"]
        case {"kind": "block"}:
            blocks.append(message["block"])
        case {"kind": "finished"}:
            turn.update({key: message[key] for key in ("verdict", "model", "fell_back", "language", "seconds", "record")})
        case _:
            pass


def _readable(turn: dict[str, Any]) -> str:
    verdict = turn["verdict"]["outcome"]
    used = ", ".join(dict.fromkeys(call["name"] for call in turn["capabilities"])) or "no tool"
    return f"{turn['reply']}\n\n[{verdict}; {used}; {turn['seconds']} s; thread {turn['thread']}]"


def _lines(file: Path) -> Iterator[str]:
    try:
        content = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{file} cannot be read ({type(error).__name__}). Give a UTF-8 file of JSON lines.", code="bad_file") from None
    return (line for line in content.splitlines() if line.strip())


def _asked(line: str, number: int) -> dict[str, Any]:
    asked = _object(line)
    if not isinstance(asked.get("text"), str):
        raise UsageError(f'Line {number} is no question. Write {{"id": …, "as": "anna", "text": …}}.', code="bad_line")
    return {"id": number, **asked}


def _id_of(line: str, number: int) -> Any:
    return _object(line).get("id", number)


def _object(line: str) -> dict[str, Any]:
    """The line as a JSON object; empty when it is none."""
    try:
        found = json.loads(line)
    except json.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {}
