"""Passwords: Argon2id by the published parameters, long ones welcome, common ones not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.auth.passwords import Passwords, common_words, generate_password, is_common, refuse_weak
from tests.server.auth.memory_accounts import CHEAP
from tools.errors import UsageError


def test_the_stored_form_is_argon2id_with_19_mib_and_two_passes():
    stored = Passwords().hash("quiet-lantern-over-water")
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert Passwords().holds(stored, "quiet-lantern-over-water")
    assert not Passwords().holds(stored, "quiet-lantern-over-watex")


def test_an_unknown_login_costs_a_hash_of_the_same_parameters():
    assert not Passwords().holds(None, "anything at all")

    seen = []

    class Watching:
        def verify(self, password_hash, password):
            seen.append(password_hash)
            return True

    assert not Passwords(Watching()).holds(None, "anything at all")
    assert seen[0].startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_damaged_hash_is_no_match():
    assert not Passwords(CHEAP).holds("not a hash", "anything at all")


def test_the_same_password_in_another_unicode_form_holds():
    stored = Passwords(CHEAP).hash("cafe\u0301 am rhein morgens")
    assert Passwords(CHEAP).holds(stored, "caf\u00e9 am rhein morgens")


def test_a_password_longer_than_allowed_never_holds():
    long = "x1y2" * 64
    stored = Passwords(CHEAP).hash(long)
    assert Passwords(CHEAP).holds(stored, long)
    assert not Passwords(CHEAP).holds(stored, long + "more")


@pytest.mark.parametrize(
    "password",
    ["quiet-lantern-over-water", "tall ships & 7 herons", "пять маленьких лодок", "ab" + "k3v9" * 20 + "zq", "Fjord.Kettle.19.moss"],
)
def test_long_passwords_are_welcome_with_any_characters(password: str):
    refuse_weak(password, login="anna", name="Anna Keller")


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short-one-1", "too short"),
        ("x" * 257, "too long"),
        ("password2026!", "tried first"),
        ("P@ssw0rd!!!!2024", "tried first"),
        ("passwordpassword", "tried first"),
        ("correcthorsebatterystaple", "tried first"),
        ("qwertyuiop123", "tried first"),
        ("123456789012", "tried first"),
        ("210987654321", "tried first"),
        ("aaaaaaaaaaaaaa", "tried first"),
        ("abcabcabcabcabc", "tried first"),
        ("xkqz81xkqz81", "tried first"),
        ("1qaz2wsx3edc4rfv", "tried first"),
        ("Liverpool!!2025", "tried first"),
        ("anna-keller-1", "your own name"),
        ("AnnaKeller1980", "your own name"),
    ],
)
def test_weak_passwords_are_refused_with_the_remedy(password: str, why: str):
    with pytest.raises(UsageError, match=why) as caught:
        refuse_weak(password, login="anna", name="Anna Keller")
    assert caught.value.code == "weak_password"
    assert password not in str(caught.value)


def test_every_listed_word_is_refused_with_digits_around_it():
    assert len(common_words()) > 250
    assert [word for word in common_words() if not is_common(f"{word}2026!")] == []


def test_generated_passwords_pass_the_rules_and_differ():
    made = {generate_password() for _ in range(50)}
    assert len(made) == 50
    for password in made:
        refuse_weak(password, login="anna", name="Anna Keller")


@settings(deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_judged_and_never_crashes(password: str):
    assert is_common(password) in (True, False)
    assert isinstance(Passwords(CHEAP).holds(None, password), bool)
