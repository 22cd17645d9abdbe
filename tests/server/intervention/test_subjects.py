"""Generated customers: the same seed the same people, with what their profiles say."""

from server.intervention.subjects import generated_subjects
from tools.stress.intervention.book import WEEKS, book_of


def test_twins_come_with_consent_channel_and_credit():
    found = generated_subjects(60, 31)
    assert len(found) == 60
    assert {subject.manner.consent for subject in found} == {"yes", "limited", "no"}
    assert {subject.manner.preference for subject in found} == {"any", "sms", "email", "phone"}
    assert any(subject.twin.credits for subject in found)
    assert book_of(found, 1).income.shape == (60, WEEKS)


def test_another_seed_is_other_people_and_the_same_seed_the_same():
    first, again, other = (generated_subjects(20, seed) for seed in (31, 31, 32))
    assert first == again
    assert not {subject.twin.customer_id for subject in first} & {subject.twin.customer_id for subject in other}
