"""The encoders that set-up packed, and folders that a shop brings along."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from engine.nlu import encoders

ORDER = "where is my order?"
SAME = {"fr": "où est ma commande ?", "pl": "gdzie jest moje zamówienie?", "hi": "मेरा ऑर्डर कहाँ है?"}
OTHER = "a warm blanket in blue"


def folder(name: str) -> str:
    return str(encoders.PACKED / name)


@pytest.mark.parametrize("name", encoders.available())
def test_vectors_have_length_one_and_keep_the_order_of_their_texts(name: str) -> None:
    encoder = encoders.opened(name)
    texts = [f"{'please ' * (number % 7)}show me {number} hats" for number in range(40)]

    vectors = encoder.encode(texts)

    assert vectors.shape == (40, encoder.dimensions)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    alone = np.stack([encoder.encode([text])[0] for text in texts])
    assert (np.argmax(alone @ vectors.T, axis=1) == np.arange(40)).mean() > 0.9


@pytest.mark.parametrize("language", sorted(SAME))
def test_the_same_wish_in_another_language_is_nearer_than_another_wish(language: str) -> None:
    asked, same, other = encoders.opened(folder("e5")).encode([ORDER, SAME[language], OTHER])

    assert asked @ same > asked @ other


def test_no_texts_give_no_vectors() -> None:
    for name in encoders.available():
        encoder = encoders.opened(name)
        assert encoder.encode([]).shape == (0, encoder.dimensions)


def test_an_empty_and_an_endless_text_have_vectors_too() -> None:
    for name in encoders.available():
        assert np.isfinite(encoders.opened(name).encode(["", "no " * 5000])).all()


def test_the_last_layer_is_the_sentence() -> None:
    encoder = encoders.opened(folder("minilm"))
    assert isinstance(encoder, encoders.OnnxEncoder)

    last = encoder.encode_layers([ORDER])[:, -1]

    assert np.allclose(last / np.linalg.norm(last), encoder.encode([ORDER]), atol=1e-5)


def test_one_encoder_serves_every_model_of_a_process() -> None:
    assert encoders.opened(folder("minilm")) is encoders.opened(folder("minilm"))


def test_a_shop_brings_its_own_encoder_as_a_folder(tmp_path: Path) -> None:
    own = tmp_path / "our-encoder"
    own.mkdir()
    for name in ("model.onnx", "tokenizer.json"):
        shutil.copyfile(Path(folder("minilm")) / name, own / name)

    encoder = encoders.opened(str(own))

    assert (encoder.name, encoder.languages) == ("our-encoder", None)
    assert encoder.fingerprint
    assert encoder.encode([ORDER]).shape == (1, 384)


def test_a_folder_that_is_no_encoder_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(encoders.BrokenEncoder, match=r"has no model.onnx"):
        encoders.OnnxEncoder(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(encoders.BrokenEncoder, match=r"neither a tokenizer.json nor a sentencepiece.model"):
        encoders.OnnxEncoder(tmp_path)
    shutil.copyfile(Path(folder("minilm")) / "tokenizer.json", tmp_path / "tokenizer.json")
    with pytest.raises(encoders.BrokenEncoder, match="cannot be run"):
        encoders.OnnxEncoder(tmp_path)


def test_a_language_gets_the_encoders_that_know_it() -> None:
    everyone = [encoders.opened(name) for name in encoders.available()]

    def names(language: str | None) -> set[str]:
        return {encoder.name for encoder in encoders.speaking(everyone, language)}

    assert names("en") == {"e5", "minilm", "use"}
    assert names("pl") == {"e5", "use"}
    assert names("hi") == names("hi-Latn") == names(None) == {"e5"}
