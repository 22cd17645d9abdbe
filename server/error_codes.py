"""One registry of everything that can be said to have gone wrong: code, HTTP status, socket close code, exit code, remedy.

A code is stable: clients, scripts and the help page rely on it. An error whose own code is not listed is treated as its class.
"""

import errno
from typing import NamedTuple

from tools.errors import PersonaForgeError, UnavailableError


class ErrorCode(NamedTuple):
    """What one code means outside of Python.

    Attributes:
        http: status of a REST answer.
        close: code with which a socket is closed, or None when an `error` frame is enough and the socket stays open.
        exit: exit status of a command: 1 failed, 2 wrong usage.
        remedy: what to do, for errors whose own message cannot say it.
    """

    code: str
    http: int
    close: int | None
    exit: int
    remedy: str


_ROWS: tuple[ErrorCode, ...] = (
    # The tree of tools/errors.py.
    ErrorCode("bad_slot", 500, None, 1, "Report the incident; the safe reply was given instead."),
    ErrorCode("internal", 500, None, 1, "Try again; if it happens again, report the incident number."),
    ErrorCode("usage", 400, None, 2, "Correct the request and send it again."),
    ErrorCode("bad_amount", 400, None, 2, "Give an amount such as 1200.50."),
    ErrorCode("bad_query", 400, None, 2, "Use the fields and comparisons of the help page."),
    ErrorCode("bad_import", 400, None, 2, "Check the file and its format."),
    ErrorCode("bad_expression", 400, None, 2, "Use numbers with + - * / and brackets."),
    ErrorCode("bad_filter", 400, None, 2, "Give the smaller amount and the earlier day first."),
    ErrorCode("bad_scenario", 400, None, 2, "Change the value that the message names."),
    ErrorCode("bad_insight_key", 422, None, 2, "Use the key that the insight came with."),
    ErrorCode("bad_cutoff", 400, None, 2, "Give a day like 1993-12-31 that lies inside the data."),
    ErrorCode("bad_priors", 400, None, 2, "Make priors with `personaforge train twin`."),
    ErrorCode("future_priors", 400, None, 2, "Train priors with --until at the cutoff or earlier."),
    ErrorCode("goal_too_far", 400, None, 2, "Choose a day that is nearer, or none."),
    ErrorCode("other_currency", 409, None, 1, "Set the goal in the currency of the accounts."),
    ErrorCode("plan_full", 409, None, 1, "Take a goal out of the plan first."),
    ErrorCode("bad_horizon", 400, None, 2, "Ask for fewer months."),
    ErrorCode("bad_paths", 400, None, 2, "Use a number of paths that the message allows."),
    ErrorCode("bad_outlook", 500, None, 1, "Make twin and outlook from the same history."),
    ErrorCode("no_parquet", 503, None, 1, "Install the extra `personaforge[parquet]`, or write CSV."),
    ErrorCode("unknown_need", 400, None, 2, "Use one of the needs that the message lists."),
    ErrorCode("bad_persona", 400, None, 2, "Correct the persona where the message says so."),
    ErrorCode("unknown_persona", 400, None, 2, "Use one of the personas that the message lists."),
    ErrorCode("unknown_category", 400, None, 2, "Use one of the categories that the message lists."),
    ErrorCode("no_rate_for_amount", 422, None, 1, "Choose another amount or another product."),
    ErrorCode("bad_rules", 500, None, 2, "Correct the file of rules that the message names."),
    ErrorCode("no_stream", 500, None, 2, "Set PERSONAFORGE_STREAM to the folder where files of events appear."),
    ErrorCode("other_bank", 409, None, 2, "Give the seed that the demo bank was made with: --seed N."),
    ErrorCode("unknown_rules", 400, None, 2, "Use one of the sets of rules that the message lists."),
    ErrorCode("bad_signals", 500, None, 2, "Correct the value that the message names in signals.toml."),
    ErrorCode("bad_activity", 500, None, 1, "Rebuild the activity of this customer from the bookings."),
    ErrorCode("bad_model", 400, None, 2, "Make the model with `personaforge train stress`."),
    ErrorCode("unknown_input", 400, None, 2, "Train the model again with this version, on data of this format."),
    ErrorCode("forbidden_input", 400, None, 2, "Train the model without the input that the message names."),
    ErrorCode("champion_stands", 409, None, 1, "Train on more data, or write to another file."),
    ErrorCode("bad_constants", 500, None, 2, "Correct the row that the message names in constants.toml."),
    ErrorCode("bad_book", 400, None, 2, "Simulate twins of one business date together."),
    ErrorCode("bad_comparison", 400, None, 2, "Give policies of different names, enough customers and enough draws."),
    ErrorCode("bad_log", 400, None, 2, "Log each decision with the chance that it had."),
    ErrorCode("bad_policy", 400, None, 2, "Learn a policy with `personaforge train intervention`."),
    ErrorCode("same_customers", 400, None, 2, "Evaluate with another seed than the one that was learned on."),
    ErrorCode("bad_file", 400, None, 2, "Give the path of a file that can be read."),
    ErrorCode("bad_line", 400, None, 2, "Write one JSON object with `text` on the line that the message names."),
    ErrorCode("bad_case", 400, None, 2, "Correct the line of the case file that the message names."),
    ErrorCode("bad_catalogue", 500, None, 2, "Correct the front matter that the message names."),
    ErrorCode("not_found", 404, None, 1, "Check the reference; what is not yours is not shown."),
    ErrorCode("refused", 403, None, 1, "Ask someone whose role allows it."),
    ErrorCode("conflict", 409, None, 1, "Load the newest state and try again."),
    ErrorCode("too_short", 422, None, 1, "Ask again when there is more history."),
    ErrorCode("unavailable", 503, None, 1, "Run `personaforge doctor` to see what is missing."),
    # Messages to customers.
    ErrorCode("not_delivered", 503, None, 1, "It is tried again; check the address of the channel in the settings."),
    ErrorCode("undeliverable", 422, None, 1, "Correct the customer's address, or call."),
    # Set-up.
    ErrorCode("bad_setting", 500, None, 2, "Correct the setting that the message names; README lists them."),
    ErrorCode("lost_key", 503, 1011, 1, "Restore PERSONAFORGE_HOME/keys from its backup."),
    ErrorCode("open_key", 503, 1011, 1, "Run `chmod 600` on the key file."),
    ErrorCode("bad_store_url", 500, None, 2, "Give sqlite:///path/to/file or postgresql://user@host/name."),
    ErrorCode("store_driver", 503, 1011, 1, "Install the extra `personaforge[postgres]`."),
    ErrorCode("store_locked", 503, None, 1, "Let the other command finish, then try again."),
    ErrorCode("store_full", 507, None, 1, "Free some disk space; nothing was lost."),
    ErrorCode("store_not_writable", 503, 1011, 1, "Check the permissions of PERSONAFORGE_HOME."),
    ErrorCode("store_damaged", 503, 1011, 1, "Restore the database from PERSONAFORGE_HOME/backups."),
    ErrorCode("store_not_migrated", 503, 1011, 1, "Start the server or run `personaforge seed` once."),
    ErrorCode("store_unreachable", 503, None, 1, "Check that the database runs and PERSONAFORGE_DATABASE_URL is right."),
    ErrorCode("damaged_record", 503, None, 1, "Restore the database from PERSONAFORGE_HOME/backups."),
    ErrorCode("erased", 409, None, 1, "Nothing can be done: the person had it erased."),
    ErrorCode("starting", 503, None, 1, "Try again in a moment."),
    ErrorCode("not_summarised", 503, None, 1, "Try again in a minute."),
    ErrorCode("anchors_not_writable", 503, None, 1, "Check the permissions of PERSONAFORGE_HOME."),
    ErrorCode("unknown_login", 404, None, 1, "Use a login that `personaforge user list` shows."),
    ErrorCode("newer_schema", 503, 1011, 1, "Install the version that wrote this database, or a newer one."),
    ErrorCode("no_bank", 503, 1011, 1, "Run `personaforge seed` or `personaforge import` first."),
    ErrorCode("model_failed", 502, None, 1, "Try again; the built-in model answers meanwhile."),
    # Accounts and sessions.
    ErrorCode("bad_credentials", 401, 1008, 1, "Check login, password and code."),
    ErrorCode("code_needed", 401, 1008, 1, "Enter the code of your authenticator app."),
    ErrorCode("no_second_factor", 403, 1008, 1, "Ask an administrator to run `personaforge user totp`."),
    ErrorCode("locked", 429, 1008, 1, "Wait fifteen minutes, then try again."),
    ErrorCode("expired", 401, 1008, 1, "Sign in again."),
    ErrorCode("csrf", 403, 1008, 1, "Reload the page and try again."),
    ErrorCode("bad_origin", 403, 1008, 1, "Open the bank's own address, or add the origin to PERSONAFORGE_ORIGINS."),
    ErrorCode("bad_ticket", 401, 1008, 1, "Ask for a new ticket and connect again."),
    ErrorCode("weak_password", 422, None, 2, "Choose a longer or less common password."),
    ErrorCode("bad_login", 422, None, 2, "Use 3 to 40 small letters, digits, dots, dashes or underscores."),
    ErrorCode("bad_name", 422, None, 2, "Use a name of 1 to 100 characters."),
    ErrorCode("login_taken", 409, None, 1, "Choose another login."),
    ErrorCode("bad_invitation", 404, None, 1, "Ask the bank for a new invitation."),
    # The wire.
    ErrorCode("bad_request", 422, None, 2, "Correct the field that the message names."),
    ErrorCode("bad_frame", 400, None, 1, "Send one JSON object with a known `op`."),
    ErrorCode("bad_protocol", 400, 1002, 1, "Reload the page to get the matching version."),
    ErrorCode("no_hello", 408, 1008, 1, "Send `hello` with a ticket within ten seconds."),
    ErrorCode("frame_too_big", 413, 1009, 1, "Send a smaller frame."),
    ErrorCode("slow_reader", 503, 1013, 1, "Connect again; the events are kept."),
    ErrorCode("run_id_used", 409, None, 1, "Send the message with a new id."),
    ErrorCode("run_taken_over", 409, None, 1, "Attach to the run instead."),
    ErrorCode("duplicate_run", 409, None, 1, "Attach to the run, or send the message with a new id."),
    ErrorCode("too_long", 413, None, 2, "Shorten the message."),
    ErrorCode("empty", 422, None, 2, "Write a message."),
    ErrorCode("rate", 429, None, 1, "Wait a moment, then try again."),
    ErrorCode(
        "network_off", 400, None, 2, "Set PERSONAFORGE_NETWORK_LEGAL_BASIS, or give a model that does not read the stress of neighbours."
    ),
    ErrorCode("no_such_method", 405, None, 2, "Use a method that the address allows; /openapi.json lists them."),
)

ERROR_CODES: dict[str, ErrorCode] = {row.code: row for row in _ROWS}

_BY_STATUS = {401: "expired", 403: "refused", 404: "not_found", 405: "no_such_method", 409: "conflict", 413: "too_long", 429: "rate"}


def meaning_of(error: PersonaForgeError) -> ErrorCode:
    """The row of an error: by its own code, else by the code of its nearest listed class."""
    for code in (error.code, *(getattr(kind, "code", "") for kind in type(error).__mro__)):
        if code in ERROR_CODES:
            return ERROR_CODES[code]
    return ERROR_CODES["internal"]


def code_of_status(status: int) -> ErrorCode:
    """The row that fits a bare HTTP status, for errors that the web framework raises itself."""
    return ERROR_CODES[_BY_STATUS.get(status, "usage" if status < 500 else "internal")]


def recognised(error: BaseException) -> PersonaForgeError | None:
    """The error of our tree behind a failure of disk or database, or None for what is a defect.

    Looks through what the error wraps, so that a driver's exception is known however it was passed on.
    """
    for cause in _chain(error):
        if isinstance(cause, PersonaForgeError):
            return cause
        text = str(cause).lower()
        if getattr(cause, "errno", None) in (errno.ENOSPC, errno.EDQUOT) or "disk is full" in text or "no space left" in text:
            return UnavailableError(
                "The disk is full, and nothing of this request was kept. Free some space, then try again.", code="store_full"
            )
        if "database is locked" in text or "lock timeout" in text:
            return UnavailableError("Another command is writing to the database. Wait for it to end, then try again.", code="store_locked")
    return None


def exit_code(error: BaseException) -> int:
    """Exit status of a command that failed with `error`."""
    known = recognised(error)
    return 1 if known is None else meaning_of(known).exit


def _chain(error: BaseException) -> list[BaseException]:
    found: list[BaseException] = []
    following: BaseException | None = error
    while following is not None and following not in found:
        found.append(following)
        # SQLAlchemy keeps the driver's exception in `orig`. What merely happened earlier (`__context__`) explains nothing.
        following = getattr(following, "orig", None) or following.__cause__
    return found
