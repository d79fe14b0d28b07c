"""Draw what `understanding` measured: accuracy by set beside the peers, and how far confidence can be believed.

`python chart.py FIGURES.json CHART.png`; matplotlib comes with Rasa.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt

COLOURS = {"ours": "#0b7285", "tfidf": "#adb5bd", "diet": "#e8590c"}
NAMES = {"ours": "Souk", "tfidf": "TF-IDF alone", "diet": "DIET"}


def main(figures: Path, chart: Path) -> None:
    data = json.loads(figures.read_text())
    _, (bars, bins) = plt.subplots(1, 2, figsize=(13, 5), gridspec_kw={"width_ratios": (2, 1)})
    sets = [row["name"] for row in data["accuracy"]]
    for place, side in enumerate(COLOURS):
        heights = [row[side] for row in data["accuracy"]]
        shown = [(number + 0.27 * (place - 1), height) for number, height in enumerate(heights) if height is not None]
        if shown:
            bars.bar(*zip(*shown, strict=True), width=0.25, color=COLOURS[side], label=NAMES[side])
    bars.set_xticks(range(len(sets)), sets, rotation=40, ha="right")
    bars.set_ylim(50, 100)
    bars.set_ylabel("intent accuracy, %")
    bars.grid(axis="y", alpha=0.3)
    bars.legend(loc="lower right")
    bins.plot([0, 1], [0, 1], color="#adb5bd", linewidth=1)
    for name, rows in data["calibration"].items():
        bins.plot([row[0] for row in rows], [row[1] for row in rows], marker="o", label=name)
    bins.set_xlabel("confidence")
    bins.set_ylabel("share that is right")
    bins.legend(loc="upper left")
    plt.tight_layout()
    plt.savefig(chart, dpi=120)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
