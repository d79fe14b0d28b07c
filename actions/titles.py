"""What each intent is called on a button, in every language: at most 20 characters, WhatsApp's limit for a title."""

from __future__ import annotations

from bot.conversation.phrases import LANGUAGES

TITLES = {
    # browse
    "search_products": ("Find a product", "Chercher un article", "Szukam produktu", "कुछ ढूँढना", "Kuch dhoondhna"),
    "choose_product": ("See a product", "Voir un article", "Zobacz produkt", "प्रोडक्ट देखना", "Product dekhna"),
    "choose_option": ("Size or colour", "Taille ou couleur", "Rozmiar lub kolor", "साइज़ या रंग", "Size ya rang"),
    "ask_cheaper": ("Something cheaper", "Moins cher", "Coś tańszego", "कुछ सस्ता", "Kuch sasta"),
    "show_more": ("See more", "En voir plus", "Pokaż więcej", "और दिखाओ", "Aur dikhao"),
    "ask_details": (
        "Product details",
        "Détails de l'article",
        "Szczegóły produktu",
        "प्रोडक्ट की जानकारी",
        "Product ki detail",
    ),
    "ask_size_advice": ("Which size to take", "Quelle taille", "Jaki rozmiar", "कौन सा साइज़", "Kaunsa size"),
    "compare_products": ("Compare products", "Comparer", "Porównaj produkty", "तुलना करना", "Compare karna"),
    # cart
    "add_to_cart": ("Add to cart", "Ajouter au panier", "Dodaj do koszyka", "कार्ट में डालें", "Cart mein daalo"),
    "add_another": ("One more of it", "Un de plus", "Jeszcze jeden", "एक और", "Ek aur"),
    "set_quantity": ("Change the quantity", "Changer la quantité", "Zmień ilość", "मात्रा बदलना", "Quantity badalna"),
    "remove_from_cart": ("Remove from cart", "Retirer du panier", "Usuń z koszyka", "कार्ट से हटाना", "Cart se hatana"),
    "show_cart": ("My cart", "Mon panier", "Mój koszyk", "मेरा कार्ट", "Mera cart"),
    "clear_cart": ("Empty the cart", "Vider le panier", "Opróżnij koszyk", "कार्ट ख़ाली करना", "Cart khaali karna"),
    "use_promo_code": ("Use a code", "Utiliser un code", "Użyj kodu", "कोड इस्तेमाल करना", "Code lagana"),
    "ask_promotions": ("Offers", "Promotions", "Promocje", "ऑफ़र", "Offers"),
    "add_note": ("Add a note", "Ajouter une note", "Dodaj uwagę", "नोट जोड़ना", "Note jodna"),
    "switch_currency": ("Change currency", "Changer de devise", "Zmień walutę", "मुद्रा बदलना", "Currency badalna"),
    # checkout
    "checkout": ("Check out", "Payer", "Zapłać", "भुगतान करना", "Payment karna"),
    "ask_shipping": ("Delivery", "Livraison", "Dostawa", "डिलीवरी", "Delivery"),
    "ask_payment_methods": (
        "Ways to pay",
        "Moyens de paiement",
        "Metody płatności",
        "भुगतान के तरीके",
        "Payment ke tareeke",
    ),
    "payment_failed": (
        "Payment trouble",
        "Souci de paiement",
        "Problem z płatnością",
        "भुगतान में दिक्कत",
        "Payment ki dikkat",
    ),
    "change_address": ("Change the address", "Changer l'adresse", "Zmień adres", "पता बदलना", "Address badalna"),
    # orders
    "order_status": (
        "Where is my order?",
        "Où est ma commande ?",
        "Gdzie zamówienie?",
        "मेरा ऑर्डर कहाँ है?",
        "Mera order kahan?",
    ),
    "cancel_order": (
        "Cancel an order",
        "Annuler ma commande",
        "Anuluj zamówienie",
        "ऑर्डर रद्द करना",
        "Order cancel karna",
    ),
    "change_order": ("Change an order", "Modifier la commande", "Zmień zamówienie", "ऑर्डर बदलना", "Order badalna"),
    "order_again": ("Order it again", "Commander à nouveau", "Zamów ponownie", "फिर से ऑर्डर", "Phir se order"),
    "parcel_missing": (
        "Parcel is missing",
        "Colis introuvable",
        "Zaginiona paczka",
        "पार्सल नहीं मिला",
        "Parcel nahi mila",
    ),
    "ask_invoice": ("Invoice or receipt", "Facture ou reçu", "Faktura lub rachunek", "बिल या रसीद", "Bill ya receipt"),
    # returns
    "return_item": ("Return something", "Retourner un article", "Zwróć produkt", "सामान लौटाना", "Saaman lautana"),
    "exchange_item": ("Exchange something", "Échanger un article", "Wymień produkt", "सामान बदलना", "Saaman badalna"),
    "report_item_problem": (
        "Problem with an item",
        "Article défectueux",
        "Wada produktu",
        "सामान ख़राब है",
        "Saaman kharab hai",
    ),
    "ask_refund": ("My refund", "Mon remboursement", "Mój zwrot pieniędzy", "मेरा रिफ़ंड", "Mera refund"),
    "ask_return_policy": ("How returns work", "Comment retourner", "Zasady zwrotów", "वापसी के नियम", "Return ke niyam"),
    # account
    "update_contact": (
        "Change my details",
        "Changer mes infos",
        "Zmień moje dane",
        "मेरी जानकारी बदलना",
        "Meri detail badlo",
    ),
    "account_trouble": (
        "Trouble logging in",
        "Souci de connexion",
        "Problem z logowaniem",
        "लॉगिन में दिक्कत",
        "Login ki dikkat",
    ),
    "give_details": ("Give a detail", "Donner une info", "Podaj dane", "जानकारी देना", "Jaankari dena"),
    "ask_privacy": ("What you keep of me", "Mes données", "Prywatność", "मेरा डेटा", "Mera data"),
    "delete_my_data": ("Delete my data", "Effacer mes données", "Usuń moje dane", "मेरा डेटा हटाना", "Mera data hatao"),
    "opt_out": ("No more news", "Plus de nouvelles", "Nie chcę wiadomości", "ख़बरें बंद करना", "News band karo"),
    "opt_in": ("Send me news", "Recevoir les infos", "Chcę nowości", "ख़बरें पाना", "News chahiye"),
    # faq
    "ask_shop_info": ("About the shop", "À propos du magasin", "O sklepie", "दुकान के बारे में", "Dukaan ke baare mein"),
    # handoff
    "ask_human": (
        "Talk to a person",
        "Parler à quelqu'un",
        "Porozmawiać z osobą",
        "किसी से बात करना",
        "Kisi se baat karna",
    ),
    "complain": ("Complain", "Me plaindre", "Złożyć skargę", "शिकायत करना", "Shikayat karna"),
    "report_fraud": ("Report a fraud", "Signaler une fraude", "Zgłoś oszustwo", "धोखाधड़ी बताना", "Fraud batana"),
    # smalltalk
    "greet": ("Hello", "Bonjour", "Dzień dobry", "नमस्ते", "Namaste"),
    "goodbye": ("Goodbye", "Au revoir", "Do widzenia", "अलविदा", "Alvida"),
    "thank": ("Thank you", "Merci", "Dziękuję", "धन्यवाद", "Dhanyavaad"),
    "affirm": ("Yes", "Oui", "Tak", "हाँ", "Haan"),
    "deny": ("No", "Non", "Nie", "नहीं", "Nahi"),
    "never_mind": ("Never mind", "Laissez tomber", "Nieważne", "रहने दो", "Rehne do"),
    "ask_what_can_you_do": (
        "What can you do?",
        "Que savez-vous ?",
        "Co potrafisz?",
        "आप क्या कर सकते?",
        "Kya kar sakte ho?",
    ),
    "ask_are_you_a_bot": (
        "Are you a bot?",
        "Êtes-vous un robot ?",
        "Jesteś botem?",
        "क्या आप बॉट हैं?",
        "Kya aap bot ho?",
    ),
    "switch_language": ("Change the language", "Changer de langue", "Zmień język", "भाषा बदलना", "Bhasha badalna"),
    "repeat_that": ("Say it again", "Répéter", "Powtórz", "फिर से कहो", "Phir se bolo"),
    # fallback
    "out_of_scope": ("Something else", "Autre chose", "Coś innego", "कुछ और", "Kuch aur"),
}


def title_of(intent: str, language: str) -> str | None:
    """None for an intent that has none: an operator has just made it."""
    titles = TITLES.get(intent)
    return titles[LANGUAGES.index(language)] if titles else None
