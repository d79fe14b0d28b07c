"""What an agent asks to be done with a cart, done by the shop; and what the customer may read of it.

Who may ask is known to `bot.desk.counter`. Every function raises the refusals of `bot.desk.refusals` and what the shop
raises; with the same key again it does nothing twice.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.desk.cart_lines import CartNews
from bot.desk.goods import (
    CartEdit,
    Exchange,
    NoteAge,
    PutIn,
    SendTo,
    SetQuantity,
    TakeOut,
    UseCode,
    WriteNote,
)
from bot.desk.refusals import cart_refusal, code_refusal
from bot.selling.answers import CartChanged, CartView, CodeNotTaken, CodeTaken
from bot.selling.shop import Shop

Done = tuple[CartView | None, str | None]
"""The cart after it, None where no cart was touched; and the customer's line, None where there is nothing to tell."""


async def apply(shop: Shop, conversation_id: int, key: str, edit: CartEdit, news: CartNews) -> Done:
    """`shop` is the one at the version of the cart that was looked at (`Shop.at_the_desk`)."""
    return await _STEPS[type(edit)](shop, conversation_id, key, edit, news)


async def _put_in(shop: Shop, conversation: int, key: str, edit: PutIn, news: CartNews) -> Done:
    changed = _changed(await shop.add(conversation, key, edit.product, edit.options, edit.quantity))
    return changed.cart, news.put_in(changed)


async def _set_quantity(shop: Shop, conversation: int, key: str, edit: SetQuantity, news: CartNews) -> Done:
    changed = _changed(await shop.set_quantity(conversation, key, edit.quantity, edit.sku))
    return changed.cart, news.counted(changed)


async def _take_out(shop: Shop, conversation: int, key: str, edit: TakeOut, news: CartNews) -> Done:
    changed = _changed(await shop.remove(conversation, key, edit.sku))
    return changed.cart, news.taken_out(changed)


async def _exchange(shop: Shop, conversation: int, key: str, edit: Exchange, news: CartNews) -> Done:
    changed = _changed(await shop.exchange_line(conversation, key, edit.sku, edit.options))
    return changed.cart, news.exchanged(changed)


async def _use_code(shop: Shop, conversation: int, key: str, edit: UseCode, news: CartNews) -> Done:
    """A code that waits for its conditions stays in the cart, which says why it takes nothing off."""
    if not edit.code.strip():
        return _changed(await shop.drop_code(conversation, key)).cart, news.code_taken_back()
    answer = await shop.apply_code(conversation, key, edit.code)
    match answer:
        case CodeTaken():
            return answer.cart, news.code_used(answer.cart.code or "")
        case CodeNotTaken(kept=True):
            return answer.cart, None
    raise code_refusal(answer.refused)


async def _send_to(shop: Shop, conversation: int, key: str, edit: SendTo, news: CartNews) -> Done:
    return _changed(await shop.send_to(conversation, key, edit.country)).cart, None


async def _write_note(shop: Shop, conversation: int, key: str, edit: WriteNote, news: CartNews) -> Done:
    """The shop writes notes behind each other: what stood there is taken back first."""
    cleared = _changed(await shop.add_note(conversation, f"{key}:old", "", edit.sku))
    if not edit.note.strip():
        return cleared.cart, None
    written = await shop.at_the_desk(cleared.cart.version).add_note(conversation, key, edit.note.strip(), edit.sku)
    return _changed(written).cart, None


async def _note_age(shop: Shop, conversation: int, key: str, edit: NoteAge, news: CartNews) -> Done:
    await shop.note_age(conversation, key, edit.age)
    return None, None


_STEPS: Mapping[type[CartEdit], Callable[[Shop, int, str, Any, CartNews], Awaitable[Done]]] = {
    PutIn: _put_in,
    SetQuantity: _set_quantity,
    TakeOut: _take_out,
    Exchange: _exchange,
    UseCode: _use_code,
    SendTo: _send_to,
    WriteNote: _write_note,
    NoteAge: _note_age,
}


def _changed(answer: Any) -> CartChanged:
    if isinstance(answer, CartChanged):
        return answer
    raise cart_refusal(answer)
