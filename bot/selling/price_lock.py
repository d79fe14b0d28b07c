"""What costs something else now than on the pay page that was open before. Pure: rows of two orders of one customer.

A pay page's prices hold as long as it is open. Once prices, delivery or a code have changed it is closed, and whoever
asks for the next one hears what is different. What the customer changed themselves is no news to them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from bot.commerce.money import Money
from bot.selling.order_answers import PriceChange


def price_changes(before: Any, old: Sequence[Any], now: Any, new: Sequence[Any]) -> list[PriceChange]:
    """In the order of the new lines. Both orders are in one currency."""

    def money(amount: int) -> Money:
        return Money(amount, now.currency)

    prices = {line.sku: line.unit_amount for line in old}
    changes = [
        PriceChange("price", line.title, money(prices[line.sku]), money(line.unit_amount))
        for line in new
        if prices.get(line.sku, line.unit_amount) != line.unit_amount
    ]
    if _pieces(old) != _pieces(new) or before.country != now.country:
        return changes
    if before.shipping != now.shipping:
        changes.append(PriceChange("delivery", "", money(before.shipping), money(now.shipping)))
    if before.code and now.code in (None, before.code) and before.discount != now.discount:
        changes.append(PriceChange("discount", before.code, money(before.discount), money(now.discount)))
    if before.tax != now.tax:
        changes.append(PriceChange("tax", now.tax_name or before.tax_name, money(before.tax), money(now.tax)))
    return changes


def _pieces(lines: Sequence[Any]) -> Counter[str]:
    pieces: Counter[str] = Counter()
    for line in lines:
        pieces[line.sku] += line.quantity
    return pieces
