"""A payment provider that does not answer."""

from __future__ import annotations

from pathlib import Path

from bot.composition import Parts
from bot.conversation.replies import Choices
from bot.settings import load
from tests.skills.conftest import Stocked
from tests.skills.counter import Counter
from tests.skills.talk import new_conversation
from tests.support.stack import free_base_port


async def test_payments_that_do_not_answer_are_told_with_a_next_step(stocked: Stocked, tmp_path: Path) -> None:
    settings = stocked.copied_to(tmp_path)
    nobody = f"http://127.0.0.1:{free_base_port()}"
    parts = Parts(load({**settings.environment(), "STRIPE_API_URL": nobody}))
    try:
        counter = Counter(parts, await new_conversation(parts))
        await counter.does("action_choose_product", "", product_id="aero-2")
        await counter.does("action_choose_option", "42", size="42")

        [reply] = await counter.does("action_checkout", "checkout")

        assert isinstance(reply, Choices)
        assert "nothing was charged" in reply.text
        assert [option.title for option in reply.options] == ["Try again", "Talk to a person"]
        assert await counter.cart() == {"Aero 2, blue, 42": 1}
    finally:
        await parts.close()
