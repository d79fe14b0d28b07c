"""Which sites may show the chat in a frame, and what the script there needs to draw its button.

The list is held in two places: browsers refuse the frame itself (`frame-ancestors`, bot.chat.pages), and the script
asks here first, so that it can say in one sentence why nothing is shown. No credential is read or given.
"""

from __future__ import annotations

from collections.abc import Sequence

from sanic import Request
from sanic.response import HTTPResponse

from bot.accounts import Accounts
from bot.api import Api, error_answer, json_answer
from bot.chat.reader import locale_of
from bot.chat.words import Embedding
from bot.conversation.phrases import language_of, speaker
from bot.errors import NotAllowed

_KEPT_FOR = "public, max-age=300"


def embed_api(*, accounts: Accounts, shop: str, origins: Sequence[str]) -> Api:
    """The route under `/api/v1/chat/embed`. `origins` are the listed sites, beside the shop's own page."""
    api = Api("embed", accounts)

    @api.get("/chat/embed", answer=Embedding)
    async def read_embedding(request: Request) -> HTTPResponse:
        """What a site's button says, for the sites that may show the chat."""
        origin: str | None = request.headers.get("origin")
        if origin is None or origin in (request.app.ctx.public_origin, *origins):
            answer = json_answer(embedding(shop, locale_of(request)), headers={"Cache-Control": _KEPT_FOR})
        else:
            # Readable where the script stands: the sentence is for whoever put it there.
            answer = error_answer(_not_listed(origin))
        answer.headers["Vary"] = "Origin, Accept-Language"
        if origin is not None:
            answer.headers["Access-Control-Allow-Origin"] = origin
        return answer

    return api


def embedding(shop: str, locale: str | None) -> Embedding:
    say = speaker(language_of(locale))
    return Embedding(
        shop=shop,
        open=say("Chat with {shop}", shop=shop),
        close=say("Close the chat"),
        loading=say("The chat is loading…"),
        failed=say("The chat could not be loaded here."),
        elsewhere=say("Open it in a new tab"),
        unread=say("New messages: {count}", count="{count}"),
    )


def _not_listed(origin: str) -> NotAllowed:
    return NotAllowed(
        "site_not_listed",
        f"This shop's chat is not shown here, because {origin} is not among the shop's EMBED_ORIGINS.",
    )
