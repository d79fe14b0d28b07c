"""`python -m bot.openapi` prints the OpenAPI file without starting anything; the pages' types are generated from it."""

from __future__ import annotations

import sys
import tempfile

import msgspec

from bot.api import openapi
from bot.app import surfaces
from bot.composition import Parts
from bot.settings import load


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        document = openapi(surfaces(Parts(load({"SOUK_HOME": home}))))
    sys.stdout.buffer.write(msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n")


if __name__ == "__main__":
    main()
