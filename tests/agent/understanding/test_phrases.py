from pathlib import Path

import numpy as np

from agent.toolbox import toolbox
from agent.understanding.cues import cues_in
from agent.understanding.intent import IntentModel
from agent.understanding.phrases import KEPT, build_phrase_vectors, fingerprint, phrase_vectors, phrases
from agent.understanding.understand import UNSURE
from knowledge.embedding import default_encoder

TALK = {"small_talk.greet", "small_talk.thanks", "small_talk.bye", "small_talk.identity", "out_of_scope"}


def test_every_tool_has_examples_and_every_file_is_a_tool_or_talk() -> None:
    labels = {phrase.label for phrase in phrases()}

    assert labels == TALK | set(toolbox())


def test_no_example_stands_for_two_things_to_one_role() -> None:
    seen: dict[tuple[str, str | None], str] = {}
    for phrase in phrases():
        assert seen.setdefault((phrase.text.casefold(), phrase.role), phrase.label) == phrase.label, phrase


def test_kept_vectors_are_fresh() -> None:
    """After a change of phrases or encoder run `python -c "from agent.understanding.phrases import build_phrase_vectors as b; b()"`."""
    with np.load(KEPT, allow_pickle=False) as kept:
        assert str(kept["fingerprint"]) == fingerprint(default_encoder(), phrases())


class _Other:
    """An encoder of another version: the kept vectors are not its own."""

    version = "other"

    def encode(self, texts: "list[str]") -> "np.ndarray[tuple[int, int], np.dtype[np.float32]]":
        return np.full((len(texts), 384), 384**-0.5, dtype=np.float32)


def test_vectors_of_another_encoder_are_computed_anew(tmp_path: Path) -> None:
    build_phrase_vectors(_Other(), tmp_path / "kept.npz")

    assert np.allclose(phrase_vectors(_Other(), tmp_path / "kept.npz"), phrase_vectors(_Other(), tmp_path / "absent.npz"))
    assert np.allclose(phrase_vectors(_Other(), KEPT), 384**-0.5, atol=1e-3)


def test_the_threshold_keeps_most_requests_and_turns_most_others_away(intents: IntentModel) -> None:
    """Each example of a customer is left out in turn: it may only be recognised by the others."""
    labels = {name for name, tool in toolbox().items() if "customer" in tool.roles} | TALK
    vectors = phrase_vectors(default_encoder())
    meant, strange = [], []
    for row, phrase in enumerate(phrases()):
        if phrase.role not in {None, "customer"} or phrase.label not in labels:
            continue
        bonus = cues_in(phrase.text)
        ranked = intents.rank_vector(vectors[row], "customer", labels, leave_out=row)
        label, score = max(((found.label, found.score + bonus.get(found.label, 0.0)) for found in ranked), key=lambda pair: pair[1])
        if phrase.label == "out_of_scope":
            strange.append(label != "out_of_scope" and label not in TALK and score >= UNSURE)
        elif phrase.label not in TALK:
            meant.append(label == phrase.label and score >= UNSURE)

    assert np.mean(meant) > 0.85
    assert np.mean(strange) < 0.10
