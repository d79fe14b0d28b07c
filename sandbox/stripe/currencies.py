"""What Stripe says of currencies. Source: docs.stripe.com/currencies (the minimum amounts: its charge limits)."""

from __future__ import annotations

KNOWN = frozenset(
    """
    aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny
    cop crc cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd
    jod jpy kes kgs khr kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad
    ngn nio nok npr nzd omr pab pen pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl
    thb tjs tnd top try ttd twd tzs uah ugx usd uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw
    """.split()  # noqa: SIM905
)
WITHOUT_DECIMALS = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())  # noqa: SIM905
WITH_THREE_DECIMALS = frozenset("bhd jod kwd omr tnd".split())  # noqa: SIM905
MINIMUM = {"usd": 50, "eur": 50, "gbp": 30, "jpy": 50, "inr": 50, "cad": 50, "aud": 50, "chf": 50}
"""Smallest charge, in minor units; other currencies are compared with US dollars at Stripe and unchecked here."""


def decimals(currency: str) -> int:
    if currency in WITHOUT_DECIMALS:
        return 0
    return 3 if currency in WITH_THREE_DECIMALS else 2


def chargeable(amount: int, currency: str) -> bool:
    """Three-decimal amounts end in 0, and crowns (counted with two decimals) have no hundredth."""
    if currency in WITH_THREE_DECIMALS:
        return amount % 10 == 0
    return currency != "isk" or amount % 100 == 0
