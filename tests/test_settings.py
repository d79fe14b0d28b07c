"""Settings: what is missing, what is refused, and that no stand-in is ever used in public."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from bot.settings import BadSetting, load

META = {"META_APP_SECRET": "s", "META_VERIFY_TOKEN": "v", "WHATSAPP_TOKEN": "t", "WHATSAPP_PHONE_NUMBER_ID": "1"}
STRIPE = {"STRIPE_API_KEY": "sk_live_x", "STRIPE_WEBHOOK_SECRET": "whsec_x"}


def home(tmp_path: Path, **more: str) -> dict[str, str]:
    return {"SOUK_HOME": str(tmp_path / "var"), **more}


def test_without_any_keys_stand_ins_take_the_parts_of_meta_and_stripe(tmp_path: Path) -> None:
    settings = load(home(tmp_path, PORT="9000"))
    assert settings.stand_in_graph
    assert settings.stand_in_stripe
    assert settings.accounts_of("whatsapp")
    assert settings.meta_graph_url == "http://127.0.0.1:9003/v25.0"


@pytest.mark.parametrize("token", ["WHATSAPP_TOKEN", "MESSENGER_PAGE_TOKEN", "INSTAGRAM_TOKEN"])
def test_a_real_token_of_any_of_metas_channels_is_not_handed_to_the_stand_in(tmp_path: Path, token: str) -> None:
    settings = load(home(tmp_path, **{token: "EAAG-a-real-one"}))
    assert not settings.stand_in_graph
    assert settings.meta_graph_url.startswith("https://graph.facebook.com/")


def test_made_secrets_are_random_kept_and_for_their_owner_alone(tmp_path: Path) -> None:
    first, again = load(home(tmp_path)), load(home(tmp_path))
    other = load(home(tmp_path / "other"))
    assert first.secret_key == again.secret_key != other.secret_key
    assert stat.S_IMODE((tmp_path / "var" / "secrets.json").stat().st_mode) == 0o600


def test_a_public_shop_without_keys_has_its_channels_off(tmp_path: Path) -> None:
    settings = load(home(tmp_path, PUBLIC_URL="https://shop.example"))
    assert not settings.accounts_of("whatsapp")
    assert not settings.payments_on
    assert not settings.stand_in_graph


@pytest.mark.parametrize("name", ["META_GRAPH_URL", "STRIPE_API_URL"])
def test_a_public_shop_refuses_to_start_with_a_stand_in(tmp_path: Path, name: str) -> None:
    variables = home(tmp_path, PUBLIC_URL="https://shop.example", **META, **STRIPE)
    with pytest.raises(BadSetting, match=name):
        load({**variables, name: "http://127.0.0.1:9003/v25.0"})


def test_a_live_key_is_never_sent_to_a_sandbox(tmp_path: Path) -> None:
    with pytest.raises(BadSetting, match="STRIPE_API_URL"):
        load(home(tmp_path, STRIPE_API_URL="http://127.0.0.1:9004", **STRIPE))


@pytest.mark.parametrize(("name", "value"), [("PORT", "eighty"), ("PORT", "99999"), ("PUBLIC_URL", "shop.example")])
def test_a_bad_value_is_refused_by_name(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name) as refused:
        load(home(tmp_path, **{name: value}))
    assert refused.value.name == name


def test_the_sites_that_may_show_the_chat_are_https_origins_each_once(tmp_path: Path) -> None:
    listed = "https://www.example.com, https://WWW.example.com,,http://localhost:3000 , https://[2001:db8::1]:8443"
    expected = ("https://www.example.com", "http://localhost:3000", "https://[2001:db8::1]:8443")
    assert load(home(tmp_path, EMBED_ORIGINS=listed)).embed_origins == expected
    assert load(home(tmp_path)).embed_origins == ()


@pytest.mark.parametrize(
    "listed",
    [
        "*",
        "www.a.example",
        "http://a.example",
        "https://*.a.example",
        "https://a.example/",
        "https://a b",
        "'self'",
    ],
)
def test_what_is_no_single_site_may_not_show_the_chat(tmp_path: Path, listed: str) -> None:
    with pytest.raises(BadSetting, match="EMBED_ORIGINS"):
        load(home(tmp_path, EMBED_ORIGINS=f"https://fine.example,{listed}"))
