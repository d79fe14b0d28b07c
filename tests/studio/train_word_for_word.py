"""Stands where `python -m engine train` stands: takes its arguments, prints its log lines, writes a model file.

The model knows the examples word for word. In `config.yml` a line `seconds: 5` makes it slow, `fail: …` makes it
end as Rasa ends when it refuses the data.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from pathlib import Path

import yaml


def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("--config", "--domain", "--data", "--out"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--fixed-model-name", required=True)
    asked = parser.parse_args()
    config = yaml.safe_load(asked.config.read_text())
    components = ["RegexFeaturizer", "LogisticRegressionClassifier", "RulePolicy"]
    for component in components:
        log(f"Starting to train component '{component}'.")
        time.sleep(float(config.get("seconds", 0)) / len(components))
        if config.get("fail") and component == "RulePolicy":
            sys.exit(f"\x1b[91mInvalidRule: {config['fail']}\x1b[0m\nIt is in rule 'greet'.")
        log(f"Finished training component '{component}'.")
    known: dict[str, str] = {}
    for path in sorted(asked.data.rglob("*.yml")):
        for item in yaml.safe_load(path.read_text()).get("nlu") or []:
            if isinstance(item.get("examples"), str) and "intent" in item:
                known.update({line[1:].strip(): item["intent"] for line in item["examples"].splitlines()})
    asked.out.mkdir(parents=True, exist_ok=True)
    (asked.out / f"{asked.fixed_model_name}.tar.gz").write_text(json.dumps(known))


def log(what: str) -> None:
    line = f"2026-11-22 10:00:00 \x1b[94mINFO    \x1b[0m \x1b[34mrasa.engine.training.hooks\x1b[0m  - {what}\n"
    sys.stderr.write(line)
    sys.stderr.flush()


main()
