"""What a shop owner decides once: currencies, delivery, tax, codes, returns; where the pay page leads back to, where
pictures are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from bot.commerce.after_sale import AfterSale
from bot.commerce.invoices import Party
from bot.commerce.pricing import Rules
from bot.commerce.promotions import Promotion
from bot.commerce.shipping import ANYWHERE


@dataclass(frozen=True, slots=True)
class ShopPolicy:
    """`currency`, `locale` and `country` are for contacts of whom nothing better is known; the shop sells in the
    currencies that `rules.shipping` names everywhere. `promotions` are by code, as `same_code` writes it.
    `provider_codes` lets shoppers type the payment provider's own promotion codes on the pay page. `success_url` may
    hold `{CHECKOUT_SESSION_ID}`. `picture_url` is the address that serves `<picture's name>.png`. `livemode` says
    whether the payment key takes real money. `seller` is who sells, for invoices."""

    name: str
    currency: str
    locale: str
    country: str
    rules: Rules
    success_url: str
    cancel_url: str
    picture_url: str
    livemode: bool
    promotions: Mapping[str, Promotion] = field(default_factory=dict)
    provider_codes: bool = False
    after_sale: AfterSale = field(default_factory=AfterSale)
    seller: Party | None = None

    def __post_init__(self) -> None:
        if self.currency not in self.rules.shipping.currencies:
            raise ValueError(f"the shipping table does not name {self.currency}, the shop's own currency, everywhere")

    @property
    def delivered_to(self) -> list[str]:
        """The countries that the shipping table names, the shop's own first."""
        named = {country for zone in self.rules.shipping.zones for country in zone.countries}
        return sorted(named - {ANYWHERE}, key=lambda country: (country != self.country, country))

    def currency_for(self, preferred: str | None) -> str:
        return preferred if preferred and preferred in self.rules.shipping.currencies else self.currency

    def picture(self, image: str | None) -> str | None:
        """The address of a picture. Drawings (SVG) are served as PNG, because chat apps show nothing else."""
        if image is None or image.startswith(("https://", "http://")):
            return image
        path = PurePosixPath(image)
        name = path.with_suffix(".png").name if path.suffix == ".svg" else path.name
        return f"{self.picture_url.rstrip('/')}/{name}"
