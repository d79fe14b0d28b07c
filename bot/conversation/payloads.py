"""What a tap means: `/intent{"entity": "value"}`, whoever offers it. Pure."""

from __future__ import annotations

import json

from bot.conversation.replies import PAYLOAD_BYTES


def payload(intent: str, **entities: str) -> str:
    """`/intent{"entity": "value"}`. Raises `ValueError` when it would not fit into a list row."""
    carried = json.dumps(entities, ensure_ascii=False, separators=(",", ":")) if entities else ""
    made = f"/{intent}{carried}"
    if len(made.encode()) > PAYLOAD_BYTES:
        raise ValueError(f"the payload of {intent} is longer than {PAYLOAD_BYTES} bytes")
    return made
