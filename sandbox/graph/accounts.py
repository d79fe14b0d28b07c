"""The shop's accounts at Meta: which tokens there are, and what each may send as."""

from __future__ import annotations

import hmac
from dataclasses import dataclass

from sandbox.graph.refusals import INVALID, Refused

WHATSAPP, MESSENGER, INSTAGRAM = "whatsapp", "messenger", "instagram"
PLATFORMS = (WHATSAPP, MESSENGER, INSTAGRAM)

OUR_APP = 1517776481860111
INBOXES = {MESSENGER: 263902037430900, INSTAGRAM: 1217981644879628}
"""The apps in which a person of the shop answers by hand: Meta's own inboxes."""


@dataclass(frozen=True)
class Account:
    """A phone number's, a page's or an Instagram account's id, and the one token that may send for it."""

    platform: str
    id: str
    token: str


class Accounts:
    def __init__(self, accounts: list[Account]) -> None:
        self._accounts = accounts
        self.of = {account.platform: account for account in accounts}

    def by_token(self, given: str) -> Account:
        """Raises `Refused` 190 for a token that belongs to nobody."""
        for account in self._accounts:
            if hmac.compare_digest(given.encode(), account.token.encode()):
                return account
        raise Refused(190, "Invalid OAuth access token", status=401)

    def acting(self, given: str, node: str) -> Account:
        """The account that `node` names, if the token is its own; `me` is whom the token belongs to."""
        account = self.by_token(given)
        if node == account.id or (node == "me" and account.platform != WHATSAPP):
            return account
        raise Refused(INVALID, f"Unsupported post request. Object with ID '{node}' does not exist", subcode=33)
