"""How well the bot understands: intents, doubt and entities, on sets that nobody here wrote, and on our own.

Each set is learnt through the project's own `config.yml` by Rasa's own training and read by Rasa's own parse, once as
it is and once with TF-IDF alone (no encoders). DIET needs 22 CPU minutes for 770 rows: `--diet` trains it here, in
stock Rasa's environment, on the sets it is given; else the figures recorded for it (Rasa 3.6.21, default sparse
pipeline, 100 epochs) stand in the table. Nothing is chosen by what comes out here: thresholds and weights are picked
by the components from the training rows.

An intent counts as recognised when it leads the ranking, `nlu_fallback` left aside; doubt is measured by itself. Prints
JSON lines; the table, the chart and every answer go to `artifacts/understanding/`.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
GIVEN = ROOT.parent / "shared" / "datasets"
OWN = ROOT / "tests" / "understanding"
ARTIFACTS = ROOT / "artifacts" / "understanding"
ENGINE_PYTHON = ROOT / "engine" / ".venv" / "bin" / "python"
STOCK = ROOT / "benchmarks" / "stock"
UV = ROOT / ".tools" / "bin" / "uv"
RASA_SIDE = ROOT / "benchmarks" / "rasa_side"

CLASSIFIER = "engine.nlu.intents.FusionIntentClassifier"
FALLBACK = "nlu_fallback"
OUT_OF_SCOPE = frozenset({FALLBACK, "out_of_scope", "oos"})
DIET_ACCURACY = {"banking77_10shot": 68.3}
DIET_TRAIN_CPU_S, DIET_PARSE_MS = 1_304.0, 25.3  # both on banking77_10shot
DIET_CONFIG = {
    "recipe": "default.v1",
    "assistant_id": "diet",
    "language": "en",
    "pipeline": [
        {"name": "WhitespaceTokenizer"},
        {"name": "RegexFeaturizer"},
        {"name": "LexicalSyntacticFeaturizer"},
        {"name": "CountVectorsFeaturizer"},
        {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
        {"name": "DIETClassifier", "epochs": 100, "constrain_similarities": True},
    ],
}
BINS = 15


@dataclass(frozen=True)
class Row:
    text: str
    intent: str


@dataclass(frozen=True)
class Set:
    """`strange` are sentences that none of the intents covers."""

    name: str
    train: Sequence[Row]
    test: Sequence[Row]
    strange: Sequence[Row] = ()


@dataclass(frozen=True)
class Answer:
    """`intent` as Rasa gives it, `best` the first of the ranking that is not doubt, and the confidence in that."""

    intent: str
    best: str
    confidence: float
    entities: list[dict[str, Any]]
    cpu_ms: float


@dataclass
class Result:
    answers: list[Answer]
    strange: list[Answer]
    train_cpu_s: float
    extra: dict[str, float] = field(default_factory=dict)


def tell(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


# -- the sets ----------------------------------------------------------------------------------------------------------


def rows(path: Path, **only: str) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        found = csv.DictReader(file)
        return [Row(row["text"], row["intent"]) for row in found if all(row[k] == v for k, v in only.items())]


def given_sets() -> Iterator[Set]:
    banking, clinc, mtop = GIVEN / "banking77", GIVEN / "clinc150", GIVEN / "mtop_xsemplr"
    for name, file in (("5shot", "train_5shot"), ("10shot", "train_10shot"), ("", "train")):
        name = f"banking77_{name}".rstrip("_")
        yield Set(name, rows(banking / f"{file}.csv"), rows(banking / "test.csv"))
    yield Set("clinc150_10shot", rows(clinc / "fewshot_train_10.csv"), rows(clinc / "fewshot_test.csv"))
    strange = rows(clinc / "full_oos_test.csv")
    yield Set("clinc150", rows(clinc / "full_train.csv"), rows(clinc / "full_test.csv"), strange)
    for language in ("en", "fr", "hi"):
        yield Set(f"mtop_{language}", rows(mtop / f"dev_{language}.csv"), rows(mtop / f"test_{language}.csv"))
    shop = rows(GIVEN / "ro45y_ecommerce_en_hi_es" / "all.csv")
    random.Random(0).shuffle(shop)
    yield Set("ro45y", shop[:3_000], shop[3_000:])
    hwu = GIVEN / "hwu64"
    if hwu.exists():
        yield Set("hwu64", rows(hwu / "train.csv"), rows(hwu / "test.csv"))


# -- training and parsing, by Rasa ------------------------------------------------------------------------------------


def configuration(encoders: bool) -> dict[str, Any]:
    config: dict[str, Any] = yaml.safe_load((ROOT / "config.yml").read_text())
    if not encoders:
        for component in config["pipeline"]:
            if component["name"] == CLASSIFIER:
                component["encoders"] = []
    return {key: value for key, value in config.items() if key != "policies"}


def learn(one: Set, config: dict[str, Any], python: Path = ENGINE_PYTHON, *flags: str) -> Result:
    """Train on the set's rows and parse its sentences, in an interpreter that has Rasa."""
    by_intent: dict[str, list[str]] = {}
    for row in one.train:
        by_intent.setdefault(row.intent, []).append(" ".join(row.text.split()))
    blocks = [{"intent": intent, "examples": [{"text": text} for text in said]} for intent, said in by_intent.items()]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        dump = {"allow_unicode": True, "sort_keys": False}
        (folder / "nlu.yml").write_text(yaml.safe_dump({"version": "3.1", "nlu": blocks}, **dump))
        (folder / "config.yml").write_text(yaml.safe_dump(config, **dump))
        texts = [row.text for row in (*one.test, *one.strange)]
        answers, facts = run(folder, texts, python, *flags)
    return Result(answers[: len(one.test)], answers[len(one.test) :], facts["train_cpu_s"])


def run(folder: Path, texts: list[str], python: Path, *flags: str) -> tuple[list[Answer], dict[str, float]]:
    (folder / "test.json").write_text(json.dumps(texts))
    env = {**os.environ, "RASA_TELEMETRY_ENABLED": "false", "PYTHONDONTWRITEBYTECODE": "", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(
        [str(python), str(RASA_SIDE / "learn.py"), str(folder), *flags],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"Rasa failed:\n{done.stdout[-2_000:]}{done.stderr[-4_000:]}")
    lines = (folder / "parsed.jsonl").read_text().splitlines()
    return [read_answer(json.loads(line)) for line in lines], json.loads((folder / "facts.json").read_text())


def read_answer(parsed: dict[str, Any]) -> Answer:
    named = [(name, sure) for name, sure in parsed["ranking"] if name != FALLBACK] or [("", 0.0)]
    best, confidence = named[0]
    return Answer(parsed["intent"] or "", best or "", confidence, parsed["entities"], parsed["cpu_ms"])


# -- figures -----------------------------------------------------------------------------------------------------------


def accuracy(test: Sequence[Row], answers: Sequence[Answer]) -> float:
    return 100 * sum(row.intent == answer.best for row, answer in zip(test, answers, strict=True)) / len(test)


def bins_of(test: Sequence[Row], answers: Sequence[Answer]) -> list[tuple[float, float, int]]:
    """Mean confidence, share that is right, and count, of each of 15 equal bins that has any."""
    found: dict[int, list[tuple[float, bool]]] = {}
    for row, answer in zip(test, answers, strict=True):
        place = min(int(answer.confidence * BINS), BINS - 1)
        found.setdefault(place, []).append((answer.confidence, row.intent == answer.best))
    return [
        (sum(sure for sure, _ in pairs) / len(pairs), sum(right for _, right in pairs) / len(pairs), len(pairs))
        for _, pairs in sorted(found.items())
    ]


def expected_calibration_error(test: Sequence[Row], answers: Sequence[Answer]) -> float:
    return sum(abs(sure - right) * count for sure, right, count in bins_of(test, answers)) / len(test)


def auroc(known: Sequence[Answer], strange: Sequence[Answer]) -> float:
    """The chance that a known sentence has more confidence than a strange one; ties count half. A strange sentence that
    was taken for out of scope by name counts as having none."""

    def certainty(answer: Answer) -> float:
        return 0.0 if answer.best in OUT_OF_SCOPE else answer.confidence

    scored = sorted([(certainty(a), 1) for a in known] + [(certainty(a), 0) for a in strange])
    rank_sum, at = 0.0, 0
    while at < len(scored):
        end = at
        while end < len(scored) and scored[end][0] == scored[at][0]:
            end += 1
        rank_sum += sum(kind for _, kind in scored[at:end]) * (at + end + 1) / 2
        at = end
    count = len(known)
    return 100 * (rank_sum - count * (count + 1) / 2) / (count * len(strange))


def quantile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def print_row(name: str, ours: float, peer: float | None, unit: str, n: int) -> None:
    """`ratio` is ours over the peer's."""
    ratio = None if not peer else round(ours / peer, 4)
    row = {"name": name, "ours": round(ours, 3), "peer": peer, "ratio": ratio, "unit": unit, "n": n}
    print(json.dumps(row), flush=True)


# -- our own sentences -------------------------------------------------------------------------------------------------


def own_languages() -> list[Path]:
    return sorted(OWN.glob("*.yml"))


def measure_own() -> None:
    """Train the shop's model once, and put the evaluation set of every language to it."""
    sys.path.insert(0, str(ROOT))
    from tests.understanding.sentences import Sentence, entity_f1, read, unseen

    taught = ROOT / "data" / "nlu"
    sentences: list[tuple[str, Sentence]] = [
        (path.stem, one) for path in own_languages() for one in unseen(read(path), taught)
    ]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        (folder / "nlu.yml").symlink_to(ROOT / "data" / "nlu")
        (folder / "catalog").symlink_to(ROOT / "catalog")
        (folder / "config.yml").write_text(yaml.safe_dump(configuration(encoders=True)))
        answers, facts = run(folder, [one.text for _, one in sentences], ENGINE_PYTHON)
    print_row("own_train_cpu_s", facts["train_cpu_s"], None, "s", 1)
    for path in own_languages():
        pairs = [(one, a) for (where, one), a in zip(sentences, answers, strict=True) if where == path.stem]
        right = sum(one.intent == answer.best for one, answer in pairs)
        print_row(f"own_{path.stem}_intents", 100 * right / len(pairs), None, "%", len(pairs))
        f1 = entity_f1([(one.entities, answer.entities) for one, answer in pairs])
        print_row(f"own_{path.stem}_entities", 100 * f1, None, "F1 %", len(pairs))


# -- all of it ---------------------------------------------------------------------------------------------------------


def set_up_stock() -> Path:
    base = subprocess.run(
        [str(ENGINE_PYTHON), "-c", "import sys; print(sys._base_executable)"],
        capture_output=True,
        text=True,
        check=True,
    )
    command = [str(UV), "sync", "--project", str(STOCK), "--frozen", "--quiet", "--python", base.stdout.strip()]
    subprocess.run(command, stdout=sys.stderr, check=True)
    return STOCK / ".venv" / "bin" / "python"


def measure(one: Set, diet: bool) -> dict[str, Any]:
    tell(f"{one.name}: {len(one.train)} rows to learn, {len(one.test) + len(one.strange)} to read")
    ours = learn(one, configuration(encoders=True))
    tfidf = learn(one, configuration(encoders=False))
    peer: float | None = DIET_ACCURACY.get(one.name)
    if diet:
        theirs = learn(one, DIET_CONFIG, set_up_stock(), "--stock")
        peer = round(accuracy(one.test, theirs.answers), 1)
    figures = {
        "name": one.name,
        "ours": round(accuracy(one.test, ours.answers), 1),
        "tfidf": round(accuracy(one.test, tfidf.answers), 1),
        "diet": peer,
        "rows": len(one.train),
        "n": len(one.test),
        "ece": round(expected_calibration_error(one.test, ours.answers), 4),
        "train_cpu_s": round(ours.train_cpu_s, 1),
        "parse_p50_ms": round(quantile([a.cpu_ms for a in ours.answers], 0.5), 1),
        "parse_p95_ms": round(quantile([a.cpu_ms for a in ours.answers], 0.95), 1),
        "bins": [bin[:2] for bin in bins_of(one.test, ours.answers) if bin[2] >= 10],
    }
    print_row(one.name, figures["ours"], peer, "%", len(one.test))
    print_row(f"{one.name}_tfidf_alone", figures["tfidf"], peer, "%", len(one.test))
    print_row(f"{one.name}_ece", figures["ece"], None, "", len(one.test))
    if one.strange:
        doubted = sum(answer.intent in OUT_OF_SCOPE for answer in ours.strange)
        kept = sum(row.intent == answer.intent for row, answer in zip(one.test, ours.answers, strict=True))
        figures["in_scope"] = round(100 * kept / len(one.test), 1)
        figures["oos_recall"] = round(100 * doubted / len(one.strange), 1)
        figures["oos_auroc"] = round(auroc(ours.answers, ours.strange), 1)
        print_row(f"{one.name}_oos_auroc", figures["oos_auroc"], None, "%", len(one.strange))
        print_row(f"{one.name}_in_scope_with_doubt", figures["in_scope"], 90.9, "%", len(one.test))
        print_row(f"{one.name}_oos_recall", figures["oos_recall"], 31.2, "%", len(one.strange))
    if one.name == "banking77_10shot":
        print_row("train_cpu_s", ours.train_cpu_s, DIET_TRAIN_CPU_S, "s", len(one.train))
        print_row("train_cpu_ratio", DIET_TRAIN_CPU_S / ours.train_cpu_s, 1.0, "x", len(one.train))
        print_row("parse_ms", figures["parse_p50_ms"], DIET_PARSE_MS, "ms", len(one.test))
        print_row("parse_p95_ms", figures["parse_p95_ms"], None, "ms", len(one.test))
    return figures


def report(measured: list[dict[str, Any]]) -> None:
    """The table and the chart."""
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    heads = ("set", "rows", "DIET", "TF-IDF", "ours", "ECE", "train CPU s", "parse p50 ms", "p95 ms")
    keys = ("name", "rows", "diet", "tfidf", "ours", "ece", "train_cpu_s", "parse_p50_ms", "parse_p95_ms")
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    lines += [f"| {' | '.join('–' if row[key] is None else str(row[key]) for key in keys)} |" for row in measured]
    for row in measured:
        if "oos_recall" in row:
            words = "in scope {in_scope} %, strange ones doubted {oos_recall} %, AUROC {oos_auroc}"
            lines.append(f"\n{row['name']}, with the threshold that training picked: {words.format(**row)}")
    (ARTIFACTS / "table.md").write_text("\n".join(lines) + "\n")
    tell("\n".join(lines))
    calibration = {row["name"]: row["bins"] for row in measured if row["name"] in ("clinc150", "banking77_10shot")}
    figures = ARTIFACTS / "figures.json"
    figures.write_text(json.dumps({"accuracy": measured, "calibration": calibration}, indent=1))
    command = [str(ENGINE_PYTHON), str(RASA_SIDE / "chart.py"), str(figures), str(ARTIFACTS / "chart.png")]
    subprocess.run(command, check=True, stdout=sys.stderr)
    tell(f"the table and the chart are in {ARTIFACTS.relative_to(ROOT)}/")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="*", help="names of sets; all when none is named; `own` is our own")
    parser.add_argument("--diet", action="store_true", help="train DIET here too (20 minutes and more a set)")
    options = parser.parse_args()
    if not options.sets or "own" in options.sets:
        measure_own()
    if not GIVEN.exists():
        tell("The public sets are not beside the project (../shared/datasets): only our own sentences were measured.")
        return
    chosen = [one for one in given_sets() if not options.sets or one.name in options.sets]
    if chosen:
        report([measure(one, options.diet) for one in chosen])


if __name__ == "__main__":
    main()
