"""A learned policy's network from its ONNX file, run by onnxruntime: no PyTorch where it is used."""

import hashlib
from functools import cache, cached_property
from importlib import import_module
from importlib.resources import files
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from tools.errors import UnavailableError, UsageError
from tools.stress.intervention.action import ACTIONS
from tools.stress.intervention.card import Learning
from tools.stress.intervention.observation import OBSERVED
from tools.stress.intervention.policy import Learned

#: Under which name the file tells how it was learned.
LEARNING_KEY = "learning"
_SHIPPED = "policies/learned.onnx"


class _Session(Protocol):
    """The calls of onnxruntime that are used here; the library ships no types."""

    def run(self, output_names: list[str], input_feed: dict[str, NDArray[np.float32]]) -> list[NDArray[np.float32]]: ...

    def get_modelmeta(self) -> "_Meta": ...


class _Meta(Protocol):
    """What else is in the file."""

    custom_metadata_map: dict[str, str]


class OnnxNetwork:
    """Preferences for each action from observations.

    Args:
        content: the file's bytes.

    Raises:
        UsageError: no network, or one for other observations or actions (`bad_policy`); raised on first use.
    """

    def __init__(self, content: bytes) -> None:
        self._content = content

    @property
    def name(self) -> str:
        """`learned-` and the first places of the file's hash: equal names are equal policies."""
        return f"learned-{hashlib.sha256(self._content).hexdigest()[:8]}"

    def logits(self, observations: NDArray[np.float64], /) -> NDArray[np.float64]:
        """Shape (customers, actions)."""
        try:
            found = self._session.run(["logits"], {"observations": observations.astype(np.float32)})[0]
        except UsageError:
            raise  # the file could not be opened, which says so itself
        except Exception as error:  # onnxruntime raises classes of its own that it does not document
            raise _not_ours(type(error).__name__) from error
        if found.shape != (len(observations), len(ACTIONS)):
            raise _not_ours(f"shape {found.shape}")
        return found.astype(np.float64)

    @property
    def learning(self) -> Learning | None:
        """On whom and how it was learned, as `personaforge train intervention` wrote it into the file; None where it says nothing."""
        told = self._session.get_modelmeta().custom_metadata_map.get(LEARNING_KEY)
        return Learning.model_validate_json(told) if told else None

    @cached_property
    def _session(self) -> _Session:
        runtime = import_module("onnxruntime")
        options = runtime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 4
        try:
            return runtime.InferenceSession(self._content, options, providers=["CPUExecutionProvider"])
        except Exception as error:
            raise _not_ours(type(error).__name__) from error


def _not_ours(why: str) -> UsageError:
    return UsageError(
        f"The policy does not take {len(OBSERVED)} observations to {len(ACTIONS)} actions ({why}). "
        "Learn one with `personaforge train intervention`.",
        code="bad_policy",
    )


@cache
def shipped_network() -> OnnxNetwork:
    """The network of the learned policy that is shipped, one per process.

    Raises:
        UnavailableError: none is shipped.
    """
    path = files("tools.stress.intervention").joinpath(_SHIPPED)
    if not path.is_file():
        raise UnavailableError("No learned policy is shipped. Learn one with `personaforge train intervention`.")
    return OnnxNetwork(path.read_bytes())


def shipped_policy() -> Learned:
    """The learned policy that is shipped. Raises as `shipped_network`."""
    return Learned(shipped_network())
