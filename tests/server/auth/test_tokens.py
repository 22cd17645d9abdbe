"""Access tokens: only ours, only now, only for this purpose. Every known attack gets the same answer."""

import base64
import json
from datetime import timedelta

import jwt
import pytest

from server.auth.failure import SignedOutError
from server.auth.tokens import AccessTokens, new_secret


@pytest.fixture
def token(bank):
    return bank.auth.tokens.issue("p_1", "family-1", bank.time)


def forged(bank, *, header=None, secret=None, algorithm="HS256", **changes):
    """A token like ours with some parts changed; None removes a claim."""
    key = bank.keys.signing().current
    now = int(bank.time.timestamp())
    ours = {"iss": "personaforge", "aud": "personaforge-web", "sub": "p_1", "sid": "f", "iat": now, "nbf": now, "exp": now + 600}
    claims = {name: value for name, value in {**ours, **changes}.items() if value is not None}
    return jwt.encode(claims, secret or key.secret, algorithm=algorithm, headers={"kid": key.id, "typ": "at+jwt", **(header or {})})


def unsigned(claims_of, **header):
    encode = lambda part: base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()  # noqa: E731
    return f"{encode(header)}.{claims_of.split('.')[1]}."


def test_a_token_of_ours_says_whose_and_which_session(bank, token):
    claims = bank.auth.tokens.read(token, bank.time)
    assert (claims.subject, claims.family) == ("p_1", "family-1")
    assert claims.expires_at == bank.time + timedelta(minutes=10)
    assert set(jwt.decode(token, options={"verify_signature": False})) == {"iss", "aud", "sub", "sid", "iat", "nbf", "exp"}


def test_the_forging_of_these_tests_starts_from_a_token_that_holds(bank):
    assert bank.auth.tokens.read(forged(bank), bank.time).subject == "p_1"


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "another-service"},
        {"aud": None},
        {"iss": "another-bank"},
        {"iss": None},
        {"sub": None},
        {"sub": 7},
        {"sid": None},
        {"exp": None},
        {"iat": None},
        {"nbf": None},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": 4102444800},
        {"nbf": 4102444800},
        {"exp": 1},
        {"header": {"typ": "JWT"}},
        {"header": {"typ": "refresh"}},
        {"header": {"typ": None}},
        {"header": {"kid": "1-00000000"}},
        {"header": {"kid": "../../../dev/null"}},
        {"secret": b"x" * 32},
        {"algorithm": "HS512"},
    ],
    ids=str,
)
@pytest.mark.filterwarnings("ignore:The HMAC key is 32 bytes")
def test_a_token_with_any_part_changed_is_refused(bank, changes):
    with pytest.raises(SignedOutError) as caught:
        bank.auth.tokens.read(forged(bank, **changes), bank.time)
    assert caught.value.code == "expired"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", ""])
def test_an_unsigned_token_is_refused(bank, token, algorithm):
    kid = bank.keys.signing().current.id
    with pytest.raises(SignedOutError):
        bank.auth.tokens.read(unsigned(token, alg=algorithm, kid=kid, typ="at+jwt"), bank.time)


def test_a_token_without_a_key_id_is_refused(bank):
    nameless = jwt.encode({"sub": "p_1"}, bank.keys.signing().current.secret, algorithm="HS256", headers={"typ": "at+jwt"})
    with pytest.raises(SignedOutError):
        bank.auth.tokens.read(nameless, bank.time)


def test_a_key_in_the_header_is_not_believed(bank):
    jwk = {"kty": "oct", "k": base64.urlsafe_b64encode(b"x" * 32).decode()}
    with pytest.raises(SignedOutError):
        bank.auth.tokens.read(forged(bank, secret=b"x" * 32, header={"jwk": jwk, "jku": "http://localhost/keys"}), bank.time)


@pytest.mark.parametrize("text", ["", "a.b.c", "eyJ", "....", "é.ü.ß", "\ud800", "x" * 10_000])
def test_other_text_is_refused(bank, text):
    with pytest.raises(SignedOutError):
        bank.auth.tokens.read(text, bank.time)


def test_a_refresh_token_is_no_access_token(bank):
    grant = bank.auth.sessions.begin(bank.add("anna"), bank.time)
    with pytest.raises(SignedOutError):
        bank.auth.tokens.read(grant.refresh, bank.time)
    with pytest.raises(SignedOutError):
        bank.auth.sessions.refresh(grant.access, bank.time)


@pytest.mark.parametrize(("seconds", "holds"), [(-1, False), (0, True), (599, True), (600, False)])
def test_a_token_holds_from_its_issue_for_ten_minutes(bank, token, seconds, holds):
    moment = bank.time + timedelta(seconds=seconds)
    if holds:
        bank.auth.tokens.read(token, moment)
    else:
        with pytest.raises(SignedOutError):
            bank.auth.tokens.read(token, moment)


def test_tokens_outlive_a_rotation_of_the_signing_key(bank, token):
    new = bank.keys.rotate("signing")
    bank.auth.tokens.read(token, bank.time)
    assert jwt.get_unverified_header(bank.auth.tokens.issue("p_1", "f", bank.time))["kid"] == new.id


def test_a_token_of_another_bank_is_refused(bank, token, tmp_path):
    from server.keys import KeyRing

    with pytest.raises(SignedOutError):
        AccessTokens(KeyRing(tmp_path / "other" / "keys")).read(token, bank.time)


def test_secrets_are_long_and_differ():
    assert len({new_secret() for _ in range(100)}) == 100
    assert len(base64.urlsafe_b64decode(new_secret() + "=")) == 32
