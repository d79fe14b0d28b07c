"""How the worker talks to the engine that understands and decides; the engine itself lives in `engine/`."""
