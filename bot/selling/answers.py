"""What the shop answers: facts for whoever says them to the customer. Money is exact, sentences are not made here.

Every answer is one tagged struct, so that an answer can be stored beside the change it tells of and told again.
A refusal that a customer can do something about is an answer (`NeedsOption`, `OutOfStock`, `SoldOut`...);
errors are left for what they cannot help (`bot.errors.NotFound` for a product that never was).
"""

from __future__ import annotations

from datetime import datetime

import msgspec

from bot.commerce.money import Money


class Answer(msgspec.Struct, frozen=True, tag=True):
    """The tag is the name of the struct."""


# -- looking around ----------------------------------------------------------------------------------------------------


class ProductCard(Answer, frozen=True):
    """A product in a list. `price` is the cheapest that can be bought now, `price_varies` says that others cost more.

    `sizes` and `colours` are those in stock, in the order of the catalogue; `image` is an absolute address. `sku` is of
    a variant with this price that can be bought now, empty where there is none.
    """

    id: str
    title: str
    kind: str
    why: str
    price: Money
    price_varies: bool
    image: str | None
    sizes: list[str]
    colours: list[str]
    in_stock: bool
    sku: str = ""


class FacetValue(Answer, frozen=True):
    value: str
    products: int


class PriceBand(Answer, frozen=True):
    """Above `least` and up to `most`, in major units as text; null: no end."""

    least: str | None
    most: str | None
    products: int


class FoundFacets(Answer, frozen=True):
    """How all that fits divides; what all of it shares is left out."""

    brands: list[FacetValue] = []
    colours: list[FacetValue] = []
    sizes: list[FacetValue] = []
    prices: list[PriceBand] = []


class Found(Answer, frozen=True):
    """`total` counts all that fit; `products` is the page asked for; `facets` is how all of it can be narrowed down.

    `exact` is False when nothing fits as asked and these are only the closest: then `relaxed` names the filters that
    were given up (`colour`, `size`, `price`, `category`), or is empty when the words themselves were not all met.
    `corrected` maps words as typed to the words that were looked for.
    """

    products: list[ProductCard]
    total: int
    exact: bool
    relaxed: list[str] = []
    corrected: dict[str, str] = {}
    facets: FoundFacets = FoundFacets()


class OptionValue(Answer, frozen=True):
    value: str
    in_stock: bool


class ProductOption(Answer, frozen=True):
    """`name` is `size` or `colour`."""

    name: str
    values: list[OptionValue]


class VariantView(Answer, frozen=True):
    sku: str
    options: dict[str, str]
    price: Money
    available: int


class ProductPage(Answer, frozen=True):
    """`vegan` is None where the catalogue does not say."""

    card: ProductCard
    brand: str
    category: str
    description: str
    tags: list[str]
    materials: list[str]
    vegan: bool | None
    options: list[ProductOption]
    variants: list[VariantView]


# -- the cart ----------------------------------------------------------------------------------------------------------


class CartLine(Answer, frozen=True):
    """`title` is the product's, `label` adds the options: "Aero 2, blue, 42". `available` counts this customer's
    own hold."""

    sku: str
    product_id: str
    title: str
    label: str
    options: dict[str, str]
    quantity: int
    unit_price: Money
    amount: Money
    available: int
    image: str | None
    note: str = ""


class DeliveryOffer(Answer, frozen=True):
    """A way of delivery for this cart. `days` are working days, least and most."""

    way: str
    name: str
    cost: Money
    days: tuple[int, int]


class CodeRefused(Answer, frozen=True):
    """The code takes nothing off: `why` is one of `bot.commerce.promotions.Refusal`; `minimum` what the goods must
    cost and `missing` how much more that is than they do, where that is why; `starts` when it begins; `categories`
    what it is for, as paths (empty: everything)."""

    code: str
    why: str
    minimum: Money | None = None
    missing: Money | None = None
    starts: datetime | None = None
    categories: list[str] = []


class OpenCheckout(Answer, frozen=True):
    """A pay page that is still open; `current` is False once the cart has changed since."""

    order_number: int
    url: str
    total: Money
    expires_at: datetime
    current: bool


class CartView(Answer, frozen=True):
    """`total` = `subtotal` - `discount` + `shipping` + `tax`, where `tax` is what comes on top; `tax_included` is in
    the prices already. `shipping` is the cheapest of `deliveries` (none: nothing is delivered to `country`).
    `free_shipping_from` is the subtotal from which that way is free, None where it never is; `flat_shipping` what it
    costs below that. `code` takes `discount` off, unless `code_refused` says why not. `country_known` is False while
    the country is only the shop's guess."""

    lines: list[CartLine]
    count: int
    subtotal: Money
    shipping: Money
    total: Money
    free_shipping_from: Money | None
    flat_shipping: Money
    checkout: OpenCheckout | None
    discount: Money
    code: str | None
    code_refused: CodeRefused | None
    tax: Money
    tax_included: Money
    tax_name: str
    country: str
    country_known: bool
    deliveries: list[DeliveryOffer]
    note: str = ""
    version: int = 0


class CartChanged(Answer, frozen=True):
    """The cart after the change; `line` is the changed one as it is now, None once it is gone."""

    cart: CartView
    line: CartLine | None
    removed: str | None = None
    """The label, or the code, of what is no longer in the cart."""


class NeedsOption(Answer, frozen=True):
    """Ask which one: `values` are those in stock that go with what was chosen already."""

    product_id: str
    title: str
    name: str
    values: list[str]


class NoSuchOption(Answer, frozen=True):
    """The product does not come in what was asked for; `values` in stock are the closest there is."""

    product_id: str
    title: str
    name: str
    asked: str
    values: list[str]


class OutOfStock(Answer, frozen=True):
    """Nothing was changed: `wanted` pieces, those in the cart included, are more than `available`.

    `others` are, by option, the values in stock when only that option changes: `{"size": ["41", "43"]}`."""

    product_id: str
    title: str
    label: str
    sku: str
    wanted: int
    available: int
    others: dict[str, list[str]] = {}


class NeedsAge(Answer, frozen=True):
    """Nothing was changed: it is only for people of at least `age`, and nobody has said so of this customer."""

    product_id: str
    title: str
    age: int


class CartLimit(Answer, frozen=True):
    """Nothing was changed: `what` is `quantity` (of one line) or `lines`, `limit` the most there may be."""

    what: str
    limit: int


class NotInCart(Answer, frozen=True):
    """Nothing was changed: there is no such line, or no line at all."""


class CodeTaken(Answer, frozen=True):
    """The code counts from now on: `cart.discount`, or free delivery. `replaced` is the one that counted before."""

    cart: CartView
    replaced: str | None = None


class CodeNotTaken(Answer, frozen=True):
    """It takes nothing off. `kept` says that it waits in the cart and counts as soon as its conditions are met."""

    cart: CartView
    refused: CodeRefused
    kept: bool = False


class NotDelivered(Answer, frozen=True):
    """Nothing was changed: the shop does not deliver to `country`. `countries` are those it delivers to."""

    country: str
    countries: list[str]


class WayPrice(Answer, frozen=True):
    """A way of delivery as the table has it: `cost` for an order, `per_kilo` for each kilogram begun beside it, nothing
    once the goods cost `free_from`."""

    way: str
    name: str
    days: tuple[int, int]
    cost: Money
    per_kilo: Money | None = None
    free_from: Money | None = None


class DeliveryTerms(Answer, frozen=True):
    """How the shop delivers to `country`; `ways` are empty where it does not. `countries` are all it delivers to."""

    country: str
    ways: list[WayPrice]
    countries: list[str]


class CurrencyNotSold(Answer, frozen=True):
    """Nothing was changed: the shop sells in `sold_in` only."""

    currency: str
    sold_in: list[str]


class NotPriced(Answer, frozen=True):
    """Nothing was changed: these things of the cart have no price in `currency`."""

    currency: str
    labels: list[str]


class AgeNoted(Answer, frozen=True):
    age: int


class OrderTaken(Answer, frozen=True):
    """A cart that was filled elsewhere lies in ours, as far as there was enough: `short` says what there was too little
    of, `unknown` how many things are not on sale, `ages` what is not for everybody and was left out."""

    cart: CartView
    short: list[OutOfStock] = []
    unknown: int = 0
    ages: list[NeedsAge] = []


Add = CartChanged | NeedsOption | NoSuchOption | OutOfStock | CartLimit | NeedsAge
Change = CartChanged | OutOfStock | CartLimit | NotInCart | NeedsAge
Exchange = CartChanged | NeedsOption | NoSuchOption | OutOfStock | CartLimit | NotInCart | NeedsAge
CodeAnswer = CodeTaken | CodeNotTaken
CurrencyAnswer = CartChanged | CurrencyNotSold | NotPriced
