"""How the shop's answers sound: sentences and things to tap, the same ones wherever the same thing is said.

Pure: an answer of the shop in, replies out, in the customer's language. Warm and short; never a fact that the answer
does not hold.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from actions import reading, sums
from actions.counter import Asked, Said
from actions.payloads import TITLE_LENGTH
from bot.conversation.phrases import Speaker, label_in, phrase
from bot.conversation.replies import Card, Cards, Choices, Link, Listing, Option, Reply, Row
from bot.selling.answers import (
    CartChanged,
    CartLimit,
    CartLine,
    CartView,
    NeedsAge,
    NeedsOption,
    NoSuchOption,
    OutOfStock,
    ProductCard,
)

MOST_BUTTONS = 3
MOST_ROWS = 10
"""WhatsApp's limits for reply buttons and for rows of a list."""
MOST_NAMED = 4

_WHICH = {"size": phrase("Which size?"), "colour": phrase("Which colour?")}
_WHICH_OF = {"size": phrase("Which size of {title}?"), "colour": phrase("Which colour of {title}?")}
_OPENERS = {
    "size": phrase("Sizes"),
    "colour": phrase("Colours"),
    "line": phrase("My cart"),
    "change": phrase("Change"),
    "product": phrase("See them"),
}
_IN = {"size": phrase("in size {value}"), "colour": phrase("in {value}")}
_NOT_IN = {"size": phrase("Not in size {value}, I am afraid."), "colour": phrase("Not in {value}, I am afraid.")}


def card(asked: Asked, product: ProductCard) -> Card:
    return Card(
        title=product.title,
        subtitle=price_of(asked, product),
        text=product.why,
        image=product.image,
        options=[asked.buttons.choose_product(product.id)],
        sku=product.sku,
    )


def price_of(asked: Asked, product: ProductCard) -> str:
    price = asked.amount(product.price)
    return asked.say("from {price}", price=price) if product.price_varies else price


def cards(asked: Asked, text: str, products: Sequence[ProductCard], *options: Option) -> Cards:
    return Cards(text, asked.say("See them"), [card(asked, product) for product in products], list(options))


def question(asked: Asked, text: str, name: str, options: Sequence[Option], also: Sequence[Option] = ()) -> Reply:
    """Buttons where they fit, else a list; of too many values the middle ones, for the ends can be typed."""
    if len(options) + len(also) <= MOST_BUTTONS and all(len(option.title) <= TITLE_LENGTH for option in options):
        return Choices(text, [*options, *also])
    shown = middle(options, MOST_ROWS - len(also))
    if len(shown) < len(options):
        first, last = options[0].title, options[-1].title
        more = asked.say("There is {first} to {last}: tap one or write it.", first=first, last=last)
        text = f"{text} {more}"
    rows = [Row(option.title, option.payload) for option in (*shown, *also)]
    return Listing(text, asked.say(_OPENERS[name]), rows)


def ask_option(
    asked: Asked,
    product_id: str,
    title: str,
    name: str,
    values: Sequence[str],
    before: str = "",
    chosen: Mapping[str, str] | None = None,
    also: Sequence[Option] = (),
) -> Reply:
    """ "Which size?", with the values that can be had beside what is chosen, and what `also` can be done."""
    text = f"{before} {asked.say(_WHICH[name])}" if before else asked.say(_WHICH_OF[name], title=title)
    ordered = reading.by_size(values) if name == "size" else values
    options = [asked.buttons.choose_value(product_id, name, value, chosen) for value in ordered]
    return question(asked, text, name, options, also)


def ask_for(asked: Asked, answer: NeedsOption | NoSuchOption, chosen: Mapping[str, str], before: str = "") -> Said:
    if not answer.values:
        sold_out = asked.say("{title} is sold out just now.", title=answer.title)
        tell_me = asked.buttons.tell_me(answer.product_id, chosen)
        return Said.text(f"{before} {sold_out}".strip(), tell_me, asked.buttons.keep_looking)
    also = []
    if isinstance(answer, NoSuchOption):
        also = [asked.buttons.tell_me(answer.product_id, {**chosen, answer.name: answer.asked})]
        value = asked.say.word("option", answer.asked)
        not_there = asked.say(
            "{title} does not come in {value}. What is closest you can tap.", title=answer.title, value=value
        )
        before = f"{before} {not_there}".strip()
    kept = {name: value for name, value in chosen.items() if name != answer.name}
    asking = ask_option(asked, answer.product_id, answer.title, answer.name, answer.values, before, kept, also)
    return Said((asking,))


def middle(options: Sequence[Option], count: int) -> Sequence[Option]:
    start = max(0, (len(options) - count) // 2)
    return options[start : start + count]


def which_of(asked: Asked, shown: Sequence[Mapping[str, str]]) -> Reply:
    """ "Which one do you mean?", with what the last list showed."""
    text = asked.say("Which one do you mean? Tap it, or tell me its name.")
    names = [asked.buttons.product_named(product["id"], product["title"]) for product in shown]
    return question(asked, text, "product", names[:MOST_ROWS])


def not_in(asked: Asked, name: str, value: str) -> str:
    """ "Not in teal, I am afraid." """
    return asked.say(_NOT_IN[name], value=asked.say.word("option", value))


def such(asked: Asked, options: Mapping[str, str]) -> str:
    """ "in blue, in size 42": the options as one would say them."""
    return ", ".join(asked.say(_IN[name], value=asked.say.word("option", value)) for name, value in options.items())


def sentence(text: str) -> str:
    """With a capital letter."""
    return f"{text[:1].upper()}{text[1:]}"


def listed(say: Speaker, values: Sequence[str]) -> str:
    """ "blue, mint and black"; a long list ends in "and more"."""
    if len(values) < 2:
        return "".join(values)
    if len(values) > MOST_NAMED:
        return say("{some} and more", some=", ".join(values[: MOST_NAMED - 1]))
    return say("{some} and {last}", some=", ".join(values[:-1]), last=values[-1])


def label(asked: Asked, text: str) -> str:
    """The name of a variant ("Aero 2, blue, 42") with its options in the customer's language."""
    return label_in(asked.say, text)


def sum_up(asked: Asked, cart: CartView) -> str:
    """The cart in a line."""
    things = asked.say.n("1 thing in your cart.", "{count} things in your cart.", cart.count)
    return f"{things} {sums.costs(asked, cart)}"


def whole_cart(asked: Asked, cart: CartView) -> str:
    """The cart, a line each."""
    lines = [told for line in cart.lines for told in (line_of(asked, line), note_of(asked, line.note)) if told]
    noted = note_of(asked, cart.note)
    return "\n".join([asked.say("Your cart:"), *lines, *sums.added_up(asked, cart), *([noted] if noted else [])])


def note_of(asked: Asked, note: str) -> str:
    return asked.say("Note: {note}", note=note) if note else ""


def line_of(asked: Asked, line: CartLine) -> str:
    """ "2 × Aero 2, blue, 42: $138.00"."""
    what = f"{line.quantity} × {label(asked, line.label)}"
    return asked.say("{what}: {amount}", what=what, amount=asked.amount(line.amount))


def with_cart(asked: Asked, text: str, cart: CartView, *more: Option) -> Said:
    """A sentence over the cart as it is now, and what to do next."""
    if not cart.lines:
        return Said.text(f"{text} {asked.say('Your cart is empty now.')}", asked.buttons.keep_looking)
    options = (asked.buttons.check_out(asked.amount(cart.total)), asked.buttons.keep_looking, *more)
    return Said.text(text, *options[:MOST_BUTTONS], offer="checkout")


def empty_cart(asked: Asked, text: str = "") -> Said:
    hint = asked.say("Tell me what you are looking for, for example “running shoes under 80”.")
    return Said.text(f"{text or asked.say('Your cart is empty.')} {hint}")


def open_checkout(asked: Asked, cart: CartView) -> tuple[Reply, ...]:
    """The way back to a pay page that was left for a question, where one is open for this very cart."""
    if cart.checkout is None or not cart.checkout.current:
        return ()
    text = asked.say("Your checkout is still open, whenever you like.")
    return (Link(text, pay(asked, asked.amount(cart.checkout.total)), cart.checkout.url),)


def pay(asked: Asked, total: str) -> str:
    """What stands on the way to the pay page: the exact sum, where it fits."""
    title = asked.say("Pay {total}", total=total)
    return title if len(title) <= TITLE_LENGTH else asked.say("Pay")


def changed(asked: Asked, text: str, answer: CartChanged, *more: Option) -> Said:
    """The cart after a change. What was changed is what "another one" will speak of."""
    said = with_cart(asked, f"{text} {sum_up(asked, answer.cart)}" if answer.cart.lines else text, answer.cart, *more)
    line = answer.line
    if line is None:
        return said.keeping(added=None, product_id=None, wanted=None)
    added = {"sku": line.sku, "product_id": line.product_id, "options": dict(line.options), "quantity": line.quantity}
    return said.keeping(added=added, product_id=line.product_id, size=None, colour=None, wanted=None)


def refused(asked: Asked, answer: OutOfStock | CartLimit | NeedsAge, chosen: Mapping[str, str] | None = None) -> Said:
    """Nothing was changed, and why. `chosen` are the size and the colour that were asked for."""
    if isinstance(answer, CartLimit):
        return Said.text(limit(asked, answer), asked.buttons.person)
    if isinstance(answer, NeedsAge):
        return ask_age(asked, answer)
    what = label(asked, answer.label)
    if answer.available:
        as_it_was = asked.say("Your cart is as it was.")
        return Said.text(f"{too_few(asked, answer)} {as_it_was}", asked.buttons.show_cart, asked.buttons.keep_looking)
    sold_out = asked.say("{title} is sold out just now.", title=what)
    others = {
        "colour": asked.say("But there is another colour."),
        "size": asked.say("But there is another size."),
    }
    for name, but in others.items():
        if answer.others.get(name):
            values = answer.others[name]
            text = f"{sold_out} {but}"
            also = [asked.buttons.tell_me(answer.product_id, chosen or {})]
            return Said((ask_option(asked, answer.product_id, answer.title, name, values, text, chosen, also),))
    tell_me = asked.buttons.tell_me(answer.product_id, chosen or {})
    return Said.text(sold_out, tell_me, asked.buttons.keep_looking)


def too_few(asked: Asked, answer: OutOfStock) -> str:
    what = label(asked, answer.label)
    if not answer.available:
        return asked.say("{title} is sold out just now.", title=what)
    return asked.say.n("There is only one left of {label}.", "There are only {count} left of {label}.",
                       answer.available, label=what)  # fmt: skip


def ask_age(asked: Asked, answer: NeedsAge) -> Said:
    """Asked once: what is said is noted, and holds for everything else of that age."""
    only = asked.say("{title} is only for people of {age} or older. Are you?", title=answer.title, age=answer.age)
    options = (asked.buttons.old_enough(answer.age), asked.buttons.not_old_enough)
    return Said.text(only, *options, offer="add_to_cart").keeping(product_id=answer.product_id, age_asked=answer.age)


def limit(asked: Asked, answer: CartLimit) -> str:
    if answer.what == "quantity":
        return asked.say("A cart takes at most {limit} of one thing. For more, a person can help.", limit=answer.limit)
    return asked.say("A cart takes at most {limit} different things. For more, a person can help.", limit=answer.limit)
