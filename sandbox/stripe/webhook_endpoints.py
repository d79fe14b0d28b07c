"""Where events go: each address with a secret of its own and the kinds of events it wants.

Source: docs.stripe.com/api/webhook_endpoints. The secret is told once, when the endpoint is made.
"""

from __future__ import annotations

from sandbox.stripe.account import Account, Call
from sandbox.stripe.delivery import ENDPOINT as KIND
from sandbox.stripe.ids import new_id
from sandbox.stripe.listing import EXPAND, LIST, page_of
from sandbox.stripe.params import Param, changed_words, flag, read, rows, text, url, word_changes, words
from sandbox.stripe.shapes import API_VERSION, Json, listing
from sandbox.stripe.store import Store

ALL = "*"
_EVENTS = Param(rows(text(), 300), required=True)
_CREATE = EXPAND | {
    "api_version": Param(text()),
    "description": Param(text()),
    "enabled_events": _EVENTS,
    "metadata": Param(words),
    "url": Param(url, required=True),
}
_UPDATE = EXPAND | {
    "description": Param(text()),
    "disabled": Param(flag),
    "enabled_events": Param(rows(text(), 300)),
    "metadata": Param(word_changes),
    "url": Param(url),
}


def create(account: Account, call: Call) -> Json:
    asked = read(call.params, _CREATE)
    secret = new_id("whsec_", 32)
    endpoint = _endpoint(asked, new_id("we_1"), account.clock.now())
    account.store.put(KIND, endpoint["id"], {"endpoint": endpoint, "secret": secret})
    return endpoint | {"secret": secret}


def retrieve(account: Account, call: Call) -> Json:
    read(call.params, EXPAND)
    found: Json = account.find(KIND, call.names["webhook_endpoint"], KIND)["endpoint"]
    return found


def update(account: Account, call: Call) -> Json:
    asked = read(call.params, _UPDATE)
    kept = account.find(KIND, call.names["webhook_endpoint"], KIND)
    endpoint: Json = kept["endpoint"]
    endpoint |= {name: asked[name] for name in ("description", "enabled_events", "url") if name in asked}
    endpoint["metadata"] = changed_words(endpoint["metadata"], asked.get("metadata", {}))
    if "disabled" in asked:
        endpoint["status"] = "disabled" if asked["disabled"] else "enabled"
    account.store.put(KIND, endpoint["id"], kept)
    return endpoint


def list_endpoints(account: Account, call: Call) -> Json:
    found, has_more = account.store.page(KIND, page_of(read(call.params, LIST)), {})
    return listing("/v1/webhook_endpoints", [kept["endpoint"] for kept in found], has_more=has_more)


def keep(store: Store, id_: str, address: str, secret: str, now: int) -> None:
    """The endpoint that the sandbox was started with, under an id that stays."""
    endpoint = _endpoint({"url": address, "enabled_events": [ALL]}, id_, now)
    store.put(KIND, id_, {"endpoint": endpoint, "secret": secret})


def wanting(store: Store, kind: str) -> list[str]:
    """The ids of the endpoints that want events of a kind."""
    known = [kept["endpoint"] for kept in store.every(KIND)]
    return [
        endpoint["id"]
        for endpoint in known
        if endpoint["status"] == "enabled" and {ALL, kind} & set(endpoint["enabled_events"])
    ]


def _endpoint(asked: Json, id_: str, now: int) -> Json:
    return {
        "id": id_,
        "object": "webhook_endpoint",
        "api_version": asked.get("api_version", API_VERSION),
        "application": None,
        "created": now,
        "description": asked.get("description"),
        "enabled_events": asked["enabled_events"],
        "livemode": False,
        "metadata": asked.get("metadata", {}),
        "status": "enabled",
        "url": asked["url"],
    }
