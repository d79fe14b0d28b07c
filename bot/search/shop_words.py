"""Lists of words that any shop can use: what says nothing, what also means something, what is an accessory.

Written by hand and English; what an operator adds for one shop comes from the database, and what a catalogue teaches
from the catalogue. Nothing here is about one product.
"""

from __future__ import annotations

STOP_WORDS = frozenset(
    """
    a about again all also am an and any anyone anything are as at available be been below birthday bit bring
    bro brother browse but buy by can catalog catalogue cheap cheaper check color colour come comes cool cost
    costs could dad daughter do does done dont else excuse explore find for friend from get getting gift gimme
    give go going good got great had has have having he hello help her here hey hi him his how husband i id if
    ill im in into is it item items its ive just kind kinda know let lets like list little look looking love
    many me men mens mom much mum my myself need nice no not now of off offer ok okay on one ones option options
    or order other our out perhaps pick please pls plz present price product products purchase really recommend
    see sell selling shall she shop shopping should show sister size smth so some somebody someone something son
    sort sth stock stuff suggest sure take tell than thank thanks that the their them then there these they
    thing things this those to too try type u under ur us wanna want was we well were what whats when where
    which who wife will with without women womens would yeah yes you your
    """.split()  # noqa: SIM905
)

PURPOSE = frozenset({"for"})
PREPOSITIONS = PURPOSE | {"compatible", "from", "in", "of", "on", "to", "with", "without"}

SYNONYMS = {
    "coat": "jacket",
    "bottle": "bottle flask",
    "clothes": "apparel",
    "clothing": "apparel",
    "comforter": "blanket",
    "cup": "cup mug",
    "earphones": "earbuds",
    "electronics": "tech",
    "flask": "bottle",
    "flats": "loafer",
    "jersey": "t-shirt",
    "jogger": "joggers",
    "jumper": "sweatshirt",
    "journal": "notebook",
    "kicks": "sneaker",
    "pants": "trousers",
    "parka": "coat",
    "pillow": "cushion",
    "powerbank": "power-bank",
    "pullover": "sweatshirt",
    "purse": "wallet",
    "rucksack": "backpack",
    "sneakers": "sneaker",
    "sweater": "sweatshirt cardigan",
    "tee": "t-shirt",
    "tees": "t-shirt",
    "throw": "blanket",
    "trainers": "sneaker",
    "windbreaker": "jacket",
    # electronics
    "cellphone": "smartphone",
    "fridge": "refrigerator",
    "hdd": "hard-drive",
    "kbd": "keyboard",
    "mobile": "smartphone",
    "pc": "computer",
    "ps4": "playstation-4",
    "ps5": "playstation-5",
    "telly": "television",
    "television": "tv",
    "tv": "television",
    "thumbdrive": "usb-stick",
    "wifi": "wi-fi",
    "wlan": "wi-fi",
    # home, garden, children, care
    "couch": "sofa",
    "settee": "sofa",
    "rug": "carpet",
    "drapes": "curtain",
    "hoover": "vacuum",
    "nappy": "diaper",
    "diaper": "nappy",
    "pram": "stroller",
    "pushchair": "stroller",
    "stroller": "pram",
    "pacifier": "dummy",
    "flashlight": "torch",
    "torch": "flashlight",
    "bin": "trash-can",
    "garbage": "trash",
    "spanner": "wrench",
    "bicycle": "bike",
    "bike": "bicycle",
    "eyeglasses": "glasses",
    "shades": "sunglasses",
    "lipgloss": "lip-gloss",
    "moisturiser": "moisturizer",
    "jewelry": "jewellery",
    "jewellery": "jewelry",
    "pyjamas": "pajamas",
    "pajamas": "pyjamas",
    "fragrance": "perfume",
    "cologne": "perfume",
    "grey": "gray",
    "gray": "grey",
}
"""What shoppers also call a thing: one word to one or more others (`power-bank` is two words that belong together).
A word that the catalogue itself uses keeps its own meaning as well, which comes first."""

WHERE_SAID_TOGETHER = {
    "laptop": "notebook",
    "notebook": "laptop",
    "desktop": "pc",
    "monitor": "display",
    "ssd": "solid-state",
    "cell": "mobile",
    "watch": "smartwatch",
}
"""Synonyms in some shops and not in others (a stationer's notebook is no laptop): they hold where the catalogue itself
says both words of one product."""

ACCESSORIES = """
    accessory adapter adaptor antenna arm armband bag band base basket battery bezel blade bracket brush bulb cable cap
    cart cartridge case charger charm cleaner clip cloth component cooler cooling cord cover cradle cushion dock drawer
    drum duster
    enclosure fastener film filter foam folio frame fuser glass grip guard hanger harness holder holster hook hose
    housing insert interface keychain kit knob label lace lamp leash lens lid lock mat memory module mount mounting
    nozzle organizer pad part pen pillow plate plug pouch protector rack refill remote rest riser ribbon roller screw
    shelf shell skin sleeve sling spare stand station sticker strap stylus supply support switch tether tip toner tool
    tray tripod trolley wallet warranty wipe wire wrap service upgrade license keypad compartment receiver
""".split()  # noqa: SIM905
"""Things that are named after what they are for: the word before them names no thing itself."""

OTHER_THINGS = """
    backpack book briefcase chair clothes costume cream desk display doll dress figure game hat hub jacket jewelry
    messenger oil outfit poster printer puzzle ram scanner screen shoe soap sock speaker spray stool table tote towel
    toy webcam
""".split()  # noqa: SIM905
"""Things of their own that often carry another thing's name before theirs ("laptop backpack", "camera lens poster")."""

WIDER_NAMES = frozenset(
    "computer device edition machine model original pack pc series set system type unit version".split()  # noqa: SIM905
)
"""Words after a thing that leave it what it is: a "notebook PC" is a notebook."""

COLOUR_WORDS = frozenset(
    """
    beige black blue bronze brown burgundy color colour coral cream cyan gold gray green grey ivory khaki magenta
    metallic multicolor navy olive orange pink purple red rose silver tan teal transparent turquoise violet white yellow
    """.split()  # noqa: SIM905
)

UNITS = frozenset(
    """
    cl cm db dpi ft g gb gbit ghz hz inch kb kg khz km kv kva kw l lb lm m mah mb mbit mg mhz ml mm mp nm oz
    pixel pixels rpm tb v va w watt wh
    """.split()  # noqa: SIM905
)
