"""To whom the shop tells of orders and accounts, and for whom it opens one: never to a sender who may be anybody.

Most channels vouch for their customers. A mail can bear any sender; where the host that received it did not find it
genuine, the conversation is not proven (`conversations.proven`), and what needs proof raises `SenderUnproven`.
"""

from __future__ import annotations

from bot.errors import NotAllowed
from bot.selling.policy import ShopPolicy
from bot.storage import conversations
from bot.storage.sql import Transaction


class SenderUnproven(NotAllowed):
    """`chat_url`: where the same customer can ask instead."""

    def __init__(self, chat_url: str) -> None:
        super().__init__("sender_unproven", "nobody vouches for this sender", chat_url=chat_url)
        self.chat_url = chat_url


async def vouch(tx: Transaction, conversation_id: int, policy: ShopPolicy) -> None:
    """Raises `SenderUnproven`. Of a conversation that never was it knows nothing."""
    if not await conversations.is_proven(tx, conversation_id):
        raise SenderUnproven(policy.cancel_url)
