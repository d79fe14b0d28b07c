"""A picture by WhatsApp, and a customer who hides the number: by signed webhooks, up to what the agent sees."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx

from tests.support.phone import Phone
from tests.support.stack import Stack, eventually

PICTURE = b"\x89PNG\r\n\x1a\n not a shoe, but told to be one"


def sends(stack: Stack, wa_id: str, **asked: Any) -> None:
    answer = httpx.post(f"{stack.graph_url}/_sim/phones/whatsapp/{wa_id}/send", json=asked, timeout=10)
    answer.raise_for_status()


def desk(stack: Stack) -> httpx.Client:
    client = httpx.Client(base_url=f"{stack.url}/api/v1", timeout=15)
    email = "agent@souk.example"
    client.post("/session", json={"email": email, "password": stack.passwords[email]}).raise_for_status()
    return client


def test_a_customers_picture_is_kept_and_only_people_of_the_shop_see_it(stack: Stack) -> None:
    put = httpx.post(
        f"{stack.graph_url}/_sim/media", content=PICTURE, headers={"content-type": "image/png"}, timeout=10
    )
    file = {"id": put.json()["id"], "kind": "image", "caption": "My old shoe"}
    sends(stack, "15557000001", media=file)
    [row] = eventually(
        lambda: stack.query(
            "SELECT m.message_id, m.sha256 FROM media m JOIN messages x ON x.id = m.message_id"
            " JOIN conversations c ON c.id = x.conversation_id WHERE c.customer = '15557000001' AND m.state = 'kept'"
        )
    )
    assert row["sha256"] == hashlib.sha256(PICTURE).hexdigest()

    path = f"/desk/media/{row['message_id']}/0"
    assert httpx.get(f"{stack.url}/api/v1{path}", timeout=10).status_code == 401
    seen = desk(stack).get(path)
    assert (seen.status_code, seen.content) == (200, PICTURE)
    assert seen.headers["content-type"] == "image/png"
    assert seen.headers["content-disposition"].startswith("inline")
    assert seen.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert seen.headers["x-content-type-options"] == "nosniff"
    part = desk(stack).get(path, headers={"range": "bytes=0-7"})
    assert (part.status_code, part.content) == (206, PICTURE[:8])
    assert desk(stack).get(path, headers={"range": "bytes=-9999"}).content == PICTURE
    assert desk(stack).get(f"/desk/media/{row['message_id']}/1").json()["error"]["code"] == "no_media"


def test_a_customer_who_hides_the_number_stays_one_customer(stack: Stack) -> None:
    phone = Phone(stack, "15557000002")
    user = "US.15557000002"
    phone.post({"type": "text", "text": {"body": "hi"}, "from_user_id": user})
    phone.hears()
    hidden = {"from_user_id": user, "type": "text", "text": {"body": "show my cart"}}
    body = phone.body(hidden).replace(b'"from": "15557000002", ', b"").replace(b', "wa_id": "15557000002"', b"")
    assert b"15557000002" not in body.replace(user.encode(), b"").replace(b"wamid.15557000002", b"")
    assert phone.post_body(body).status_code == 200
    phone.hears()
    [found] = stack.query(
        "SELECT c.id, c.customer FROM conversations c JOIN identities i ON i.contact_id = c.contact_id"
        " WHERE i.external_id = :user",
        user=user,
    )
    assert found["customer"] == "15557000002"
