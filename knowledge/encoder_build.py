"""Makes the shipped sentence encoder from the published weights of all-MiniLM-L6-v2: `python -m knowledge.encoder_build`.

Needs the `train` extra (torch, onnx, onnxscript, safetensors) and is never imported by the running program. The graph takes the token ids of
ONE text and gives its unit vector: mean pooling and normalisation are inside, and there is no padding and no mask. Dynamic int8
quantisation takes the scale of the activations from the whole tensor, so a text in a batch would change with its batch-mates.
"""

import argparse
import hashlib
import shutil
import sys
import tempfile
import warnings
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.embedding import DIMENSIONS, MAX_TOKENS, Encoder
from tools.errors import PersonaForgeError, UnavailableError, UsageError

SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
LAYERS, HEADS, LAYER_NORM_EPSILON, OPSET = 6, 12, 1e-12, 17
#: What the quantised graph may lose against the weights it was made from: the smallest cosine over the sentences below.
LEAST_COSINE = 0.98
SUBJECTS = (
    "my savings account",
    "the overdraft",
    "a car loan",
    "this direct debit",
    "the fund I hold",
    "our invoice finance",
    "my lost card",
)
SENTENCES = (
    "How much does {} cost me a month?", "Please cancel {} before Friday.", "Why has {} changed since spring?", "Is {} protected if the bank fails?",
    "I cannot pay for {} any more and I am worried.", "Compare {} with what you offered last year.",
    "The terms of {} say that interest is calculated daily, added on the last working day of the month, and that we give two months' notice.",
)  # fmt: skip


def checked(folder: Path, name: str) -> Path:
    """The file `name` of `folder`, once its sha256 is the published one. Raises UsageError otherwise."""
    path = folder / name
    if not path.is_file():
        raise UsageError(f"{path} does not exist. Give --model the folder that holds {', '.join(SHA256)}.")
    found = sha256_of(path)
    if found != SHA256[name]:
        raise UsageError(f"{path} has sha256 {found}, not {SHA256[name]}. Get the published all-MiniLM-L6-v2 weights again.")
    return path


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def bert(weights: dict[str, Any]) -> Any:
    """The six-layer BERT of the published weights as a torch module: ids (1, n) to a unit vector (1, 384). Devlin et al. 2018; tanh-free GELU."""
    torch: Any = import_module("torch")
    functional = torch.nn.functional
    base: type[Any] = torch.nn.Module

    class Bert(base):
        def __init__(self) -> None:
            base.__init__(self)
            # Every text is one segment, so the segment's row joins the positions once and for all.
            places = weights["embeddings.position_embeddings.weight"] + weights["embeddings.token_type_embeddings.weight"][0]
            self.register_buffer("places", places[:MAX_TOKENS])
            for name, tensor in weights.items():
                # Buffers become initialisers of the graph, the only thing the quantiser looks at; matrices are stored as they are multiplied.
                turned = name.startswith("encoder.") and tensor.ndim == 2
                self.register_buffer(name.replace(".", "_"), tensor.T.contiguous() if turned else tensor)

        def part(self, name: str) -> tuple[Any, Any]:
            stem = name.replace(".", "_")
            return getattr(self, f"{stem}_weight"), getattr(self, f"{stem}_bias")

        def linear(self, x: Any, name: str) -> Any:
            weight, bias = self.part(name)
            return x @ weight + bias

        def norm(self, x: Any, name: str) -> Any:
            return functional.layer_norm(x, (DIMENSIONS,), *self.part(name), LAYER_NORM_EPSILON)

        def layer(self, x: Any, name: str) -> Any:
            query, key, value = (
                self.linear(x, f"{name}.attention.self.{part}").view(1, -1, HEADS, DIMENSIONS // HEADS).transpose(1, 2)
                for part in ("query", "key", "value")
            )
            attention = functional.softmax(query @ key.transpose(2, 3) / (DIMENSIONS // HEADS) ** 0.5, dim=-1)
            mixed = (attention @ value).transpose(1, 2).reshape(1, -1, DIMENSIONS)
            x = self.norm(self.linear(mixed, f"{name}.attention.output.dense") + x, f"{name}.attention.output.LayerNorm")
            inner = functional.gelu(self.linear(x, f"{name}.intermediate.dense"))
            return self.norm(self.linear(inner, f"{name}.output.dense") + x, f"{name}.output.LayerNorm")

        def forward(self, ids: Any) -> Any:
            words = functional.embedding(ids, self.embeddings_word_embeddings_weight)
            x = self.norm(words + self.places[: ids.shape[1]], "embeddings.LayerNorm")
            for number in range(LAYERS):
                x = self.layer(x, f"encoder.layer.{number}")
            return functional.normalize(x.mean(dim=1), dim=1)

    return Bert().eval()


def export(module: Any, path: Path) -> None:
    """Write the module as fp32 ONNX with a free number of tokens."""
    torch: Any = import_module("torch")
    example = torch.tensor([[101, 2054, 2003, 2023, 102]])
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the tracing exporter announces its end and knows no branch of ours
        torch.onnx.export(
            module, (example,), str(path), input_names=["ids"], output_names=["vector"], dynamic_axes={"ids": {1: "tokens"}}, opset_version=OPSET, dynamo=False,
        )  # fmt: skip


def quantise(source: Path, target: Path) -> None:
    """Int8 weights with one scale per channel: the per-tensor variant falls to a cosine of 0.92, this one stays above 0.98.

    The reduced range keeps sums from saturating on processors without VNNI, so that the same vectors come out everywhere.
    """
    quantization: Any = import_module("onnxruntime.quantization")
    quantization.quantize_dynamic(str(source), str(target), weight_type=quantization.QuantType.QInt8, per_channel=True, reduce_range=True)


def least_cosine(module: Any, encoder: Encoder) -> float:
    """The smallest cosine between the torch module and the written encoder over the check sentences."""
    torch: Any = import_module("torch")
    texts = [sentence.format(subject) for sentence in SENTENCES for subject in SUBJECTS]
    with torch.no_grad():
        reference = np.concatenate([module(torch.from_numpy(encoder.tokens(text))).numpy() for text in texts])
    return float((reference * encoder.encode(texts)).sum(axis=1).min())


def build(model: Path, out: Path) -> float:
    """Write `model.onnx` and `tokenizer.json` to `out`; returns the smallest cosine against torch.

    Raises:
        UsageError: a source file is missing or not the published one, or the result is further from torch than `LEAST_COSINE`.
        UnavailableError: the `train` extra is not installed.
    """
    weights, tokenizer = checked(model, "model.safetensors"), checked(model, "tokenizer.json")
    try:
        load: Any = import_module("safetensors.torch")
    except ModuleNotFoundError as error:
        raise UnavailableError(f"Building the encoder needs {error.name}. Install the extra: `pip install personaforge[train]`.") from error
    module = bert(load.load_file(str(weights)))
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        export(module, folder / "fp32.onnx")
        quantise(folder / "fp32.onnx", folder / "model.onnx")
        shutil.copyfile(tokenizer, folder / "tokenizer.json")
        lowest = least_cosine(module, Encoder(folder))
        if lowest < LEAST_COSINE:
            raise UsageError(f"The quantised encoder is too far from torch: cosine {lowest:.4f}. Use the versions of the `train` extra.")
        out.mkdir(parents=True, exist_ok=True)
        for name in ("model.onnx", "tokenizer.json"):
            shutil.copyfile(folder / name, out / name)
    return lowest


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line: build, then print the hash of each file and the smallest cosine."""
    parser = argparse.ArgumentParser(description="Make the shipped sentence encoder from the published weights of all-MiniLM-L6-v2.")
    parser.add_argument("--model", type=Path, required=True, help="folder with model.safetensors and tokenizer.json")
    parser.add_argument("--out", type=Path, required=True, help="folder that receives model.onnx and tokenizer.json")
    options = parser.parse_args(arguments)
    try:
        lowest = build(options.model, options.out)
    except PersonaForgeError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for name in ("model.onnx", "tokenizer.json"):
        sys.stdout.write(f"{sha256_of(options.out / name)}  {name}\n")
    sys.stdout.write(f"smallest cosine against torch {lowest:.4f}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
