"""Settings: checked once, wrong ones said by name with their remedy, secrets never shown and never with a default."""

import re
from pathlib import Path

import pytest

from server.settings import SETTINGS, load_settings, settings_table
from tools.errors import UsageError


def test_nothing_set_gives_a_local_bank_with_the_built_in_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.chdir(tmp_path)
    settings = load_settings({})

    assert settings.home == tmp_path / ".personaforge"
    assert settings.keys_folder == tmp_path / ".personaforge" / "keys"
    assert settings.database_url == f"sqlite:///{tmp_path / '.personaforge' / 'bank.db'}"
    assert (settings.host, settings.port) == ("127.0.0.1", 8000)
    assert (settings.model, settings.openai_api_key, settings.openai_base_url, settings.chroma_url) == (None, None, None, None)
    assert (settings.routing, settings.jurisdiction, settings.log_level, settings.model_timeout_seconds) == ("hybrid", "uk", "info", 30)
    assert (settings.secure_cookies, settings.demo, settings.origins) == (False, False, ())
    assert settings.warnings == ()


def test_every_setting_is_read():
    settings = load_settings(
        {
            "PERSONAFORGE_HOME": "/srv/bank",
            "PERSONAFORGE_DATABASE_URL": "postgres://forge:pw@db/bank",
            "PERSONAFORGE_HOST": "0.0.0.0",
            "PERSONAFORGE_PORT": "9000",
            "PERSONAFORGE_ORIGINS": "https://bank.example, https://Chat.Bank.example:8443/",
            "PERSONAFORGE_SECURE_COOKIES": "off",
            "PERSONAFORGE_DEMO": "ON",
            "PERSONAFORGE_JURISDICTION": "EU",
            "PERSONAFORGE_MODEL": "some-model",
            "OPENAI_API_KEY": "sk-canary",
            "OPENAI_BASE_URL": "http://localhost:11434/v1/",
            "PERSONAFORGE_ROUTING": "model",
            "PERSONAFORGE_MODEL_TIMEOUT_SECONDS": "12.5",
            "PERSONAFORGE_CHROMA_URL": "http://chroma:8001",
            "PERSONAFORGE_LOG_LEVEL": "debug",
        }
    )
    assert settings.home == Path("/srv/bank")
    assert settings.database_url == "postgresql+psycopg://forge:pw@db/bank"
    assert (settings.host, settings.port) == ("0.0.0.0", 9000)
    assert settings.origins == ("https://bank.example", "https://chat.bank.example:8443")
    assert (settings.secure_cookies, settings.demo, settings.jurisdiction) == (False, True, "eu")
    assert (settings.model, settings.openai_base_url) == ("some-model", "http://localhost:11434/v1")
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "sk-canary"
    assert (settings.routing, settings.model_timeout_seconds) == ("model", 12.5)
    assert (settings.chroma_url, settings.log_level) == ("http://chroma:8001", "debug")


def test_an_empty_value_is_an_unset_one():
    assert load_settings({"PERSONAFORGE_HOME": "/b", **{row.name: " " for row in SETTINGS[1:]}}) == load_settings(
        {"PERSONAFORGE_HOME": "/b"}
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PERSONAFORGE_PORT", "eighty"),
        ("PERSONAFORGE_PORT", "0"),
        ("PERSONAFORGE_PORT", "65536"),
        ("PERSONAFORGE_DATABASE_URL", "mysql://secretuser@h/n"),
        ("PERSONAFORGE_DATABASE_URL", "bank.db"),
        ("PERSONAFORGE_DATABASE_URL", "sqlite:///"),
        ("PERSONAFORGE_DATABASE_URL", "postgresql://"),
        ("PERSONAFORGE_ORIGINS", "bank.example"),
        ("PERSONAFORGE_ORIGINS", "https://bank.example/app"),
        ("PERSONAFORGE_SECURE_COOKIES", "perhaps"),
        ("PERSONAFORGE_DEMO", "2"),
        ("PERSONAFORGE_JURISDICTION", "mars"),
        ("PERSONAFORGE_ROUTING", "both"),
        ("PERSONAFORGE_MODEL_TIMEOUT_SECONDS", "nan"),
        ("PERSONAFORGE_MODEL_TIMEOUT_SECONDS", "0"),
        ("PERSONAFORGE_CHROMA_URL", "chroma:8000"),
        ("OPENAI_BASE_URL", "ftp://models"),
        ("PERSONAFORGE_LOG_LEVEL", "loud"),
    ],
)
def test_a_wrong_value_is_named_with_what_is_allowed_and_is_not_repeated(name: str, value: str):
    with pytest.raises(UsageError, match=f"The setting {name} has a value that does not hold. Allowed: ") as caught:
        load_settings({name: value})
    assert caught.value.code == "bad_setting"
    assert "secretuser" not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "remedy"),
    [
        ({"PERSONAFORGE_MODEL": "m"}, "Set OPENAI_API_KEY or OPENAI_BASE_URL"),
        ({"OPENAI_BASE_URL": "http://localhost/v1"}, "Set PERSONAFORGE_MODEL"),
    ],
)
def test_half_an_endpoint_is_refused(environ: dict[str, str], remedy: str):
    with pytest.raises(UsageError, match=remedy):
        load_settings(environ)


def test_a_key_without_a_model_is_said_and_sends_nothing_anywhere():
    settings = load_settings({"OPENAI_API_KEY": "sk-canary"})
    assert settings.model is None
    assert "built-in model answers" in settings.warnings[0]


def test_an_unknown_name_is_warned_with_the_nearest_setting():
    settings = load_settings({"PERSONAFORGE_DATABSE_URL": "x", "PERSONAFORGE_ZZZ": "y", "OTHER": "z"})
    assert settings.warnings == (
        "PERSONAFORGE_DATABSE_URL is no setting and has no effect. Did you mean PERSONAFORGE_DATABASE_URL?",
        "PERSONAFORGE_ZZZ is no setting and has no effect. README lists the settings.",
    )


@pytest.mark.parametrize(("host", "secure"), [("localhost", False), ("::1", False), ("0.0.0.0", True), ("bank.example", True)])
def test_cookies_are_secure_unless_the_server_is_only_local(host: str, secure: bool):
    assert load_settings({"PERSONAFORGE_HOST": host}).secure_cookies is secure


def test_no_secret_is_in_the_representation():
    environ = {"OPENAI_API_KEY": "sk-canary", "PERSONAFORGE_MODEL": "m", "PERSONAFORGE_DATABASE_URL": "postgres://u:canary-pw@h/n"}
    shown = repr(load_settings(environ)) + str(load_settings(environ))
    assert "canary" not in shown


def test_the_table_lists_every_setting_once():
    table = settings_table().splitlines()
    assert len(table) == 2 + len(SETTINGS) == 2 + len({row.name for row in SETTINGS})
    assert "| `PERSONAFORGE_PORT` | `8000` | port the server listens on, 1 to 65535 |" in table
    assert "| `OPENAI_API_KEY` | not set | key of the endpoint |" in table


def test_nothing_but_settings_and_telemetry_reads_the_environment():
    root = Path(__file__).parents[2]
    packages = (path for package in ("tools", "knowledge", "agent", "server") for path in (root / package).rglob("*.py"))
    readers = {path.relative_to(root).as_posix() for path in packages if re.search(r"os\.environ|getenv", path.read_text())}
    assert readers <= {"server/settings.py", "server/telemetry.py"}


def test_the_legal_basis_of_the_network_is_a_text_and_no_switch():
    basis = "Art. 6(1)(f) GDPR, assessment of 2026-11-02"
    assert load_settings({"PERSONAFORGE_NETWORK_LEGAL_BASIS": basis}).network_legal_basis == basis
    assert load_settings({"PERSONAFORGE_NETWORK_LEGAL_BASIS": " "}).network_legal_basis is None
    for wrong in ("on", "True", "x" * 201, "a\nb"):
        with pytest.raises(UsageError, match="PERSONAFORGE_NETWORK_LEGAL_BASIS"):
            load_settings({"PERSONAFORGE_NETWORK_LEGAL_BASIS": wrong})
