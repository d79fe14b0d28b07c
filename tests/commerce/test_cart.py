"""A cart keeps its promises whatever is done to it, in whatever order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commerce.cart import MOST_LINES, MOST_OF_ONE, Cart, CartLimitReached
from bot.errors import BadInput
from bot.payments.base import MOST_LINES as MOST_LINES_OF_A_SESSION

skus = st.sampled_from(["A", "B", "C", "D"])
changes = st.lists(
    st.one_of(
        st.tuples(st.just("add"), skus, st.integers(1, 60)),
        st.tuples(st.just("put"), skus, st.integers(0, 120)),
        st.tuples(st.just("remove"), skus, st.just(0)),
        st.tuples(st.just("clear"), skus, st.just(0)),
    ),
    max_size=30,
)


def do(cart: Cart, what: str, sku: str, quantity: int) -> Cart:
    match what:
        case "add":
            return cart.add(sku, quantity)
        case "put":
            return cart.put(sku, quantity)
        case "remove":
            return cart.remove(sku)
        case _:
            return cart.clear()


@given(changes)
def test_any_changes_leave_one_line_a_sku_within_the_limits(todo: list[tuple[str, str, int]]) -> None:
    cart = Cart()
    wanted: dict[str, int] = {}
    for what, sku, quantity in todo:
        try:
            cart = do(cart, what, sku, quantity)
        except CartLimitReached:
            continue
        if what == "clear":
            wanted = {}
        else:
            wanted[sku] = {"add": wanted.get(sku, 0) + quantity, "put": quantity, "remove": 0}[what]
    assert {line.sku: line.quantity for line in cart.lines} == {s: n for s, n in wanted.items() if n}
    assert len({line.sku for line in cart.lines}) == len(cart.lines)
    assert all(1 <= line.quantity <= MOST_OF_ONE for line in cart.lines)
    assert cart.count == sum(wanted.values())


@given(changes)
def test_every_change_and_only_a_change_raises_the_version(todo: list[tuple[str, str, int]]) -> None:
    cart = Cart()
    for change in todo:
        try:
            after = do(cart, *change)
        except CartLimitReached:
            continue
        assert (after.version > cart.version) or after == cart
        cart = after


@given(changes, skus)
def test_the_newest_line_is_the_one_touched_last(todo: list[tuple[str, str, int]], sku: str) -> None:
    cart = Cart()
    for change in todo:
        try:
            cart = do(cart, *change)
        except CartLimitReached:
            continue
    touched = cart.put(sku, 1)
    assert touched.newest is not None
    assert touched.newest.sku == sku


@given(changes, st.dictionaries(skus, st.integers(1, 99)))
def test_what_was_bought_leaves_and_the_rest_stays(todo: list[tuple[str, str, int]], bought: dict[str, int]) -> None:
    cart = Cart()
    for change in todo:
        try:
            cart = do(cart, *change)
        except CartLimitReached:
            continue
    left = {line.sku: line.quantity for line in cart.without(bought).lines}
    for line in cart.lines:
        assert left.get(line.sku, 0) == max(line.quantity - bought.get(line.sku, 0), 0)


def test_lines_stay_in_the_order_they_were_added() -> None:
    cart = Cart().add("B", 1).add("A", 1).add("B", 1)

    assert [(line.sku, line.quantity) for line in cart.lines] == [("B", 2), ("A", 1)]


def test_a_limit_says_what_and_how_many() -> None:
    with pytest.raises(CartLimitReached) as reached:
        Cart().add("A", MOST_OF_ONE).add("A", 1)
    assert (reached.value.what, reached.value.limit) == ("quantity", 99)


def test_a_full_cart_with_its_delivery_fits_into_one_payment() -> None:
    cart = Cart()
    for number in range(MOST_LINES):
        cart = cart.add(f"SKU-{number}", 1)
    with pytest.raises(CartLimitReached) as reached:
        cart.add("ONE-MORE", 1)
    assert reached.value.what == "lines"
    assert len(cart.lines) + 1 <= MOST_LINES_OF_A_SESSION


@pytest.mark.parametrize("quantity", [0, -1])
def test_nothing_cannot_be_added(quantity: int) -> None:
    with pytest.raises(BadInput):
        Cart().add("A", quantity)


def test_a_negative_quantity_cannot_be_put() -> None:
    with pytest.raises(BadInput):
        Cart().put("A", -1)
