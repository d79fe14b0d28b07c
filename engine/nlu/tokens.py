"""Where words begin and end, in every script: tokens for Rasa, and the finer pieces that entities are made of."""

from __future__ import annotations

import functools
import unicodedata
from dataclasses import dataclass
from typing import Any

import regex
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.training_data.message import Message

from engine.nlu.sources import KnownByItsSources

# Glued to a number they are a word of their own: "80zł", "500rs", "rs500".
UNITS = "zł|zl|pln|eur|euros?|usd|inr|rs|rupees|gbp|chf|dollars?|bucks|inch(?:es)?|cali|pouces"

PIECE = regex.compile(
    rf"""
    [\w.+-]+@[\w-]+(?:\.[\w-]+)+                # e-mail
    | (?:https?://|www\.)\S+[\w/]
    | (?<!\w)(?=\p{{Lu}})[\p{{Lu}}\d]{{2,}}(?:-[\p{{Lu}}\d]+)+(?!\w)    # SKU
    | (?<!\w)\d+(?:[.,]\d+)*(?=(?:{UNITS})(?!\w))                       # a number and its unit
    | (?<!\w)(?:{UNITS})(?=\d)
    | \d+(?:[.,]\d+)+(?!\w)                                             # 42,5
    | [\p{{L}}\p{{M}}\p{{Cf}}]+(?:-[\p{{L}}\p{{M}}]+)+(?![\w])          # t-shirt
    | [\w\p{{M}}\u200c\u200d]+
    | \S
    """,
    regex.VERBOSE | regex.IGNORECASE,
)
WORD = regex.compile(r"[\p{L}\p{N}]")


@dataclass(frozen=True)
class Piece:
    """A word, a number or a sign, and where it stands in the text; `key` is its plain form."""

    text: str
    start: int
    end: int
    key: str


def pieces(text: str) -> list[Piece]:
    """The text without its blanks, cut so that an entity never begins or ends inside a piece."""
    return [Piece(found[0], found.start(), found.end(), plain(found[0])) for found in PIECE.finditer(text)]


@functools.lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Lower case without accents: what people leave out on a phone. Devanagari keeps its vowels and loses its dots.

    Its digits become 0 to 9. "Écharpe" is "echarpe", "łódź" is "lodz", "२ जोड़ी" is "2 जोडी".
    """
    if text.isascii():
        return text.lower()
    taken = unicodedata.normalize("NFKD", text.casefold())
    return "".join(plain_letter(letter) for letter in taken)


LETTERS = {"ł": "l", "ø": "o", "đ": "d", "œ": "oe", "æ": "ae", "’": "'", "‘": "'", "–": "-", "—": "-", "ँ": "ं", "़": ""}


def plain_letter(letter: str) -> str:
    if letter in LETTERS:
        return LETTERS[letter]
    if "\u0300" <= letter <= "\u036f" or letter in "\u200c\u200d\ufe0f":
        return ""
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    return letter


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_TOKENIZER, is_trainable=False)
class Words(KnownByItsSources, Tokenizer):
    """`engine.nlu.tokens.Words`: Rasa's tokens, without signs and emoji, unless there is nothing else.

    Rasa's own by blanks keeps "shoes,socks", "20-40" and "₹500" in one token, so that no two entities fit into them.
    """

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        return {
            "intent_tokenization_flag": False,
            "intent_split_symbol": "_",
            "token_pattern": None,
            "prefix_separator_symbol": None,
        }

    @classmethod
    def create(cls, config: dict[str, Any], *_: Any) -> Words:
        return cls(config)

    def tokenize(self, message: Message, attribute: str) -> list[Token]:
        found = pieces(message.get(attribute))
        words = [piece for piece in found if WORD.search(piece.text)] or found
        tokens = [Token(piece.text, piece.start) for piece in words]
        return self._apply_token_pattern(tokens)
