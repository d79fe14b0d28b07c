"""What the components here are made of, as one number: their code, the encoders they ask, the catalogue they read.

Rasa keeps trained components and uses them again while their class, configuration and inputs stay the same. The classes
here stand on modules and files beside them; this lets Rasa see when those have changed.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.nlu.encoders import PACKED


class KnownByItsSources:
    """A component that Rasa's cache knows by its code as well, and by the folder `catalog` of its configuration."""

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str:
        catalogue = Path(config["catalog"]) if config.get("catalog") else None
        return code() + (digest(sorted(catalogue.rglob("*.y*ml"))) if catalogue else "")


@functools.cache
def code() -> str:
    folder = Path(__file__).parent
    return digest(sorted([*folder.rglob("*.py"), *folder.rglob("*.yml"), *PACKED.glob("*/encoder.json")]))


def digest(paths: Iterable[Path]) -> str:
    made = hashlib.sha256()
    for path in paths:
        made.update(path.read_bytes())
    return made.hexdigest()
