"""Different spellings of the same words; English unless they say otherwise."""

import re

#: How British stems begin in American spelling.
_STEMS = {
    # -our
    "armour": "armor",
    "behaviour": "behavior",
    "colour": "color",
    "endeavour": "endeavor",
    "favour": "favor",
    "flavour": "flavor",
    "harbour": "harbor",
    "honour": "honor",
    "humour": "humor",
    "labour": "labor",
    "neighbour": "neighbor",
    "rumour": "rumor",
    # -ise
    "analys": "analyz",
    "apologis": "apologiz",
    "authoris": "authoriz",
    "categoris": "categoriz",
    "criticis": "criticiz",
    "customis": "customiz",
    "emphasis": "emphasiz",
    "finalis": "finaliz",
    "generalis": "generaliz",
    "localis": "localiz",
    "maximis": "maximiz",
    "minimis": "minimiz",
    "modernis": "moderniz",
    "normalis": "normaliz",
    "optimis": "optimiz",
    "organis": "organiz",
    "prioritis": "prioritiz",
    "realis": "realiz",
    "recognis": "recogniz",
    "reorganis": "reorganiz",
    "specialis": "specializ",
    "standardis": "standardiz",
    "summaris": "summariz",
    "synchronis": "synchroniz",
    "utilis": "utiliz",
    "visualis": "visualiz",
    # -re
    "centre": "center",
    "fibre": "fiber",
    "litre": "liter",
    "metre": "meter",
    "theatre": "theater",
    # doubled letters
    "cancell": "cancel",
    "counsell": "counsel",
    "fulfil": "fulfill",
    "labell": "label",
    "modell": "model",
    "signall": "signal",
    "travell": "travel",
    # the rest
    "ageing": "aging",
    "catalogue": "catalog",
    "cheque": "check",
    "defence": "defense",
    "dialogue": "dialog",
    "grey": "gray",
    "judgement": "judgment",
    "licence": "license",
    "offence": "offense",
    "practise": "practice",
    "programme": "program",
    "tyre": "tire",
}
_STEM = re.compile("|".join(sorted(_STEMS, key=len, reverse=True)))

#: What one writes as a sign and another as a word, in all its forms.
_SIGNS = {
    "%": "percent процент процента проценту процентом проценте проценты процентов процентам процентами процентах",
    "$": "dollar dollars usd доллар доллара доллару долларом долларе доллары долларов долларам долларами долларах",
    "€": "euro euros eur евро",
    "£": "pound pounds gbp",
    "₽": "ruble rubles rouble roubles rub руб рубль рубля рублю рублем рубле рубли рублей рублям рублями рублях",
    "and": "&",
}

_WORDS = {
    "alright": "all right",
    "learnt": "learned",
    "towards": "toward",
    "whilst": "while",
    "okay": "ok",
    "окей": "ok",
    "ок": "ok",
    "mr": "mister",
    "mrs": "missus",
    "dr": "doctor",
    "vs": "versus",
    **{word: sign for sign, words in _SIGNS.items() for word in words.split()},
}

_IRREGULAR = {
    "won't": "will not",
    "can't": "can not",
    "cannot": "can not",
    "shan't": "shall not",
    "let's": "let us",
    "y'all": "you all",
    "gonna": "going to",
    "wanna": "want to",
    "gotta": "got to",
    "gimme": "give me",
    "lemme": "let me",
}
_WHO = "i|you|he|she|it|we|they|that|this|there|here|what|who|where|when|how|why"
#: A possessive 's looks the same, and is none after these words.
_CONTRACTED = (
    (re.compile(r"(\w+)n't"), r"\1 not"),
    (re.compile(r"(\w+)'re"), r"\1 are"),
    (re.compile(r"(\w+)'ve"), r"\1 have"),
    (re.compile(r"(\w+)'ll"), r"\1 will"),
    (re.compile(r"(i)'m"), r"\1 am"),
    (re.compile(rf"({_WHO})'d"), r"\1 would"),
    (re.compile(rf"({_WHO})'s"), r"\1 is"),
)

#: Sounds of hesitation; a yes such as `mhm` and `угу` is none.
_FILLER = re.compile(r"u+h+|u+h*m+|e+rm?|h+m+|m{2,}|э+|э+м+|м+|[гх]м+")


def is_filler(word: str) -> bool:
    """Whether it is a sound of hesitation in English or Russian."""
    return bool(_FILLER.fullmatch(word))


def spelled_out(word: str) -> list[str]:
    """The words of a contraction, and each word in the one spelling it is compared in."""
    full = _IRREGULAR.get(word) or next(
        (match.expand(template) for pattern, template in _CONTRACTED if (match := pattern.fullmatch(word))), word
    )
    return [spelling for part in full.split() for spelling in _respelled(part.replace("'", "")).split()]


def _respelled(word: str) -> str:
    if word in _WORDS:
        return _WORDS[word]
    match = _STEM.match(word)
    return _STEMS[match[0]] + word[match.end() :] if match else word
