"""Every setting of PersonaForge, read from the environment once. This file is the only reader of the environment."""

import difflib
import os
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Any, Literal, NamedTuple, TypeVar, get_args
from urllib.parse import urlsplit

from pydantic import Field, SecretStr

from tools.errors import UsageError
from tools.product import Jurisdiction
from tools.value import Value

Routing = Literal["hybrid", "model"]
LogLevel = Literal["debug", "info", "warning", "error"]

T = TypeVar("T")


class Setting(NamedTuple):
    """One row of the table of settings, which README repeats."""

    name: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting("PERSONAFORGE_HOME", ".personaforge", "folder of all state: database, keys, index, backups"),
    Setting("PERSONAFORGE_DATABASE_URL", "SQLite file in the home folder", "`sqlite:///FILE` or `postgresql://USER:PASSWORD@HOST/NAME`"),
    Setting("PERSONAFORGE_HOST", "127.0.0.1", "address the server listens on"),
    Setting("PERSONAFORGE_PORT", "8000", "port the server listens on, 1 to 65535"),
    Setting(
        "PERSONAFORGE_ORIGINS", "", "further web origins that may call the server, separated by commas, such as `https://bank.example`"
    ),
    Setting("PERSONAFORGE_SECURE_COOKIES", "off on a loopback address, else on", "`on` or `off`: cookies and HSTS for HTTPS only"),
    Setting("PERSONAFORGE_DEMO", "off", "`on` or `off`: fill an empty store with the demo bank when the server starts"),
    Setting("PERSONAFORGE_JURISDICTION", "uk", "rule pack for accounts that name none: `uk`, `eu`, `us` or `in`"),
    Setting("PERSONAFORGE_MODEL", "", "model name at an OpenAI-compatible endpoint; empty for the built-in model"),
    Setting("OPENAI_API_KEY", "", "key of the endpoint"),
    Setting("OPENAI_BASE_URL", "", "address of the endpoint; empty for the one of OpenAI"),
    Setting("PERSONAFORGE_ROUTING", "hybrid", "`hybrid`: the built-in understanding plans what it covers; `model`: the model plans always"),
    Setting("PERSONAFORGE_MODEL_TIMEOUT_SECONDS", "30", "longest wait for the model before the built-in one answers, 1 to 600"),
    Setting("PERSONAFORGE_CHROMA_URL", "", "address of a Chroma server; empty for an index in the home folder"),
    Setting("PERSONAFORGE_STREAM", "", "folder in which `personaforge worker` takes events from `*.jsonl` files"),
    Setting(
        "PERSONAFORGE_NETWORK_LEGAL_BASIS",
        "",
        "why the bank may look at the stress of customers who pay each other, such as `Art. 6(1)(f) GDPR, assessment of 2026-11-02`; empty: it does not",
    ),
    Setting(
        "PERSONAFORGE_SMTP_URL",
        "",
        "mail server for approved e-mails, `smtp://`, `smtps://` or `smtp+starttls://USER:PASSWORD@HOST:PORT`; empty for the folder `outbox`",
    ),
    Setting("PERSONAFORGE_MAIL_FROM", "", "address that e-mails come from"),
    Setting("PERSONAFORGE_SMS_URL", "", "address that takes approved short messages as webhooks; empty for the folder `outbox`"),
    Setting("PERSONAFORGE_CHAT_APP_URL", "", "address that takes approved chat messages as webhooks; empty for the folder `outbox`"),
    Setting("PERSONAFORGE_WEBHOOK_SECRET", "", "secret that signs webhooks"),
    Setting("PERSONAFORGE_LOG_LEVEL", "info", "`debug`, `info`, `warning` or `error`"),
)

_BY_NAME = {setting.name: setting for setting in SETTINGS}
_LONGEST_BASIS = 200
_SWITCH = {"on": True, "1": True, "true": True, "yes": True, "off": False, "0": False, "false": False, "no": False}


class Settings(Value):
    """The settings of one process, checked.

    Attributes:
        database_url: SQLAlchemy address; PostgreSQL always by psycopg. Kept out of the representation: it may hold a password.
        model: name of the model at the endpoint, or None for the built-in one.
        network_legal_basis: the text of the basis on which neighbours' stress is looked at; None while that is off.
        unknown: names in the environment that start like ours and are no setting.
    """

    home: Path
    database_url: str = Field(repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    origins: tuple[str, ...] = ()
    secure_cookies: bool = False
    demo: bool = False
    jurisdiction: Jurisdiction = "uk"
    model: str | None = None
    openai_api_key: SecretStr | None = None
    openai_base_url: str | None = None
    routing: Routing = "hybrid"
    model_timeout_seconds: float = 30.0
    chroma_url: str | None = None
    stream: Path | None = None
    network_legal_basis: str | None = None
    smtp_url: SecretStr | None = None
    mail_from: str | None = None
    sms_url: str | None = None
    chat_app_url: str | None = None
    webhook_secret: SecretStr | None = None
    log_level: LogLevel = "info"
    unknown: tuple[str, ...] = ()

    @property
    def keys_folder(self) -> Path:
        """Where `server.keys.KeyRing` keeps its files."""
        return self.home / "keys"

    @property
    def warnings(self) -> tuple[str, ...]:
        """Sentences about settings that have no effect, to be shown at start."""
        said = [_unknown_sentence(name) for name in self.unknown]
        if self.model is None and self.openai_api_key is not None:
            said.append("OPENAI_API_KEY is set without PERSONAFORGE_MODEL, so the built-in model answers. Name a model to change that.")
        return tuple(said)


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read and check the settings.

    Raises:
        UsageError: (`bad_setting`) a value that does not hold, named with its variable and the values that do.
    """
    home = Path(_text(environ, "PERSONAFORGE_HOME") or ".personaforge").expanduser().absolute()
    host = _text(environ, "PERSONAFORGE_HOST") or "127.0.0.1"
    model = _text(environ, "PERSONAFORGE_MODEL")
    key = _text(environ, "OPENAI_API_KEY")
    base_url = _parsed(environ, "OPENAI_BASE_URL", _http_address)
    _refuse_half_an_endpoint(model, key, base_url)
    smtp, mail_from = _parsed(environ, "PERSONAFORGE_SMTP_URL", _mail_server), _parsed(environ, "PERSONAFORGE_MAIL_FROM", _mail_address)
    _refuse_mail_without_sender(smtp, mail_from)
    secret = _text(environ, "PERSONAFORGE_WEBHOOK_SECRET")
    secure = _parsed(environ, "PERSONAFORGE_SECURE_COOKIES", _switch)
    return Settings(
        home=home,
        database_url=_parsed(environ, "PERSONAFORGE_DATABASE_URL", _database) or f"sqlite:///{home / 'bank.db'}",
        host=host,
        port=_parsed(environ, "PERSONAFORGE_PORT", _port) or 8000,
        origins=_parsed(environ, "PERSONAFORGE_ORIGINS", _origins) or (),
        secure_cookies=not _is_loopback(host) if secure is None else secure,
        demo=_parsed(environ, "PERSONAFORGE_DEMO", _switch) or False,
        jurisdiction=_parsed(environ, "PERSONAFORGE_JURISDICTION", _choice(Jurisdiction)) or "uk",
        model=model,
        openai_api_key=SecretStr(key) if key else None,
        openai_base_url=base_url,
        routing=_parsed(environ, "PERSONAFORGE_ROUTING", _choice(Routing)) or "hybrid",
        model_timeout_seconds=_parsed(environ, "PERSONAFORGE_MODEL_TIMEOUT_SECONDS", _timeout) or 30.0,
        chroma_url=_parsed(environ, "PERSONAFORGE_CHROMA_URL", _http_address),
        stream=_parsed(environ, "PERSONAFORGE_STREAM", lambda text: Path(text).expanduser().absolute()),
        network_legal_basis=_parsed(environ, "PERSONAFORGE_NETWORK_LEGAL_BASIS", _basis),
        smtp_url=SecretStr(smtp) if smtp else None,
        mail_from=mail_from,
        sms_url=_parsed(environ, "PERSONAFORGE_SMS_URL", _http_address),
        chat_app_url=_parsed(environ, "PERSONAFORGE_CHAT_APP_URL", _http_address),
        webhook_secret=SecretStr(secret) if secret else None,
        log_level=_parsed(environ, "PERSONAFORGE_LOG_LEVEL", _choice(LogLevel)) or "info",
        unknown=tuple(sorted(name for name in environ if name.startswith("PERSONAFORGE_") and name not in _BY_NAME)),
    )


def settings_table() -> str:
    """The table of settings in Markdown, as README shows it."""
    rows = [f"| `{name}` | {_default_cell(default)} | {meaning} |" for name, default, meaning in SETTINGS]
    return "\n".join(["| setting | default | meaning |", "|---|---|---|", *rows])


def _default_cell(default: str) -> str:
    if " " in default or not default:
        return default or "not set"
    return f"`{default}`"


def _text(environ: Mapping[str, str], name: str) -> str | None:
    return environ.get(name, "").strip() or None


def _parsed(environ: Mapping[str, str], name: str, parse: Callable[[str], T]) -> T | None:
    text = _text(environ, name)
    if text is None:
        return None
    try:
        return parse(text)
    except ValueError:
        # The value is not repeated: a mistyped address can hold a password.
        raise UsageError(
            f"The setting {name} has a value that does not hold. Allowed: {_BY_NAME[name].meaning}.", code="bad_setting"
        ) from None


def _refuse_half_an_endpoint(model: str | None, key: str | None, base_url: str | None) -> None:
    if model and not key and not base_url:
        raise UsageError(
            "PERSONAFORGE_MODEL names a model, and no endpoint is set. "
            "Set OPENAI_API_KEY or OPENAI_BASE_URL, or unset PERSONAFORGE_MODEL for the built-in model.",
            code="bad_setting",
        )
    if base_url and not model:
        raise UsageError(
            "OPENAI_BASE_URL is set, and no model is named. Set PERSONAFORGE_MODEL to the name of a model at that endpoint.",
            code="bad_setting",
        )


def _refuse_mail_without_sender(smtp: str | None, mail_from: str | None) -> None:
    if smtp and not mail_from:
        raise UsageError(
            "PERSONAFORGE_SMTP_URL is set, and no sender is named. Set PERSONAFORGE_MAIL_FROM to the address that e-mails come from.",
            code="bad_setting",
        )


def _unknown_sentence(name: str) -> str:
    near = difflib.get_close_matches(name, _BY_NAME, n=1, cutoff=0.8)
    remedy = f"Did you mean {near[0]}?" if near else "README lists the settings."
    return f"{name} is no setting and has no effect. {remedy}"


def _switch(text: str) -> bool:
    if text.lower() not in _SWITCH:
        raise ValueError(text)
    return _SWITCH[text.lower()]


def _between(value: float, least: float, most: float) -> None:
    # Written so that "not a number" fails as well.
    if not least <= value <= most:
        raise ValueError(value)


def _basis(text: str) -> str:
    # It is written into every audit record and shown to staff: words, not a switch.
    if len(text) > _LONGEST_BASIS or not text.isprintable() or text.lower() in _SWITCH:
        raise ValueError(text)
    return text


def _port(text: str) -> int:
    port = int(text)
    _between(port, 1, 65535)
    return port


def _timeout(text: str) -> float:
    seconds = float(text)
    _between(seconds, 1, 600)
    return seconds


def _http_address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError(text)
    return text.rstrip("/")


def _mail_server(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("smtp", "smtps", "smtp+starttls") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(text)
    _ = parts.port  # raises ValueError where it is none
    return text


def _mail_address(text: str) -> str:
    name, at, host = text.rpartition("@")
    if not (name and at and host) or any(char.isspace() for char in text):
        raise ValueError(text)
    return text


def _origins(text: str) -> tuple[str, ...]:
    origins = tuple(_http_address(part.strip()).lower() for part in text.split(",") if part.strip())
    if any(urlsplit(origin).path for origin in origins):
        raise ValueError(text)
    return origins


def _database(text: str) -> str:
    scheme, _, rest = text.partition("://")
    if scheme == "sqlite" and rest.startswith("/") and rest != "/":
        return text
    if scheme in ("postgres", "postgresql", "postgresql+psycopg") and rest:
        return f"postgresql+psycopg://{rest}"
    raise ValueError(text)


def _choice(literal: Any) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        if text.lower() not in get_args(literal):
            raise ValueError(text)
        return text.lower()

    return parse


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
