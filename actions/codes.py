"""Promotion codes: what one takes off, or why it does not and what would help."""

from __future__ import annotations

from actions import edits, sums, wording
from actions.counter import Asked, CounterAction, Said
from bot.commerce.promotions import same_code
from bot.selling.answers import CartChanged, CartView, CodeNotTaken, CodeTaken


class UseCode(CounterAction):
    title = "action_use_code"

    async def answer(self, asked: Asked) -> Said:
        codes = [said.value for said in asked.named("promo_code")]
        if asked.entities.get("sure") == "no" or edits.takes_out(asked.text):
            # "Take SAVE10 off, I have RUN15": what lies in the cart goes, only another one is applied.
            dropped = await self.shop.drop_code(asked.conversation_id, asked.key)
            gone = dropped if isinstance(dropped, CartChanged) else None
            codes = [code for code in codes if gone is not None and same_code(code) != gone.removed]
            if not codes:
                return self.without(asked, gone)
        code = next(iter(codes), None)
        if code is None:
            return await self.ask(asked)
        answer = await self.shop.apply_code(asked.conversation_id, asked.key, code)
        return self.taken(asked, answer) if isinstance(answer, CodeTaken) else self.not_taken(asked, answer)

    async def ask(self, asked: Asked) -> Said:
        """There is talk of a code, and none is named."""
        cart = await self.shop.cart(asked.conversation_id)
        if cart.code is None:
            text = asked.say("Gladly: write the code here, and I take it off your cart. It is one code a cart.")
            return Said.text(text, asked.buttons.show_cart, asked.buttons.person, offer=asked.offer)
        told = sums.why_not(asked, cart.code_refused) if cart.code_refused else taken_off(asked, cart)
        return wording.with_cart(asked, told, cart, asked.buttons.without_code)

    def without(self, asked: Asked, answer: CartChanged | None) -> Said:
        if answer is None:
            return Said.text(asked.say("There is no code in your cart."), asked.buttons.show_cart, offer=asked.offer)
        return wording.with_cart(asked, f"{asked.say('Done.')} {wording.sum_up(asked, answer.cart)}", answer.cart)

    def taken(self, asked: Asked, answer: CodeTaken) -> Said:
        told = [taken_off(asked, answer.cart)]
        if answer.replaced:
            told.append(asked.say("It takes the place of {code}: one code a cart.", code=answer.replaced))
        if not answer.cart.lines:
            return Said.text(" ".join(told), asked.buttons.keep_looking)
        text = f"{' '.join(told)} {sums.costs(asked, answer.cart, told=True)}"
        return wording.with_cart(asked, text, answer.cart, asked.buttons.without_code)

    def not_taken(self, asked: Asked, answer: CodeNotTaken) -> Said:
        told = [sums.why_not(asked, answer.refused)]
        if answer.kept:
            told.append(asked.say("I keep it with your cart until then."))
        elif answer.cart.code and answer.cart.code_refused is None:
            told.append(asked.say("{code} stays in your cart.", code=answer.cart.code))
        if not answer.cart.lines:
            return Said.text(" ".join(told), asked.buttons.keep_looking, asked.buttons.person)
        return Said.text(" ".join(told), asked.buttons.keep_looking, asked.buttons.show_cart, offer=asked.offer)


def taken_off(asked: Asked, cart: CartView) -> str:
    """What the code in the cart is worth."""
    code = cart.code or ""
    if not cart.lines:
        return asked.say("{code} is with your cart, and counts once something is in it.", code=code)
    if cart.discount.amount:
        return asked.say("{code} takes {amount} off.", code=code, amount=asked.amount(cart.discount))
    return asked.say("{code} makes delivery free.", code=code)
