"""No library of ours calls home, whatever the environment says."""

import os
import subprocess
import sys
from pathlib import Path

from server.telemetry import OFF, REMOVED, silence_telemetry

# Importing and using them with sockets blocked, in an environment that asks for every kind of telemetry.
SCRIPT = """
import socket, threading
from server.telemetry import silence_telemetry
silence_telemetry()

attempts = []
def blocked(self, address):
    if isinstance(address, tuple):
        attempts.append(address)
    raise OSError("blocked")
def unresolved(host, *rest, **more):
    attempts.append(host)
    raise OSError("blocked")
socket.socket.connect = socket.socket.connect_ex = blocked
socket.getaddrinfo = unresolved

import sys
import chromadb, langchain_openai, langgraph.graph
from langsmith.utils import tracing_is_enabled
from langgraph.graph import END, START, StateGraph

graph = StateGraph(dict)
graph.add_node("answer", lambda state: {"said": "canary"})
graph.add_edge(START, "answer")
graph.add_edge("answer", END)
graph.compile().invoke({"asked": "canary"})

client = chromadb.PersistentClient(sys.argv[1])
collection = client.create_collection("passages", embedding_function=None)
collection.add(ids=["a"], embeddings=[[1.0, 0.0]], documents=["text"])
assert collection.query(query_embeddings=[[1.0, 0.0]], n_results=1)["ids"] == [["a"]]

from fastapi import FastAPI
from fastapi.testclient import TestClient
with TestClient(FastAPI()) as web:
    web.get("/")

assert not tracing_is_enabled()
assert not [t.name for t in threading.enumerate() if "posthog" in t.name.lower() or "langsmith" in t.name.lower()]
assert not attempts, attempts
print("silent")
"""

ASKING = {
    "LANGSMITH_TRACING": "true",
    "LANGCHAIN_TRACING_V2": "true",
    "LANGSMITH_API_KEY": "key",
    "LANGSMITH_ENDPOINT": "http://collector.example",
    "ANONYMIZED_TELEMETRY": "True",
    "CHROMA_OTEL_GRANULARITY": "all",
    "CHROMA_OTEL_COLLECTION_ENDPOINT": "http://collector.example:4317",
    "FASTAPI_OTEL_AUTO_CONFIGURE": "true",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "http://collector.example:4318",
    "OTEL_TRACES_EXPORTER": "otlp",
}


def test_every_switch_is_overwritten_and_every_address_removed():
    environ = {**dict.fromkeys(OFF, "true"), **dict.fromkeys(REMOVED, "http://collector.example"), "OTHER": "kept"}
    silence_telemetry(environ)
    assert environ == {**OFF, "OTHER": "kept"}


def test_importing_and_using_the_libraries_opens_no_connection(tmp_path: Path):
    root = Path(__file__).parents[2]
    run = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path)],
        capture_output=True,
        text=True,
        cwd=root,
        env={**os.environ, **ASKING, "PYTHONPATH": str(root)},
        timeout=120,
    )
    assert (run.returncode, run.stdout.strip()) == (0, "silent"), run.stderr[-2000:]
