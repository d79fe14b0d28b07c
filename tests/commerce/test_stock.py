from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.commerce.stock import wanted_by_sku


@given(st.lists(st.tuples(st.sampled_from("ABC"), st.integers(1, 9))))
def test_lines_that_share_a_sku_are_summed_in_sku_order(lines: list[tuple[str, int]]) -> None:
    wanted = wanted_by_sku(lines)

    assert sum(wanted.values()) == sum(quantity for _, quantity in lines)
    assert list(wanted) == sorted({sku for sku, _ in lines})
