"""What a shopper asks for, as words and filters. Knows nothing of how it is found.

`read_query` takes the filters out of a sentence ("running shoes under 80, size 42, in blue"); whoever knows more, from
entities of the language model, puts it in with `dataclasses.replace`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Query:
    """`text` holds the words to look for. Prices are in major units (`Decimal("80")`) of the shopper's currency,
    both ends included. `size` and `colour` are option values, `category` a path or its last part ("shoes")."""

    text: str = ""
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    size: str | None = None
    colour: str | None = None
    category: str | None = None
    in_stock: bool = True
