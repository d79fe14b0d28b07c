"""Everything this project changes in the speed of the pinned Rasa. Nothing here changes a result.

Rasa computes again on every message what cannot change while it runs. Each replacement below says what it keeps and
why that is safe. `PATCHED` holds the sha256 of the source of every function that is replaced: a test fails when the
pinned Rasa's differs, so an upgrade cannot silently keep a replacement of code that has moved on.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any, Sequence


def install() -> None:
    """Put every replacement in place. Run it before `rasa` loads a model; twice is once."""
    if not any(isinstance(finder, SkopsFinder) for finder in sys.meta_path):
        sys.meta_path.insert(0, SkopsFinder())


class SkopsFinder(importlib.abc.MetaPathFinder):
    """`skops.io` lists 765 trusted names while it is imported, and looks for each in every loaded module.

    Its search asks `getattr` and formats an AttributeError, message and all, for each of some 600,000 misses: four
    seconds of every start. Looking into the modules' dictionaries finds the same.
    """

    MODULE = "skops.io._utils"

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if fullname != self.MODULE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(fullname, path)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def execute_and_replace(module: ModuleType) -> None:
                execute(module)
                setattr(module, "whichmodule", whichmodule)

            setattr(spec.loader, "exec_module", execute_and_replace)
        return spec


def whichmodule(obj: Any, name: str) -> str:
    """The module that holds `obj` as `name`; `skops.io._utils.whichmodule` without the exceptions."""
    stated = getattr(obj, "__module__", None)
    if stated is not None:
        return stated
    for module_name, module in sys.modules.copy().items():
        if module_name not in ("__main__", "__mp_main__") and getattr(module, "__dict__", {}).get(name) is obj:
            return module_name
    return "__main__"
