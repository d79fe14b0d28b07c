"""Stock `rasa run` with its own Facebook channel, in the engine's Python: `python facebook.py GRAPH_URL run …`.

Nothing of the engine's speedups, channel or tracker store is installed; only what the lean environment needs to import
Rasa at all. Rasa's Messenger client calls Meta at a fixed address; here it calls GRAPH_URL, so that sending ends on
this machine as ours does.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any


def main() -> None:
    graph_url = sys.argv.pop(1)
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
    from engine import absent

    absent.install()
    import fbmessenger
    import rasa.__main__

    made = fbmessenger.MessengerClient.__init__

    def made_here(self: Any, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **kwargs)
        self.graph_url = graph_url

    fbmessenger.MessengerClient.__init__ = made_here
    sys.argv[0] = "rasa"
    rasa.__main__.main()


if __name__ == "__main__":
    main()
