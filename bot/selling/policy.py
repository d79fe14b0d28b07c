"""What a shop owner decides once: currency, delivery, where the pay page leads back to, where pictures are."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from bot.commerce.checkout import ShippingTable


@dataclass(frozen=True, slots=True)
class ShopPolicy:
    """`currency` and `locale` are for contacts of whom nothing better is known; `shipping` names every currency that
    the shop sells in. `success_url` may hold `{CHECKOUT_SESSION_ID}`. `picture_url` is the address that serves
    `<picture's name>.png`. `livemode` says whether the payment key takes real money."""

    currency: str
    locale: str
    shipping: ShippingTable
    success_url: str
    cancel_url: str
    picture_url: str
    livemode: bool

    def __post_init__(self) -> None:
        if self.currency not in self.shipping:
            raise ValueError(f"the shipping table does not name {self.currency}, the shop's own currency")

    def currency_for(self, preferred: str | None) -> str:
        return preferred if preferred and preferred in self.shipping else self.currency

    def picture(self, image: str | None) -> str | None:
        """The address of a picture. Drawings (SVG) are served as PNG, because chat apps show nothing else."""
        if image is None or image.startswith(("https://", "http://")):
            return image
        path = PurePosixPath(image)
        name = path.with_suffix(".png").name if path.suffix == ".svg" else path.name
        return f"{self.picture_url.rstrip('/')}/{name}"
