"""Nothing leaves this process that the bank did not ask for: the telemetry of libraries is off before they are loaded.

LangSmith and Chroma read environment variables when they are imported, so `silence_telemetry` is the first thing that the composition
root does. A tracing variable left in somebody's shell must not send a customer's words to a third party, hence it is overwritten.
"""

import os
from collections.abc import MutableMapping

OFF: dict[str, str] = {
    # LangSmith: both the current and the older names of its switch.
    "LANGSMITH_TRACING": "false",
    "LANGSMITH_TRACING_V2": "false",
    "LANGCHAIN_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    # Chroma: product statistics, and its own spans.
    "ANONYMIZED_TELEMETRY": "False",
    "CHROMA_OTEL_GRANULARITY": "none",
    "POSTHOG_DISABLED": "true",
    # OpenTelemetry: no exporter by default, whatever is installed.
    "FASTAPI_OTEL_AUTO_CONFIGURE": "false",
    "OTEL_SDK_DISABLED": "true",
    "OTEL_TRACES_EXPORTER": "none",
    "OTEL_METRICS_EXPORTER": "none",
    "OTEL_LOGS_EXPORTER": "none",
    # Hugging Face: models are shipped, never fetched, and their use is not reported.
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_OFFLINE": "1",
    "DO_NOT_TRACK": "1",
}

# Addresses and keys of tracing services. Without them a switch that a library renames later still has nowhere to send to.
REMOVED: tuple[str, ...] = (
    "LANGSMITH_API_KEY",
    "LANGSMITH_ENDPOINT",
    "LANGSMITH_RUNS_ENDPOINTS",
    "LANGCHAIN_API_KEY",
    "LANGCHAIN_ENDPOINT",
    "CHROMA_OTEL_COLLECTION_ENDPOINT",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
    "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
)


def silence_telemetry(environ: MutableMapping[str, str] = os.environ) -> None:
    """Switch off every telemetry of our libraries. To be called before langchain, langgraph or chromadb are imported."""
    environ.update(OFF)
    for name in REMOVED:
        environ.pop(name, None)
