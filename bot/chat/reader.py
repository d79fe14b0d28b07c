"""In which language and format somebody reads, as their browser (or our page, which knows better) tells us."""

from __future__ import annotations

from babel import Locale, UnknownLocaleError
from sanic import Request

from bot.conversation.phrases import ENGLISH, language_of


def locale_of(request: Request) -> str | None:
    """The first locale of `Accept-Language` whose language the shop speaks, else the first that we can format for, like
    `fr_CA`; None where there is none."""
    first = None
    for tag in request.headers.get("accept-language", "").split(","):
        try:
            locale = Locale.parse(tag.partition(";")[0].strip(), sep="-")
        except (ValueError, UnknownLocaleError):
            continue
        if locale.language == ENGLISH or language_of(str(locale)) != ENGLISH:
            return str(locale)
        first = first or str(locale)
    return first
