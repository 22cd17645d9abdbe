"""The index: made once, read back after, made again when contents or encoder change, and safe between processes."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import chromadb
import numpy as np
import pytest
from chromadb.config import Settings

from knowledge.catalogue import load_catalogue
from knowledge.embedding import Encoder
from knowledge.index import passage_vectors
from knowledge.passage import passages_of
from tools.errors import UnavailableError, UsageError


def indexed(bank: Path, encoder: Encoder, folder: Path, url: str | None = None) -> np.ndarray:
    return passage_vectors(passages_of(load_catalogue(bank)), encoder, folder, url)


def collections(folder: Path) -> list[str]:
    client = chromadb.PersistentClient(folder, settings=Settings(anonymized_telemetry=False))
    with closing(client):
        return [collection.name for collection in client.list_collections()]


def test_vectors_come_in_the_order_of_the_passages(bank: Path, counting_encoder: Callable[..., Encoder], tmp_path: Path):
    vectors = indexed(bank, counting_encoder(), tmp_path / "index")
    texts = [passage.searchable for passage in passages_of(load_catalogue(bank))]
    assert vectors.dtype == np.float32
    np.testing.assert_array_equal(vectors, counting_encoder().encode(texts))


def test_an_unchanged_catalogue_is_read_back_without_the_encoder(bank: Path, counting_encoder: Callable[..., Encoder], tmp_path: Path):
    first = indexed(bank, counting_encoder(), tmp_path / "index")
    idle = counting_encoder()
    second = indexed(bank, idle, tmp_path / "index")
    assert idle.asked == []
    assert second.tobytes() == first.tobytes()


def test_a_changed_document_or_encoder_makes_a_new_index_and_drops_the_old(
    edit: Callable[..., Path], counting_encoder: Callable[..., Encoder], tmp_path: Path
):
    bank = edit("policies/complaints")
    indexed(bank, counting_encoder(), tmp_path / "index")
    before = collections(tmp_path / "index")

    edit("policies/complaints", text="## How to complain\nIn any words you like.")
    encoder = counting_encoder()
    indexed(bank, encoder, tmp_path / "index")
    assert "Complaints. How to complain. How to complain. In any words you like." in encoder.asked
    after = collections(tmp_path / "index")
    assert len(after) == 1
    assert after != before

    edit("policies/complaints", text="## How to complain\nIn any words you like.", version="4")
    indexed(bank, counting_encoder(), tmp_path / "index")
    assert len(collections(tmp_path / "index")) == 1

    other = counting_encoder("other")
    indexed(bank, other, tmp_path / "index")
    assert other.asked
    assert len(collections(tmp_path / "index")) == 1


def test_a_half_built_index_is_completed(bank: Path, counting_encoder: Callable[..., Encoder], tmp_path: Path):
    whole = indexed(bank, counting_encoder(), tmp_path / "index")
    (name,) = collections(tmp_path / "index")
    client = chromadb.PersistentClient(tmp_path / "index", settings=Settings(anonymized_telemetry=False))
    with closing(client):
        broken = client.get_collection(name, embedding_function=None)
        broken.delete(ids=["anchor-loan#paying-early"])
        broken.update(ids=["complaints#how-to-complain"], embeddings=np.zeros((1, 384), dtype=np.float32))
    encoder = counting_encoder()
    assert indexed(bank, encoder, tmp_path / "index").tobytes() == whole.tobytes()
    assert len(encoder.asked) == 2


ROOT = Path(__file__).parents[2]
BUILD = """
import sys
from pathlib import Path
from knowledge.catalogue import load_catalogue
from knowledge.embedding import default_encoder
from knowledge.index import passage_vectors
from knowledge.passage import passages_of
vectors = passage_vectors(passages_of(load_catalogue(Path(sys.argv[1]))), default_encoder(), Path(sys.argv[2]))
print(vectors.shape, round(float(vectors.sum()), 3))
"""


def test_two_processes_may_build_at_once(bank: Path, tmp_path: Path):
    command = [sys.executable, "-c", BUILD, str(bank), str(tmp_path / "index")]
    processes = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) for _ in range(3)]
    answers = [(process.communicate(timeout=100), process.returncode) for process in processes]
    assert [code for _, code in answers] == [0, 0, 0], answers
    assert len({out for (out, _), _ in answers}) == 1
    assert answers[0][0][0].startswith("(9, 384)")


@pytest.fixture
def chroma_url(tmp_path: Path) -> Iterator[str]:
    """A real Chroma server on a free port."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(tmp_path / "server"), "--port", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def test_a_chroma_server_holds_the_same_index(bank: Path, counting_encoder: Callable[..., Encoder], tmp_path: Path, chroma_url: str):
    local = indexed(bank, counting_encoder(), tmp_path / "index")
    assert indexed(bank, counting_encoder(), tmp_path / "unused", chroma_url).tobytes() == local.tobytes()
    idle = counting_encoder()
    assert indexed(bank, idle, tmp_path / "unused", chroma_url).tobytes() == local.tobytes()
    assert idle.asked == []
    assert not (tmp_path / "unused").exists()


@pytest.mark.parametrize("url", ["localhost:8000", "http://", "ftp://host", "http://host:many"])
def test_a_wrong_address_is_refused(bank: Path, counting_encoder: Callable[..., Encoder], tmp_path: Path, url: str):
    with pytest.raises(UsageError, match=r"is no address of a Chroma server\. Write it as"):
        indexed(bank, counting_encoder(), tmp_path, url)


def test_an_index_that_cannot_be_used_is_said_with_its_remedy(bank: Path, counting_encoder: Callable[..., Encoder], tmp_path: Path):
    with pytest.raises(UnavailableError, match=r"http://127\.0\.0\.1:9 cannot be used .*Start the Chroma server"):
        indexed(bank, counting_encoder(), tmp_path, "http://127.0.0.1:9")
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(UnavailableError, match="cannot be used"):
        indexed(bank, counting_encoder(), tmp_path / "file")
    (tmp_path / "torn").mkdir()
    (tmp_path / "torn/chroma.sqlite3").write_bytes(b"no database" * 500)
    with pytest.raises(UnavailableError, match=r"cannot be used .*Delete the folder, it is made again"):
        indexed(bank, counting_encoder(), tmp_path / "torn")
