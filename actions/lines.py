"""The lines of the cart that a sentence names, and changing them: another number, another size, out again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions import edits, named, reading, wording
from actions.counter import Asked, Said
from bot.conversation.replies import Option
from bot.errors import NotFound
from bot.selling.answers import (
    CartChanged,
    CartLine,
    CartView,
    Change,
    Exchange,
    NeedsOption,
    NoSuchOption,
    NotInCart,
    OutOfStock,
)
from bot.selling.shop import Shop


async def lines_meant(shop: Shop, asked: Asked, cart: CartView) -> list[CartLine]:
    """The lines that the message names, by their place, their title and options, or the kind of thing they are."""
    place = named.place_of(asked, len(cart.lines))
    if place is not None:
        return [cart.lines[place]]
    names = [f"{line.label} {await kind_of(shop, asked, line)}" for line in cart.lines]
    said = named.words_of(asked) | reading.words_in(asked.text)
    return [cart.lines[found] for found in reading.best_of(said, names)]


async def kind_of(shop: Shop, asked: Asked, line: CartLine) -> str:
    try:
        page = await shop.product(asked.conversation_id, line.product_id)
    except NotFound:
        return ""
    return f"{page.card.kind} {page.category.replace('/', ' ')}"


def tell_change(asked: Asked, answer: Change) -> Said:
    if isinstance(answer, NotInCart):
        return wording.empty_cart(asked, asked.say("That is not in your cart."))
    if not isinstance(answer, CartChanged):
        return wording.refused(asked, answer)
    if answer.line is None:
        label = wording.label(asked, answer.removed or "")
        gone = asked.say("{label} is out of your cart.", label=label) if label else asked.say("Done.")
        return wording.changed(asked, gone, answer)
    return wording.changed(asked, f"{wording.line_of(asked, answer.line)}.", answer)


def which_line(asked: Asked, cart: CartView, lines: Sequence[CartLine], *, known: bool) -> Said:
    """Nothing was named that is there, or too much: ask with the lines themselves."""
    text = asked.say("Which one shall I take out?")
    if not lines and not known:
        text = f"{asked.say('I do not see that in your cart.')} {text}"
    options: list[Option] = [
        asked.buttons.take_out_line(line.sku, wording.label(asked, line.label)) for line in lines or cart.lines
    ]
    return Said((wording.question(asked, text, "line", options),))


async def change_line(
    shop: Shop, asked: Asked, sku: str, options: Mapping[str, str], quantity: int | None = None
) -> Said:
    """Another size or colour in the place of a line, as many as there were or `quantity`."""
    answer = await exchange(shop, asked, sku, options)
    if isinstance(answer, NotInCart):
        return tell_change(asked, answer)
    if not isinstance(answer, CartChanged):
        before = next((line for line in (await shop.cart(asked.conversation_id)).lines if line.sku == sku), None)
        chosen = {**(before.options if before else {}), **options}
        if isinstance(answer, NeedsOption | NoSuchOption):
            return wording.ask_for(asked, answer, chosen).keeping(product_id=answer.product_id)
        return wording.refused(asked, answer, chosen)
    line = answer.line
    assert line is not None
    what = wording.label(asked, line.label)
    said = (
        asked.say("{label}, as it was.", label=what)
        if line.sku == sku
        else asked.say("Changed to {label}.", label=what)
    )
    if quantity is not None and quantity != line.quantity:
        counted = await shop.set_quantity(asked.conversation_id, f"{asked.key}:many", quantity, line.sku)
        if not isinstance(counted, CartChanged):
            return tell_change(asked, counted)
        answer = counted
    return wording.changed(asked, said, answer)


async def exchange(shop: Shop, asked: Asked, sku: str, options: Mapping[str, str]) -> Exchange:
    """The shop's answer; a size that falls into a range, and what leaves no choice, are not asked for."""
    key = asked.key
    while True:
        answer = await shop.exchange_line(asked.conversation_id, key, sku, options)
        value = None
        if isinstance(answer, NoSuchOption):
            value = reading.within(answer.asked, answer.values)
        elif isinstance(answer, NeedsOption) and len(answer.values) == 1:
            value = answer.values[0]
        if value is None or not isinstance(answer, NeedsOption | NoSuchOption):
            return answer
        options, key = {**options, answer.name: value}, f"{key}:{answer.name}"


async def edits_meant(shop: Shop, asked: Asked) -> list[tuple[CartLine, int]]:
    """Which lines a sentence changes and how many of each there shall be, where it speaks of several; none where it
    speaks of one, or of something that is not there."""
    said = edits.edits_of(asked) if len(asked.named("product")) > 1 else []
    if not said:
        return []
    cart = await shop.cart(asked.conversation_id)
    names = [f"{line.label} {await kind_of(shop, asked, line)}" for line in cart.lines]
    todo: dict[str, tuple[CartLine, int]] = {}
    for edit in said:
        words = reading.words_in(f"{edit.thing.value} {edit.thing.words}")
        found = reading.best_of(words, names)
        if len(found) != 1 or cart.lines[found[0]].sku in todo:
            return []
        line = cart.lines[found[0]]
        left = max(line.quantity - (edit.quantity or line.quantity), 0) if edit.out else edit.quantity
        todo[line.sku] = (line, left or 0)
    return list(todo.values())


async def edit_all(shop: Shop, asked: Asked, todo: Sequence[tuple[CartLine, int]]) -> Said:
    """One line after the other; what cannot be done is told, and the rest is done."""
    told: list[str] = []
    answer: Change = NotInCart()
    for place, (line, quantity) in enumerate(todo):
        answer = await shop.set_quantity(asked.conversation_id, f"{asked.key}:{place}", quantity, line.sku)
        label = wording.label(asked, line.label)
        if isinstance(answer, CartChanged):
            now = answer.line
            gone = asked.say("{label} is out of your cart.", label=label)
            told.append(f"{wording.line_of(asked, now)}." if now else gone)
        elif isinstance(answer, OutOfStock):
            told.append(wording.too_few(asked, answer))
    cart = answer.cart if isinstance(answer, CartChanged) else await shop.cart(asked.conversation_id)
    text = "\n".join(told)
    return wording.with_cart(asked, f"{text}\n{wording.sum_up(asked, cart)}" if cart.lines else text, cart)
