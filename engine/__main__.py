"""`python -m engine …`: Rasa's own command line, run from the project's root, with what this engine adds.

It adds: the lean import (`absent`), the speedups, servers that listen on loopback only unless `--interface` says
otherwise, no telemetry, and a `run` that starts without a model (a turn is then answered 503 `no_model`).
"""

from __future__ import annotations

import argparse
import os
import sys
import warnings
from pathlib import Path
from typing import Any

ENVIRONMENT = {
    "RASA_TELEMETRY_ENABLED": "false",
    "ACTIONS_URL": "http://127.0.0.1:8082/webhook",  # where `souk up` runs the actions; endpoints.yml names it
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "2",
    # One message is too little work to share among threads, and idle ones spin.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


def main() -> None:
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    # 3,000 modules: written once as bytecode they load in 2 s, else each start compiles them for 8.
    sys.dont_write_bytecode = False

    from engine import absent

    absent.install()
    import rasa.core.constants

    # The engine knows no passwords: whoever reaches it can read and steer any conversation it is shown.
    rasa.core.constants.DEFAULT_SERVER_INTERFACE = "127.0.0.1"

    from engine import slots, speedups
    from engine.nlu import folders

    speedups.install()
    slots.install()
    folders.install()
    import rasa.__main__
    import rasa.cli.run

    rasa.cli.run.run = run
    rasa.__main__.configure_logging_and_warnings = configure_logging_and_warnings
    sys.argv[0] = "rasa"
    rasa.__main__.main()


def configure_logging_and_warnings(*args: Any, **kwargs: Any) -> None:
    """Rasa's, which shows every deprecation once. Those of libraries pinned for good help nobody."""
    from rasa.utils import common

    common.configure_logging_and_warnings(*args, **kwargs)
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    warnings.filterwarnings("ignore", category=PendingDeprecationWarning)


def run(args: argparse.Namespace) -> None:
    """`rasa run`, which also serves when there is no model yet. Rasa's own prints three options and ends."""
    import rasa
    from rasa.cli.utils import get_validated_path
    from rasa.shared.constants import DEFAULT_CREDENTIALS_PATH, DEFAULT_ENDPOINTS_PATH

    from engine.models import Models

    args.endpoints = get_validated_path(args.endpoints, "endpoints", DEFAULT_ENDPOINTS_PATH, True)
    args.credentials = get_validated_path(args.credentials, "credentials", DEFAULT_CREDENTIALS_PATH, True)
    model = Path(args.model)
    Models.folder = model.parent if model.suffix == ".gz" else model
    Models.folder.mkdir(parents=True, exist_ok=True)
    rasa.run(**vars(args))


if __name__ == "__main__":
    main()
