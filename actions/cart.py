"""The customer's cart: put in, change, take out, look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions import named, reading, wording
from actions.counter import Asked, CounterAction, Said
from actions.lines import edit_all, edits_meant, lines_meant, tell_change, which_line
from bot.conversation.phrases import phrase
from bot.errors import NotFound
from bot.selling.answers import Add, CartChanged, NeedsAge, NeedsOption, NoSuchOption
from bot.selling.shop import Shop

_GONE = phrase("That one is no longer in the shop, I am sorry.")


class AddToCart(CounterAction):
    title = "action_add_to_cart"

    async def answer(self, asked: Asked) -> Said:
        said = await self.put_in(asked)
        return said if "age_asked" in said.slots else said.keeping(age_asked=None)

    async def put_in(self, asked: Asked) -> Said:
        age = age_said(asked)
        if age is not None:
            await self.shop.note_age(asked.conversation_id, asked.key, age)
        product_id = product_meant(asked)
        if product_id is None:
            unsure = asked.say("Which one do you mean? Tell me what you are looking for, or tap a product of the list.")
            return Said.text(unsure, asked.buttons.show_cart)
        wanted = named.several_of(asked)
        kept = chosen_before(asked) if asked.slots.get("product_id") in (None, product_id) else {}
        if len(wanted) > 1:
            return await put_all(self.shop, asked, product_id, [(w.quantity, {**kept, **w.options}) for w in wanted])
        added, options = asked.slots.get("added"), wanted[0].options
        if added and added["product_id"] == product_id:
            if options.items() <= added["options"].items():
                return await in_already(self.shop, asked)
            kept = added["options"]
        quantity = asked.slots.get("wanted") or named.quantity_of(asked) or 1
        return await put_in_cart(self.shop, asked, product_id, {**kept, **options}, quantity)


class AddAnother(CounterAction):
    title = "action_add_another"

    async def answer(self, asked: Asked) -> Said:
        added = asked.slots.get("added")
        other, quantity = named.options_of(asked), named.quantity_of(asked) or 1
        if added and other:
            return await put_in_cart(self.shop, asked, added["product_id"], {**added["options"], **other}, quantity)
        answer = await self.shop.add_again(asked.conversation_id, asked.key, quantity)
        return tell_change(asked, answer)


class SetQuantity(CounterAction):
    title = "action_set_quantity"

    async def answer(self, asked: Asked) -> Said:
        wanted = named.several_of(asked)
        product_id, added = asked.slots.get("product_id"), asked.slots.get("added")
        sku = asked.entities.get("sku")
        todo = await edits_meant(self.shop, asked)
        if todo:
            return await edit_all(self.shop, asked, todo)
        if product_id and len(wanted) > 1:
            kept = chosen_before(asked) if not added else {}
            return await put_all(self.shop, asked, product_id, [(w.quantity, {**kept, **w.options}) for w in wanted])
        quantity = named.quantity_of(asked)
        if quantity is None:
            return Said.text(asked.say("How many shall it be? “Make it two”, for example."), asked.buttons.show_cart)
        if product_id and quantity and not added and not sku:
            chosen = {**chosen_before(asked), **wanted[0].options}
            return await put_in_cart(self.shop, asked, product_id, chosen, quantity)
        if sku is None and asked.named("product"):
            cart = await self.shop.cart(asked.conversation_id)
            lines = await lines_meant(self.shop, asked, cart)
            if len(lines) == 1:
                sku = lines[0].sku
            elif len(cart.lines) > 1:
                not_there = asked.say("I do not see that in your cart.")
                which = not_there if not lines else asked.say("Which one do you mean? Tell me its name.")
                return wording.with_cart(asked, f"{which}\n{wording.whole_cart(asked, cart)}", cart)
        return tell_change(asked, await self.shop.set_quantity(asked.conversation_id, asked.key, quantity, sku))


class RemoveFromCart(CounterAction):
    title = "action_remove_from_cart"

    async def answer(self, asked: Asked) -> Said:
        sku = asked.entities.get("sku")
        if sku is None and asked.text:
            cart = await self.shop.cart(asked.conversation_id)
            if not cart.lines:
                return wording.empty_cart(asked)
            todo = await edits_meant(self.shop, asked)
            if todo:
                return await edit_all(self.shop, asked, todo)
            lines = await lines_meant(self.shop, asked, cart)
            something = named.words_of(asked) or asked.named("position")
            # "Take it out": what was spoken of last. Where a word may have gone unmarked, better ask.
            if lines or something or not (asked.language == "en" or asked.slots.get("added")):
                if len(lines) != 1:
                    return which_line(asked, cart, lines, known=not something)
                sku = lines[0].sku
                fewer = lines[0].quantity - (named.quantity_of(asked) or lines[0].quantity)
                if fewer > 0:
                    answer = await self.shop.set_quantity(asked.conversation_id, asked.key, fewer, sku)
                    return tell_change(asked, answer)
        return tell_change(asked, await self.shop.remove(asked.conversation_id, asked.key, sku))


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
                return wording.changed(asked, asked.say("Done."), answer)
            return wording.empty_cart(asked, asked.say("There was nothing in it."))
        cart = await self.shop.cart(asked.conversation_id)
        if not cart.lines:
            return wording.empty_cart(asked, asked.say("Your cart is empty already."))
        text = asked.say.n(
            "Shall I take everything out of your cart? That is 1 thing.",
            "Shall I take everything out of your cart? That is {count} things.",
            cart.count,
        )
        return Said.text(text, asked.buttons.empty_cart, asked.buttons.keep_cart, offer="clear_cart")


def product_meant(asked: Asked) -> str | None:
    """The product to put in: pointed at, in front of the customer, or the only one of the list."""
    shown = named.shown_last(asked)
    points = asked.named("position") or asked.named("product")
    pointed = named.pointed_at(asked) if points else None
    in_view = pointed or asked.slots.get("product_id")
    if in_view:
        return str(in_view)
    place = 0 if len(shown) == 1 else named.place_of(asked, len(shown))
    return None if place is None else str(shown[place]["id"])


def age_said(asked: Asked) -> int | None:
    """How old the customer has just said to be at least: by the button, or by a "yes" to the question."""
    sure, age = asked.entities.get("sure", ""), asked.slots.get("age_asked")
    if sure.isdecimal():
        return int(sure)
    return int(age) if age and asked.intent == "affirm" else None


def chosen_before(asked: Asked) -> dict[str, str]:
    """The size and the colour that were named before for what is in view."""
    return {name: asked.slots[name] for name in named.OPTIONS if asked.slots.get(name)}


async def in_already(shop: Shop, asked: Asked) -> Said:
    """Tapped twice, or said once more: that is no wish for two."""
    cart = await shop.cart(asked.conversation_id)
    already = asked.say("That is in already; for one more, say “another one”.")
    text = f"{already} {wording.sum_up(asked, cart)}"
    return wording.with_cart(asked, text, cart).keeping(added=asked.slots.get("added"))


async def put_in_cart(shop: Shop, asked: Asked, product_id: str, chosen: Mapping[str, str], quantity: int) -> Said:
    """Put it in, or ask for what is still open. Between colours nobody asked for, the first in stock is taken, and
    the customer is told so."""
    try:
        answer, taken = await add(shop, asked, product_id, chosen, quantity)
    except NotFound:
        return Said.text(asked.say(_GONE), asked.buttons.keep_looking, product_id=None)
    if isinstance(answer, CartChanged):
        label = wording.label(asked, answer.line.label) if answer.line else ""
        what = asked.say("{label} is in your cart.", label=label) if label else asked.say("Done.")
        if taken is None:
            return wording.changed(asked, what, answer)
        others = wording.listed(asked.say, [asked.say.word("option", value) for value in taken.values[1:]])
        also = asked.say("It also comes in {colours}.", colours=others)
        return wording.changed(asked, f"{what} {also}", answer, asked.buttons.another_colour(product_id))
    if isinstance(answer, NeedsOption | NoSuchOption):
        kept = slots_for(chosen, answer.name)
        wanted = quantity if quantity > 1 else None
        return wording.ask_for(asked, answer, chosen).keeping(**kept, product_id=product_id, wanted=wanted, added=None)
    said = wording.refused(asked, answer, chosen).keeping(product_id=product_id, added=None, **slots_for(chosen, ""))
    return said.keeping(wanted=quantity) if isinstance(answer, NeedsAge) else said


async def put_all(
    shop: Shop, asked: Asked, product_id: str, wanted: Sequence[tuple[int | None, Mapping[str, str]]]
) -> Said:
    """ "2 blue and 1 red": one choice after the other. What cannot be put in is told, and the rest stays in."""
    done: list[str] = []
    for place, (quantity, chosen) in enumerate(wanted):
        try:
            answer, _ = await add(shop, asked, product_id, chosen, quantity or 1, f"{asked.key}:{place}")
        except NotFound:
            return Said.text(asked.say(_GONE), asked.buttons.keep_looking, product_id=None)
        if isinstance(answer, CartChanged):
            if answer.line:
                done.append(f"{quantity or 1} × {wording.label(asked, answer.line.label)}")
            continue
        before = asked.say("{things}: in your cart.", things=", ".join(done)) if done else ""
        if isinstance(answer, NeedsOption | NoSuchOption):
            open_still = slots_for(chosen, answer.name)
            asking = wording.ask_for(asked, answer, chosen, before)
            return asking.keeping(**open_still, product_id=product_id, wanted=quantity, added=None)
        said = wording.refused(asked, answer, chosen)
        first = Said.text(before).replies if before else ()
        return Said((*first, *said.replies), {**said.slots, "product_id": product_id, "added": None})
    assert isinstance(answer, CartChanged)
    return wording.changed(asked, asked.say("{things}: in your cart.", things=", ".join(done)), answer)


async def add(
    shop: Shop, asked: Asked, product_id: str, chosen: Mapping[str, str], quantity: int, key: str = ""
) -> tuple[Add, NeedsOption | None]:
    """The shop's answer, and the question that was answered for the customer (a colour among several), if one was."""
    key, taken = key or asked.key, None
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


def slots_for(chosen: Mapping[str, str], asked_for: str) -> dict[str, str | None]:
    """What was chosen so far, without the value that has just turned out not to exist."""
    return {name: chosen.get(name) if name != asked_for else None for name in named.OPTIONS}
