"""Words that are numbers, in English and in all cases and genders of Russian, with ё written as е."""

from dataclasses import dataclass
from decimal import Decimal

_EN_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_EN_SMALL_ORDINAL = (
    "zeroth first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth "
    "fifteenth sixteenth seventeenth eighteenth nineteenth"
)
_EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"

_RU_CARDINALS = {
    0: "ноль ноля нолю нолем ноле нуль нуля нулю нулем нуле",
    1: "один одна одно одного одной одному одну одним одною одном одни одних одними",
    2: "два две двух двум двумя двое двоих двоим двоими",
    3: "три трех трем тремя трое троих троим троими",
    4: "четыре четырех четырем четырьмя четверо четверых четверым четверыми",
    5: "пять пяти пятью пятеро пятерых пятерым",
    6: "шесть шести шестью шестеро шестерых шестерым",
    7: "семь семи семью семеро семерых семерым",
    8: "восемь восьми восьмью восемью",
    9: "девять девяти девятью",
    40: "сорок сорока",
    90: "девяносто девяноста",
    100: "сто ста",
    200: "двести двухсот двумстам двумястами двухстах",
    300: "триста трехсот тремстам тремястами трехстах",
    400: "четыреста четырехсот четыремстам четырьмястами четырехстах",
}
#: Those that end in ь, и, ью.
_RU_TEENS = {
    10: "десят",
    11: "одиннадцат",
    12: "двенадцат",
    13: "тринадцат",
    14: "четырнадцат",
    15: "пятнадцат",
    16: "шестнадцат",
    17: "семнадцат",
    18: "восемнадцат",
    19: "девятнадцат",
    20: "двадцат",
    30: "тридцат",
}
#: Nominative, genitive and instrumentals of 5 to 9, out of which tens and hundreds are made.
_RU_ROOTS = {
    5: ("пять", "пяти", ("пятью",)),
    6: ("шесть", "шести", ("шестью",)),
    7: ("семь", "семи", ("семью",)),
    8: ("восемь", "восьми", ("восьмью", "восемью")),
    9: ("девять", "девяти", ("девятью",)),
}
_RU_ORDINALS = {
    0: "нулев",
    1: "перв",
    2: "втор",
    4: "четверт",
    5: "пят",
    6: "шест",
    7: "седьм",
    8: "восьм",
    9: "девят",
    **_RU_TEENS,
    40: "сороков",
    50: "пятидесят",
    60: "шестидесят",
    70: "семидесят",
    80: "восьмидесят",
    90: "девяност",
    100: "сот",
    200: "двухсот",
    300: "трехсот",
    400: "четырехсот",
    500: "пятисот",
    600: "шестисот",
    700: "семисот",
    800: "восьмисот",
    900: "девятисот",
    1000: "тысячн",
    10**6: "миллионн",
}
_ADJECTIVE = ("ый", "ой", "ая", "ое", "ого", "ому", "ую", "ым", "ою", "ом", "ые", "ых", "ыми")
_THIRD = "третий третья третье третьего третьей третьему третью третьим третьею третьем третьи третьих третьими"
_THOUSAND = "тысяча тысячи тысяче тысячу тысячей тысячью тысячею тысяч тысячам тысячами тысячах тыс тыща тыщи тыщу тыщ"
_NOUN = ("", "а", "у", "ом", "е", "ы", "ов", "ам", "ами", "ах")
_RU_SCALES = {10**6: ("миллион", "млн"), 10**9: ("миллиард", "млрд"), 10**12: ("триллион", "трлн")}
_EN_SCALES = {10**3: "thousand", 10**6: "million", 10**9: "billion", 10**12: "trillion"}


@dataclass(frozen=True, slots=True)
class Numeral:
    """What a word adds to a number."""

    value: Decimal
    #: Of a number such as the fifth, which ends with it.
    ordinal: bool = False
    #: Multiplies what stands before it, as `hundred` and `million`.
    multiplies: bool = False
    #: A number of its own, to which nothing is added, as 25 or полтора.
    whole: bool = False


def _english() -> dict[str, Numeral]:
    small = zip(_EN_SMALL.split(), _EN_SMALL_ORDINAL.split(), strict=True)
    tens = ((word, f"{word[:-1]}ieth") for word in _EN_TENS.split())
    values = [*range(20), *range(20, 100, 10)]
    found: dict[str, Numeral] = {}
    for value, (cardinal, ordinal) in zip(values, [*small, *tens], strict=True):
        found[cardinal] = Numeral(Decimal(value))
        found[ordinal] = Numeral(Decimal(value), ordinal=True)
    for value, word in ({100: "hundred"} | _EN_SCALES).items():
        found[word] = Numeral(Decimal(value), multiplies=True)
        found[f"{word}th"] = Numeral(Decimal(value), ordinal=True, multiplies=True)
    return found


def _russian() -> dict[str, Numeral]:
    forms = {value: words.split() for value, words in _RU_CARDINALS.items()}
    forms |= {value: [stem + ending for ending in ("ь", "и", "ью")] for value, stem in _RU_TEENS.items()}
    for digit, (one, of, by) in _RU_ROOTS.items():
        if digit < 9:
            forms[10 * digit] = [f"{one}десят", f"{of}десяти", *(f"{each}десятью" for each in (*by, of))]
        forms[100 * digit] = [f"{one}сот", f"{of}сот", f"{of}стам", *(f"{each}стами" for each in by), f"{of}стах"]
    found = {word: Numeral(Decimal(value)) for value, words in forms.items() for word in words}
    for value, stem in _RU_ORDINALS.items():
        numeral = Numeral(Decimal(value), ordinal=True, multiplies=value >= 1000)
        found |= {stem + ending: numeral for ending in _ADJECTIVE}
    found |= {f"двухтысячн{ending}": Numeral(Decimal(2000), ordinal=True, whole=True) for ending in _ADJECTIVE}
    found |= {word: Numeral(Decimal(3), ordinal=True) for word in _THIRD.split()}
    found |= {word: Numeral(Decimal(1000), multiplies=True) for word in _THOUSAND.split()}
    for value, (stem, short) in _RU_SCALES.items():
        found |= {word: Numeral(Decimal(value), multiplies=True) for word in (short, *(stem + end for end in _NOUN))}
    return found | {word: Numeral(Decimal("1.5"), whole=True) for word in ("полтора", "полторы", "полутора")}


ENGLISH = _english()
RUSSIAN = _russian()
