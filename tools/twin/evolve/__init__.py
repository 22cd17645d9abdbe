"""How a twin changes: streamed updates, drift, the persona mix over time."""
