"""The language of a message: told by its words, kept where they tell nothing."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from rasa.shared.core.slots import TextSlot
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.training_data.loading import load_data
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from engine.nlu import folders
from engine.nlu.language import LanguageIdentifier
from engine.tests.learning import sentence, sentences, trained

folders.install()

SENTENCES = {
    "en": """
        where is my order
        i want to return these shoes
        do you have this in blue
        show me something cheaper please
        can i pay with paypal
        how long is the delivery
        i would like to talk to a person
        what is it made of
        add it to my cart
        remove the socks from my basket
        is it waterproof
        how much is it
        thank you very much
        hello there
        my parcel has not arrived yet
        i need an invoice for my order
        the size is too small for me
        which one is better
        please cancel it
        cancel my order
        never mind
        i forgot my password
        what can you do
        are you open on sunday
    """,
    "fr": """
        où est ma commande
        je voudrais renvoyer ces chaussures
        vous l'avez en bleu
        montrez-moi quelque chose de moins cher
        est-ce que je peux payer avec paypal
        combien de temps prend la livraison
        je veux parler à quelqu'un
        c'est en quelle matière
        ajoutez-le au panier
        enlève les chaussettes de mon panier
        est-ce que c'est imperméable
        ça coûte combien
        merci beaucoup
        merci
        bonjour
        mon colis n'est toujours pas arrivé
        j'ai besoin d'une facture pour ma commande
        la taille est trop petite pour moi
        lequel est le mieux
        annulez la commande s'il vous plaît
        laissez tomber
        j'ai oublié mon mot de passe
        que pouvez-vous faire
        vous êtes ouverts le dimanche
    """,
    "pl": """
        gdzie jest moje zamówienie
        chcę zwrócić te buty
        czy macie to w kolorze niebieskim
        pokaż mi coś tańszego
        czy mogę zapłacić kartą
        ile trwa dostawa
        chcę porozmawiać z człowiekiem
        z czego to jest zrobione
        dodaj to do koszyka
        usuń skarpetki z koszyka
        czy to jest wodoodporne
        ile to kosztuje
        dziękuję bardzo
        dziękuję
        cześć
        moja paczka jeszcze nie przyszła
        potrzebuję faktury do zamówienia
        rozmiar jest za mały
        który jest lepszy
        proszę anulować zamówienie
        nieważne
        zapomniałem hasła
        co potrafisz
        czy macie otwarte w niedzielę
    """,
    "hi-Latn": """
        mera order kahan hai
        mujhe ye joote wapas karne hain
        kya ye neele rang mein hai
        kuch sasta dikhao na
        kya main card se pay kar sakta hoon
        delivery mein kitna time lagega
        mujhe kisi insaan se baat karni hai
        ye kis cheez ka bana hai
        isko cart mein daal do
        cart se moze hata do
        kya ye waterproof hai
        iska daam kitna hai
        bahut dhanyavaad
        namaste bhai
        mera parcel abhi tak nahi aaya
        mujhe apne order ka bill chahiye
        size bahut chhota hai
        kaun sa achha rahega
        order cancel kar do please
        rehne do
        password bhool gaya hoon
        aap kya kar sakte ho
        dukaan sunday ko khuli hai kya
        paise kab wapas milenge
    """,
    "hi": """
        मेरा ऑर्डर कहाँ है
        मुझे जूते वापस करने हैं
        कुछ सस्ता दिखाओ
        धन्यवाद
        यह किस चीज़ का बना है
    """
    * 4,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> LanguageIdentifier:
    return trained(LanguageIdentifier, sentences(SENTENCES), tmp_path_factory.mktemp("model"))


def said(component: LanguageIdentifier, text: str, conversation: str | None = None) -> dict[str, Any]:
    metadata = None if conversation is None else {"language": conversation}
    [message] = component.process([Message({"text": text, "metadata": metadata})])
    return message.as_dict(only_output_properties=True)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("can you tell me when my shoes will arrive", "en"),
        ("quand est-ce que mes chaussures vont arriver", "fr"),
        ("kiedy przyjdą moje nowe buty", "pl"),
        ("kiedy przyjda moje nowe buty", "pl"),
        ("mere joote kab tak aa jayenge", "hi-Latn"),
        ("मेरे जूते कब आएंगे", "hi"),
        ("मुझे blue hoodie चाहिए", "hi"),
        ("bonjour", "fr"),
        ("cześć", "pl"),
    ],
)
def test_a_sentence_tells_its_language(shop: LanguageIdentifier, text: str, language: str) -> None:
    found = said(shop, text)

    assert found["language"] == language
    assert found["language_confidence"] > 0.5


@pytest.mark.parametrize(
    "text", ["ok", "42", "iPhone 15", "👍", "AERO2-BLU-42", "anna@x.pl", "?", "Everyday Hoodie", "xl"]
)
@pytest.mark.parametrize("conversation", ["fr", "pl", "hi-Latn"])
def test_a_short_message_keeps_the_language(shop: LanguageIdentifier, text: str, conversation: str) -> None:
    found = said(shop, text, conversation)

    assert found["language"] == conversation
    assert found["language_confidence"] == 0


def test_without_a_conversation_a_short_message_is_in_the_default_language(shop: LanguageIdentifier) -> None:
    assert said(shop, "42")["language"] == "en"


@pytest.mark.parametrize("text", ["qwzx vbnm plokij", "asdkjh qweoiu zzz", "blorp fnarg wibbleton"])
def test_what_is_no_word_of_any_language_keeps_the_language(shop: LanguageIdentifier, text: str) -> None:
    assert said(shop, text)["language"] == "en"
    assert said(shop, text, "fr")["language"] == "fr"


def test_a_first_word_that_two_languages_have_is_in_the_default_language(tmp_path: Path) -> None:
    shared = {"en": SENTENCES["en"] + "\nhi", "hi-Latn": SENTENCES["hi-Latn"] + "\nhi\nhi hi hi"}
    shop = trained(LanguageIdentifier, sentences(shared), tmp_path)

    assert said(shop, "hi")["language"] == "en"
    assert said(shop, "hi", "hi-Latn")["language"] == "hi-Latn"


@pytest.mark.parametrize("conversation", ["en", "fr", "pl", "hi", "hi-Latn"])
@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("i would like to send it back please", "en"),
        ("je voudrais le renvoyer", "fr"),
        ("mujhe ye wapas karna hai", "hi-Latn"),
    ],
)
def test_one_clear_sentence_switches(shop: LanguageIdentifier, text: str, language: str, conversation: str) -> None:
    assert said(shop, text, conversation)["language"] == language


@pytest.mark.parametrize(
    "text", ["checkout", "cool", "hello", "cancel", "je veux un hoodie", "le checkout ne marche pas"]
)
def test_an_english_word_that_all_borrow_does_not_switch(shop: LanguageIdentifier, text: str) -> None:
    assert said(shop, text, "fr")["language"] == "fr"


def test_the_trackers_slot_tells_the_conversations_language(shop: LanguageIdentifier) -> None:
    slot = TextSlot("language", mappings=[], initial_value="pl")
    tracker = DialogueStateTracker("7", [slot])

    [message] = shop.process([Message({"text": "42"})], tracker)

    assert message.get("language") == "pl"


def test_a_folder_marks_the_language_of_its_sentences(tmp_path: Path) -> None:
    for language in ("fr", "hi-Latn", "shoes"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "cart.yml").write_text(
            f'version: "3.1"\nnlu:\n- intent: add_to_cart\n  examples: |\n    - {language} ok\n', encoding="utf-8"
        )

    data = load_data(str(tmp_path))

    marks = {message.get("text"): folders.marked_language(message) for message in data.training_examples}
    assert marks == {"fr ok": "fr", "hi-Latn ok": "hi-Latn", "shoes ok": None}


def test_a_mark_beside_the_example_wins(shop: LanguageIdentifier) -> None:
    message = sentence("ok", "fr")
    message.set("metadata", {**message.get("metadata"), "example": {"language": "pl"}})

    data = shop.process_training_data(TrainingData([message]))

    assert data.training_examples[0].get("language") == "pl"


def test_sentences_without_marks_are_told_apart_as_well(tmp_path: Path) -> None:
    unmarked = [sentence(message.get("text")) for message in sentences(SENTENCES)]

    foreign = trained(LanguageIdentifier, unmarked, tmp_path)

    assert said(foreign, "where is the parcel that i ordered")["language"] == "en"
    assert said(foreign, "quand est-ce que mes chaussures vont arriver")["language"] == "fr"
    assert said(foreign, "mera parcel kab aayega bhai, mujhe chahiye")["language"] == "hi-Latn"


def test_beside_other_languages_sentences_without_a_mark_are_in_the_default_one(tmp_path: Path) -> None:
    english = [sentence(line.strip()) for line in SENTENCES["en"].strip().splitlines()]
    others = sentences({language: lines for language, lines in SENTENCES.items() if language != "en"})

    mixed = trained(LanguageIdentifier, [*english, *others], tmp_path)

    assert said(mixed, "show me my cart")["language"] == "en"
    assert said(mixed, "can you tell me when my shoes will arrive", "fr")["language"] == "en"


def test_data_in_one_language_stay_in_it(tmp_path: Path) -> None:
    english = [sentence(line.strip()) for line in SENTENCES["en"].strip().splitlines()]

    foreign = trained(LanguageIdentifier, english, tmp_path)

    assert said(foreign, "top up via card")["language"] == "en"
    assert said(foreign, "मेरा ऑर्डर कहाँ है")["language"] == "hi"


def test_a_message_is_identified_in_a_millisecond(shop: LanguageIdentifier) -> None:
    said(shop, "where is my order")
    began = time.process_time()
    for _ in range(100):
        said(shop, "can you tell me when my running shoes will arrive in paris", "fr")
    assert time.process_time() - began < 0.3
