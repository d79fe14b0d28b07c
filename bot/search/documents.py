"""A product as a document: its words cut to stems, field by field, and its offers. And what all documents together
teach: which words the catalogue knows, how slips of them look, which of them name things."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from bot.commerce.catalog import Product
from bot.commerce.money import exponent
from bot.commerce.query import option_value
from bot.search.anatomy import shape, stretch_ends, takers_among, words_of
from bot.search.base import FIELDS, Document, Facts, Offer, Tally, Word
from bot.search.stems import stem, stem_in
from bot.search.words import deletions, heads, indexed, tokens

_FILTERED = ("size", "colour")
_HEAD, _BRAND = FIELDS.index("head"), FIELDS.index("brand")
_MENDED_FROM, _LONG = 4, 8
_LONGEST_MENDED = 16


def document(product: Product) -> Document:
    shaped = shape(product.title)
    options = dict.fromkeys(value for variant in product.variants for value in variant.options.values())
    vegan = ["vegan"] if product.vegan else []
    texts = {
        "title": " ".join(_with_joined(product.title, words_of(shaped))),
        "kind": _stemmed_again(product.kind),
        "head": _stemmed_again(heads(product.kind, product.category)),
        "category": _stemmed_again(product.category.replace("/", " ")),
        "brand": _stemmed_again(product.brand),
        "tags": " ".join(map(_stemmed_again, [*product.tags, *product.materials, *vegan])),
        "options": " ".join(map(_stemmed_again, options)),
        "skus": " ".join(_codes(product)),
        "translated": " ".join(_translated(product)),
        "details": " ".join(map(_stemmed_again, product.details.values())),
        "description": _stemmed(f"{product.why} {product.description}"),
    }
    fields = tuple(texts[name] for name in FIELDS)
    return Document(product.id, product.category, fields, " ".join(shaped), tuple(_offers(product)))


@lru_cache(20_000)
def _stemmed_again(text: str) -> str:
    """Of what many products say alike: kinds, categories, brands, details."""
    return _stemmed(text)


def _stemmed(text: str) -> str:
    return " ".join(stem(word) for word in indexed(text).split())


def _with_joined(title: str, stemmed: list[str]) -> list[str]:
    """And the hyphenated words once more as one: "t-shirt" is found as `tshirt` too."""
    joined = [stem(token.replace("-", "")) for token in tokens(title) if "-" in token] if "-" in title else []
    return [*stemmed, *joined]


def _codes(product: Product) -> Iterator[str]:
    """Each as one word, as a shopper's hyphenated word is looked up too: codes are met whole or not at all."""
    for variant in product.variants:
        for code in (variant.sku, variant.gtin, variant.mpn):
            if code:
                yield "".join("".join(tokens(code)).split("-"))


def _translated(product: Product) -> Iterator[str]:
    """In the stems of its own language and in English ones, because nobody says in which language they ask."""
    for language, said in product.translations.items():
        for word in indexed(f"{said.title} {said.why} {said.description}").split():
            yield stem(word)
            if (other := stem_in(language.split("-")[0], word)) != stem(word):
                yield other


def _offers(product: Product) -> Iterator[Offer]:
    """A price now and a price of a sale both find it; which of them holds is decided when it is shown."""
    for variant in product.variants:
        size, colour = (option_value(variant.options[name]) if name in variant.options else None for name in _FILTERED)
        amounts = {(price.currency, price.amount) for price in variant.prices.values()}
        amounts |= {(sale.price.currency, sale.price.amount) for sale in variant.sales.values()}
        amounts |= {(price.currency, price.amount) for price in variant.usual.values()}
        for currency, amount in sorted(amounts):
            yield Offer(currency, amount, 10 ** exponent(currency), size, colour)


class Learning:
    """What is counted while documents go by."""

    def __init__(self) -> None:
        self._products = 0
        self._uses: Counter[str] = Counter()
        self._kinds: Counter[str] = Counter()
        self._heads: Counter[str] = Counter()
        self._brands: Counter[str] = Counter()
        self._currencies: Counter[str] = Counter()
        self._lengths = [0] * len(FIELDS)
        self._having = [0] * len(FIELDS)
        self._written: dict[str, str] = {}

    def read(self, product: Product, made: Document) -> None:
        self._products += 1
        said: set[str] = set()
        for place, text in enumerate(made.fields):
            words = text.split()
            said.update(words)
            if words:
                self._lengths[place] += len(words)
                self._having[place] += 1
        self._uses.update(said)
        self._currencies.update({offer.currency for offer in made.offers})
        kinds = set(made.fields[_HEAD].split())
        self._kinds.update(kinds)
        self._heads.update(kinds or set(stretch_ends(made.shape.split())))
        self._brands.update(set(made.fields[_BRAND].split()))
        for word in _spelled(product):
            self._written.setdefault(word, stem(word))

    def tally(self) -> Tally:
        lengths = tuple(
            total / max(having, 1) or 1.0 for total, having in zip(self._lengths, self._having, strict=True)
        )
        takers = takers_among(self._kinds, frozenset(self._brands))
        words = (Word(each, uses, self._heads[each], self._brands[each]) for each, uses in self._uses.items())
        everywhere = frozenset(each for each, having in self._currencies.items() if having == self._products)
        facts = Facts(self._products, lengths, takers, everywhere)
        return Tally(words, self._written, _slips(self._written), facts)


def _spelled(product: Product) -> frozenset[str]:
    """The words that slips are mended to: those that name the product, as they are written."""
    often = [product.kind, product.category.replace("/", " "), product.brand, *product.tags]
    often += [option for variant in product.variants for option in variant.options.values()]
    titles = [product.title, *(said.title for said in product.translations.values())]
    return _written(" ".join(titles)).union(*map(_written_again, often))


def _written(text: str) -> frozenset[str]:
    return frozenset(word for word in indexed(text).split() if word.isalpha())


@lru_cache(20_000)
def _written_again(text: str) -> frozenset[str]:
    """Of what many products say alike."""
    return _written(text)


def _slips(words: Iterable[str]) -> Iterator[tuple[str, str]]:
    for word in words:
        if _MENDED_FROM <= len(word) <= _LONGEST_MENDED:
            for form in deletions(word, 2 if len(word) >= _LONG else 1):
                yield form, word
