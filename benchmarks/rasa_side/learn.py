"""Train Rasa on a folder and parse sentences with it, in whatever Python has Rasa: the engine's, or stock Rasa's.

`python learn.py FOLDER [--stock]`: FOLDER holds `config.yml`, `nlu.yml` and `test.json` (a list of texts). It writes
`parsed.jsonl`, a line a text: intent, confidence and entities as Rasa's own parse gives them, and CPU ms; then
`facts.json`: CPU s of the training with the start of Python, and of it alone. Trains with `rasa.model_training`, parses
with `rasa.core.agent`: nothing of the pipeline is called by hand.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--stock", action="store_true", help="Rasa as it comes, with TensorFlow")
    options = parser.parse_args()
    os.chdir(options.folder)
    if not options.stock:
        sys.path.insert(0, str(ROOT))
        from engine import absent

        absent.install()
    import rasa.__main__  # noqa: F401  (registers every component, as the command line does)

    began = cpu()
    from rasa.model_training import train_nlu

    model = train_nlu(config="config.yml", nlu_data="nlu.yml", output="models", fixed_model_name="model")
    if model is None:
        raise SystemExit("Rasa made no model")
    trained = cpu()
    agent = load(model)
    texts = json.loads(Path("test.json").read_text())
    asyncio.run(parse(agent, texts))
    facts = {"train_cpu_s": trained, "train_cpu_s_without_start": trained - began}
    Path("facts.json").write_text(json.dumps(facts))


def cpu() -> float:
    """CPU seconds of this process and of those it has ended, since Python started."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def load(model: str) -> Any:
    from rasa.core.agent import load_agent

    return asyncio.run(load_agent(model_path=model))


async def parse(agent: Any, texts: list[str]) -> None:
    with Path("parsed.jsonl").open("w") as output:
        for text in texts:
            began = time.process_time()
            parsed = await agent.parse_message(text)
            spent = 1_000 * (time.process_time() - began)
            ranking = parsed.get("intent_ranking") or [parsed["intent"]]
            row = {
                "intent": parsed["intent"]["name"],
                "ranking": [[one["name"], one["confidence"]] for one in ranking[:3]],
                "entities": [
                    {key: one.get(key) for key in ("entity", "start", "end", "value")} for one in parsed["entities"]
                ],
                "cpu_ms": spent,
            }
            output.write(json.dumps(row, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
