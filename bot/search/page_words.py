"""Words that carry no meaning in a question to the shop's pages, in every language of the shop, folded."""

from __future__ import annotations

_ENGLISH = """
    a about after all also am an and any anything are as at be because been but by can could did do does doing dont
    else ever for from get give go got had has have having he hello help her here hey hi him his how i if im in into
    is it its ive just know let like make many may me mine more much my need no not now of off ok okay on one only or
    our out over please pls put really s same say see shall she should so some something such t take tell than thank
    thanks that the their them then there these they thing this those to too u under up us use using very want was we
    well were what whats when which while who whom why will with without would wow yes yet you your yours souk
"""
_FRENCH = """
    a ai ainsi alors au aucun aussi autre aux avec avez avoir avons bien bonjour c ca car ce cela ces cet cette ceux
    chez ci comment combien d dans de des deja depuis des dit dois doit donc dont du elle elles en encore est et etait
    etes etre eu fait faire faut h il ils ici j je l la le les leur lui m ma mais me meme mes moi mon n ne ni non nos
    notre nous on ont par pas peu peut peux plus pour pourquoi puis qu quand que quel quelle quelles quels qui quoi
    s sa sans se ses si son sont sous suis sur svp t ta te tes toi ton tous tout tres tu un une veux voir vos votre vous
    y merci salut
"""
_POLISH = """
    a aby ale albo bardzo bez bo by byc byl byla bylo byly chce co cos czy czego czemu czym dla do dzien dobry gdy
    go i ich ile im inny innych ja jak jaka jaki jakie jako jakis je jeden jednak jego jej jest jestem jesli
    jeszcze juz kiedy kto ktora ktore ktory ma macie mam mi mnie moge moga moj moja moje mozecie mozna moze my na nad
    nam nas nasz nie nic niz no o od on ona one oni ono oraz panstwo po pod poza prosze przez przy sa sie skad sobie
    swoj ta tak taki tam te tego tej ten teraz to tu ty tylko tych tym u w was wasz we wiec wszystko wy z za zawsze ze
    zeby czesc dzieki
"""
_HINDI = """
    है हैं हो हूं था थी थे का के की को में से पर और या भी ही तो ने यह ये वह वो इस उस मैं मेरा मेरी मेरे हम हमारा आप
    आपका आपकी आपके तुम क्या कैसे कब कौन कौनसा कितना कितने कितनी क्यों कोई कुछ कर करना करते करूं करें सकता सकती सकते
    सकूं होता होती होते गया गई गए रहा रही रहे जाता जाती लिए साथ तक बारे अगर एक मुझे बताओ बताइए चाहिए नमस्ते जी
"""
_HINDI_IN_LATIN = """
    hai hain ho hu hun tha thi the ka ke ki ko mein mai main me se par pe aur ya bhi hi to ne yeh ye woh wo is us mera
    meri mere hum hamara aap aapka aapki aapke tum kya kaise kab kaun kaunsa kitna kitne kitni kyun koi kuch
    kar karna karte karu kare karo sakta sakti sakte saku hota hoti hote gaya gayi gaye raha rahi rahe jata jati liye
    saath tak baare agar ek mujhe hoga hogi batao bata bataiye chahiye namaste ji bhai yaar please bolo
"""


def _folded(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP_WORDS = frozenset().union(*map(_folded, (_ENGLISH, _FRENCH, _POLISH, _HINDI, _HINDI_IN_LATIN)))
