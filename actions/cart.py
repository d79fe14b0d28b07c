"""The customer's cart: put in, change, take out, look at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions import reading, wording
from actions.counter import Asked, CounterAction, Said
from bot.conversation.replies import Option
from bot.errors import NotFound
from bot.selling.answers import (
    Add,
    CartChanged,
    CartLine,
    CartView,
    Change,
    NeedsOption,
    NoSuchOption,
    NotInCart,
)
from bot.selling.shop import Shop

UNSURE = "Which one do you mean? Tell me what you are looking for, or tap a product of the list."


class AddToCart(CounterAction):
    title = "action_add_to_cart"

    async def answer(self, asked: Asked) -> Said:
        product_id = product_meant(asked)
        if product_id is None:
            return Said.text(UNSURE, asked.buttons.show_cart)
        added = asked.slots.get("added")
        if added and added["product_id"] == product_id:
            return await in_already(self.shop, asked)
        chosen = {name: asked.slots[name] for name in ("size", "colour") if asked.slots.get(name)}
        quantity = asked.slots.get("wanted") or reading.quantity_in(asked.text) or 1
        return await put_in_cart(self.shop, asked, product_id, chosen, quantity)


class AddAnother(CounterAction):
    title = "action_add_another"

    async def answer(self, asked: Asked) -> Said:
        added = asked.slots.get("added")
        size, colour = reading.size_in(asked.text), asked.entities.get("colour")
        other = {name: value for name, value in (("size", size), ("colour", colour)) if value}
        if added and other:
            return await put_in_cart(self.shop, asked, added["product_id"], {**added["options"], **other}, 1)
        quantity = reading.quantity_in(asked.text) or 1
        answer = await self.shop.add_again(asked.conversation_id, asked.key, quantity)
        return tell_change(asked, answer)


class SetQuantity(CounterAction):
    title = "action_set_quantity"

    async def answer(self, asked: Asked) -> Said:
        said = asked.entities.get("quantity")
        quantity = int(said) if said and said.isdigit() else reading.quantity_in(asked.text)
        if quantity is None:
            return Said.text("How many shall it be? “Make it two”, for example.", asked.buttons.show_cart)
        product_id = asked.slots.get("product_id")
        if product_id and not asked.slots.get("added") and not asked.entities.get("sku"):
            chosen = {name: asked.slots[name] for name in ("size", "colour") if asked.slots.get(name)}
            return await put_in_cart(self.shop, asked, product_id, chosen, quantity)
        sku = asked.entities.get("sku")
        return tell_change(asked, await self.shop.set_quantity(asked.conversation_id, asked.key, quantity, sku))


class RemoveFromCart(CounterAction):
    title = "action_remove_from_cart"

    async def answer(self, asked: Asked) -> Said:
        sku = asked.entities.get("sku")
        if sku is None and reading.words_in(asked.text):
            cart = await self.shop.cart(asked.conversation_id)
            if not cart.lines:
                return wording.empty_cart(asked)
            lines = await self.lines_meant(asked, cart)
            if len(lines) != 1:
                return which_line(asked, cart, lines)
            sku = lines[0].sku
        return tell_change(asked, await self.shop.remove(asked.conversation_id, asked.key, sku))

    async def lines_meant(self, asked: Asked, cart: CartView) -> list[CartLine]:
        """The lines that the sentence names, by their title and options, or by the kind of thing they are."""
        place = reading.place_in(asked.text, len(cart.lines))
        if place is not None:
            return [cart.lines[place]]
        names = [f"{line.label} {await self.kind_of(asked, line)}" for line in cart.lines]
        return [cart.lines[found] for found in reading.named_in(asked.text, names)]

    async def kind_of(self, asked: Asked, line: CartLine) -> str:
        try:
            page = await self.shop.product(asked.conversation_id, line.product_id)
        except NotFound:
            return ""
        return f"{page.card.kind} {page.category.replace('/', ' ')}"


class ShowCart(CounterAction):
    title = "action_show_cart"

    async def answer(self, asked: Asked) -> Said:
        cart = await self.shop.cart(asked.conversation_id)
        if not cart.lines:
            return wording.empty_cart(asked)
        return wording.with_cart(asked, wording.whole_cart(asked, cart), cart)


class ClearCart(CounterAction):
    title = "action_clear_cart"

    async def answer(self, asked: Asked) -> Said:
        if asked.entities.get("sure") == "yes" or asked.slots.get("offer") == "clear_cart":
            answer = await self.shop.clear(asked.conversation_id, asked.key)
            if isinstance(answer, CartChanged):
                return wording.changed(asked, "Done.", answer)
            return wording.empty_cart(asked, "There was nothing in it.")
        cart = await self.shop.cart(asked.conversation_id)
        if not cart.lines:
            return wording.empty_cart(asked, "Your cart is empty already.")
        text = f"Shall I take everything out of your cart? That is {wording.things(cart.count)}."
        return Said.text(text, asked.buttons.empty_cart, asked.buttons.keep_cart, offer="clear_cart")


def product_meant(asked: Asked) -> str | None:
    """The product in front of the customer, else the one of the list that the sentence or its length leaves."""
    in_view = asked.slots.get("product_id")
    if in_view:
        return str(in_view)
    shown = asked.slots.get("shown") or []
    place = 0 if len(shown) == 1 else reading.place_in(asked.text, len(shown))
    return None if place is None else str(shown[place]["id"])


async def in_already(shop: Shop, asked: Asked) -> Said:
    """Tapped twice, or said once more: that is no wish for two."""
    cart = await shop.cart(asked.conversation_id)
    text = f"That is in already; for one more, say “another one”. {wording.sum_up(asked, cart)}"
    return wording.with_cart(asked, text, cart).keeping(added=asked.slots.get("added"))


async def put_in_cart(shop: Shop, asked: Asked, product_id: str, chosen: Mapping[str, str], quantity: int) -> Said:
    """Put it in, or ask for what is still open. Between colours nobody asked for, the first in stock is taken, and
    the customer is told so."""
    try:
        answer, taken = await add(shop, asked, product_id, chosen, quantity)
    except NotFound:
        return Said.text("That one is no longer in the shop, I am sorry.", asked.buttons.keep_looking, product_id=None)
    if isinstance(answer, CartChanged):
        what = f"{answer.line.label} is in your cart." if answer.line else "Done."
        if taken is None:
            return wording.changed(asked, what, answer)
        others = wording.listed(taken.values[1:])
        return wording.changed(
            asked, f"{what} It also comes in {others}.", answer, asked.buttons.another_colour(product_id)
        )
    if isinstance(answer, NeedsOption | NoSuchOption):
        kept = slots_for(chosen, answer.name)
        wanted = quantity if quantity > 1 else None
        return ask_for(asked, answer, chosen).keeping(**kept, product_id=product_id, wanted=wanted, added=None)
    return wording.refused(asked, answer, chosen).keeping(product_id=product_id, added=None, **slots_for(chosen, ""))


async def add(
    shop: Shop, asked: Asked, product_id: str, chosen: Mapping[str, str], quantity: int
) -> tuple[Add, NeedsOption | None]:
    """The shop's answer, and the question that was answered for the customer (a colour among several), if one was."""
    key, taken = asked.key, None
    while True:
        answer = await shop.add(asked.conversation_id, key, product_id, chosen, quantity)
        if isinstance(answer, NeedsOption) and len(answer.values) == 1:
            value: str | None = answer.values[0]
        elif isinstance(answer, NeedsOption) and answer.name == "colour" and "size" in chosen and answer.values:
            value, taken = answer.values[0], answer
        elif isinstance(answer, NoSuchOption):
            value = reading.within(answer.asked, answer.values)
        else:
            value = None
        if value is None or not isinstance(answer, NeedsOption | NoSuchOption):
            return answer, taken
        chosen, key = {**chosen, answer.name: value}, f"{key}:{answer.name}"


async def change_line(shop: Shop, asked: Asked, added: Mapping[str, Any], named: Mapping[str, str]) -> Said:
    """Another size or colour for what was just put in: the new one goes in before the old one goes out."""
    chosen = {**added["options"], **named}
    answer, _ = await add(shop, asked, added["product_id"], chosen, added["quantity"])
    if isinstance(answer, NeedsOption | NoSuchOption):
        return ask_for(asked, answer, chosen)
    if not isinstance(answer, CartChanged):
        return wording.refused(asked, answer, chosen)
    assert answer.line is not None
    if answer.line.sku == added["sku"]:
        return wording.changed(asked, f"{answer.line.label}, as it was.", answer)
    without = await shop.remove(asked.conversation_id, f"{asked.key}:instead", added["sku"])
    cart = without.cart if isinstance(without, CartChanged) else answer.cart
    said = f"Changed to {answer.line.label}."
    return wording.changed(asked, said, CartChanged(cart=cart, line=answer.line))


def ask_for(asked: Asked, answer: NeedsOption | NoSuchOption, chosen: Mapping[str, str]) -> Said:
    if not answer.values:
        return Said.text(f"{answer.title} is sold out just now.", asked.buttons.keep_looking)
    before = ""
    if isinstance(answer, NoSuchOption):
        before = f"{answer.title} does not come in {answer.asked}. What is closest you can tap."
    kept = {name: value for name, value in chosen.items() if name != answer.name}
    return Said((wording.ask_option(asked, answer.product_id, answer.title, answer.name, answer.values, before, kept),))


def slots_for(chosen: Mapping[str, str], asked_for: str) -> dict[str, str | None]:
    """What was chosen so far, without the value that has just turned out not to exist."""
    return {name: chosen.get(name) if name != asked_for else None for name in ("size", "colour")}


def tell_change(asked: Asked, answer: Change) -> Said:
    if isinstance(answer, NotInCart):
        return wording.empty_cart(asked, "That is not in your cart.")
    if not isinstance(answer, CartChanged):
        return wording.refused(asked, answer)
    if answer.line is None:
        return wording.changed(asked, f"{answer.removed or 'It'} is out of your cart.", answer)
    line = answer.line
    return wording.changed(asked, f"{line.quantity} × {line.label}: {asked.amount(line.amount)}.", answer)


def which_line(asked: Asked, cart: CartView, lines: list[CartLine]) -> Said:
    """Nothing was named that is there, or too much: ask with the lines themselves."""
    text = "Which one shall I take out?" if lines else "I do not see that in your cart. Which one shall I take out?"
    options: list[Option] = [asked.buttons.take_out_line(line.sku, line.label) for line in lines or cart.lines]
    return Said((wording.question(text, "line", options),))
