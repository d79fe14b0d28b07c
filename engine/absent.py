"""Lets the unmodified Rasa be imported where TensorFlow and its company are not installed.

Rasa imports them at the top of modules that a pipeline without neural components never uses. Here a finder at the
end of `sys.meta_path` answers those imports: real packages, found before it, always win. What it answers can be
subclassed, subscripted and named in annotations, which is all that importing does with it. Making an object of it
is work, and work is refused with the sentence that says what to install.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import sys
from collections.abc import Sequence
from types import ModuleType
from typing import Any, NoReturn

PACKAGES = frozenset({"jax", "keras", "tensorflow", "tensorflow_addons", "tensorflow_hub", "tensorflow_text"})


def install() -> None:
    """Answer imports of absent `PACKAGES` from now on. Must run before `rasa` is imported; twice is once."""
    if not any(isinstance(finder, AbsentFinder) for finder in sys.meta_path):
        sys.meta_path.append(AbsentFinder())


def refuse(name: str) -> NoReturn:
    """Say what is missing, in the error that Rasa's command line prints without a stack trace."""
    from rasa.shared.exceptions import InvalidConfigException

    raise InvalidConfigException(
        f"`{name}` was asked to work, and {name.partition('.')[0]} is not installed in the engine's environment. "
        "A component of config.yml needs it (DIETClassifier, TEDPolicy, UnexpecTEDIntentPolicy, ResponseSelector, "
        "ConveRTFeaturizer, LanguageModelFeaturizer). Take that component out, or run `make engine-tensorflow`."
    )


class AbsentType(type):
    """The type of every absent name: each attribute is another absent name, and nothing can be made of it."""

    def __getattr__(cls, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = absent_class(f"{cls.__module__}.{cls.__name__}", name)
        setattr(cls, name, found)
        return found

    def __getitem__(cls, _: Any) -> AbsentType:
        return cls

    def __call__(cls, *_: Any, **__: Any) -> NoReturn:
        refuse(f"{cls.__module__}.{cls.__name__}")


class AbsentModule(ModuleType):
    """A module whose every public name is absent."""

    __path__: Sequence[str] = ()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        found = absent_class(self.__name__, name)
        setattr(self, name, found)
        return found


def absent_class(module: str, name: str) -> AbsentType:
    return AbsentType(name, (), {"__module__": module})


class AbsentFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds what nothing else found, if it belongs to `PACKAGES`."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        package = fullname.partition(".")[0]
        if package not in PACKAGES or (package != fullname and not isinstance(sys.modules[package], AbsentModule)):
            return None
        return importlib.machinery.ModuleSpec(fullname, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return AbsentModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """There is nothing to run."""
