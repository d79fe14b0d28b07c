"""What the catalogue says of a product, and which of it a question is about. Pure.

No entity marks what is asked ("is it vegan", "ça passe en machine ?"), so the topic is read here by a few words in each
language. What the catalogue does not hold is said to be unknown, never guessed.
"""

from __future__ import annotations

import re

from actions import reading, wording
from actions.counter import Asked
from bot.selling.answers import ProductPage

_SENTENCE = re.compile(r"(?<=[.!?])\s+")


PRICE = re.compile(
    r"how much|price|cost|combien|prix|co[uû]te|ile (?:to )?kosztuje|\bcen[aęy]\b|po ile"
    r"|कितने (?:का|की|के)|कीमत|क़ीमत|दाम|रेट|kitne|kitna|k[ie]+mat|\bdaam\b|\brate\b",
    re.I,
)
MATERIAL = re.compile(
    r"made (?:of|from|out)|material|fabric|leather|cotton|wool\b|mati[eè]re|en quoi|compos|cuir|coton|laine"
    r"|materia[łl]|z czego|sk[oó]r[azy]|bawe[łl]n|we[łl]n|किस(?:से| चीज़| चीज).*बन|मटीरियल|मटेरियल|कपड़ा|चमड़|सूती|ऊन"
    r"|kis (?:cheez|chij|chiz)|kapda|chamd|cotton|leather",
    re.I,
)
VEGAN = re.compile(r"v[ée]gan|wega[nń]|animal|zwierz|वीगन|वेगन|शाकाहारी|जानवर|shakahari|janwar", re.I)
SIZES = re.compile(r"\bsizes?\b|tailles?|pointures?|rozmiar|साइज़|साइज|\bsaiz|\bnaap", re.I)
COLOURS = re.compile(r"colou?rs?\b|couleurs?|kolor|रंग|कलर|\brang\b", re.I)
TOPICS = [(re.compile(asked, re.I), re.compile(told, re.I)) for asked, told in (
    (
        r"water ?-?(?:proof|resist|repel)|rain|imperm[eé]|étanche|pluie|wodoodporn|nieprzemak|deszcz"
        r"|वॉटरप्रूफ|वाटरप्रूफ|बारिश|baarish|barish",
        r"waterproof|water-repellent|\brain\b|watertight|leakproof",
    ),
    (r"dish ?washer|lave-vaisselle|zmywar|डिशवॉशर|डिशवाशर", r"dishwasher"),
    (
        r"\bwash|machine|laver|lavage|lavable|\bpra[cćn]|pralk|\bdhoo?[nl]|धो|वॉशिंग|care\b|entretien",
        r"\bwash(?:es|able|ing)?\b|machine",
    ),
    (r"weigh|heavy|\bpoids|p[eè]se|lourd|wa[żz]y|waga|ci[ęe][żz]k|वज़न|वजन|भारी|wa[zj]an|bhaari", r"weigh|\bgrams?\b"),
    (r"micro-?ondes|microwave|mikrofal|माइक्रोवेव", r"microwave"),
    (r"batter|autonomie|bateri|बैटरी|charge", r"batter|hours|charge|mAh"),
    (r"made in|where.*made|fabriqu|origine|produkow|pochodz|कहाँ.*बन|कहां.*बन|kahan.*ban", r"(?:made|woven|sewn) in"),
    (
        r"how (?:big|large|long|tall)|dimension|capacity|volume|litre|liter|\bml\b|capacit|contenan|wymiar|pojemno"
        r"|कितना बड़ा|kitna bada",
        r"\d+ ?(?:ml|cm|mm|litres?|l\b|inch)|litre",
    ),
)]  # fmt: skip
"""How a question asks about something in any language, and how the catalogue's English tells of it."""
FIT = re.compile(
    r"\bfits?\b|\bsnug|\bloose|\broomy|\bboxy|\bslim\b|\bnarrow|\bwide\b|\bcropped|\brelaxed|true to size", re.I
)


def told_of(asked: Asked, page: ProductPage) -> tuple[str, bool]:
    """The answer to a question about a product, and whether the catalogue held all of it."""
    about = [*plain_facts(asked, page), *(quoted(asked, page, topic) for topic in topics_of(asked.text))]
    if not about:
        return everything(asked, page), True
    known = [fact for fact in about if fact]
    if len(known) == len(about):
        return " ".join(known), True
    honest = asked.say("The catalogue does not say that about {title}; a person can find out.", title=page.card.title)
    return " ".join([*known, honest]), False


def topics_of(text: str) -> list[re.Pattern[str]]:
    """How the catalogue would tell of what a question asks about."""
    return [told for asks, told in TOPICS if asks.search(text)]


def plain_facts(asked: Asked, page: ProductPage) -> list[str]:
    """The facts that have a place of their own in the catalogue, of those that are asked about; "" for one that is
    asked about and left out there."""
    facts = {
        PRICE: price(asked, page),
        MATERIAL: material(asked, page),
        VEGAN: vegan(asked, page),
        SIZES: sizes(asked, page),
        COLOURS: colours(asked, page),
    }
    return [fact for pattern, fact in facts.items() if pattern.search(asked.text)]


def price(asked: Asked, page: ProductPage) -> str:
    return asked.say("{what}: {amount}", what=page.card.title, amount=wording.price_of(asked, page.card)) + "."


def material(asked: Asked, page: ProductPage) -> str:
    return asked.say("Made of {materials}.", materials=", ".join(page.materials)) if page.materials else ""


def vegan(asked: Asked, page: ProductPage) -> str:
    if page.vegan is None:
        return ""
    if page.vegan:
        return asked.say("Yes, it is vegan: nothing from an animal in it, glue included.")
    return asked.say("No, it is not vegan.")


def sizes(asked: Asked, page: ProductPage) -> str:
    """The sizes in stock, from the smallest to the largest where there are many."""
    values = reading.by_size(page.card.sizes)
    if len(values) > wording.MOST_NAMED:
        return asked.say("Sizes in stock: {first} to {last}.", first=values[0], last=values[-1])
    said = [asked.say.word("option", value) for value in values]
    return asked.say("Sizes in stock: {sizes}.", sizes=", ".join(said)) if said else ""


def colours(asked: Asked, page: ProductPage) -> str:
    said = [asked.say.word("option", value) for value in page.card.colours]
    return asked.say("Colours: {colours}.", colours=", ".join(said)) if said else ""


def quoted(asked: Asked, page: ProductPage, told: re.Pattern[str]) -> str:
    """The catalogue's own sentence on a topic, or its own word; "" where it has neither."""
    sentence = next((each for each in _SENTENCE.split(page.description) if told.search(each)), None)
    word = next((each for each in (*page.tags, *page.materials) if told.search(each)), None)
    found = sentence or word
    return asked.say("The catalogue says: “{words}”", words=found) if found else ""


def everything(asked: Asked, page: ProductPage) -> str:
    """All that the catalogue holds."""
    about = asked.say("The catalogue says: “{words}”", words=page.description)
    facts = (price(asked, page), about, material(asked, page), sizes(asked, page), colours(asked, page))
    return " ".join(fact for fact in facts if fact)
