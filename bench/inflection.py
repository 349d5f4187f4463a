"""Forms of Russian and English words by simple rules, the commonest first; rare irregular words come out wrong."""

import re
from collections.abc import Iterable, Iterator

_CASES = {
    "hard": (["", "а", "у", "ом", "е"], ["ы", "ов", "ам", "ами", "ах"]),
    "й": (["й", "я", "ю", "ем", "е"], ["и", "ев", "ям", "ями", "ях"]),
    "ий": (["ий", "ия", "ию", "ием", "ии"], ["ии", "иев", "иям", "иями", "иях"]),
    "ь!": (["ь", "я", "ю", "ем", "е"], ["и", "ей", "ям", "ями", "ях"]),
    "ь": (["ь", "и", "ью"], ["ей", "ям", "ями", "ях"]),
    "а": (["а", "ы", "у", "е", "ой"], ["", "ам", "ами", "ах"]),
    "я": (["я", "и", "ю", "е", "ей"], ["ь", "ям", "ями", "ях"]),
    "ия": (["ия", "ии", "ию", "ией"], ["ий", "иям", "иями", "иях"]),
    "о": (["о", "а", "у", "ом", "е"], ["", "ам", "ами", "ах"]),
    "е": (["е", "а", "у", "ем"], ["", "ам", "ами", "ах"]),
    "ие": (["ие", "ия", "ию", "ием", "ии"], ["ий", "иям", "иями", "иях"]),
}
_HARD = ["ый", "ого", "ая", "ой", "ое", "ую", "ому", "ым", "ом", "ые", "ых", "ыми"]
_SOFT = ["ий", "его", "яя", "ей", "ее", "юю", "ему", "им", "ем", "ие", "их", "ими"]
_ENGLISH_PREFIXES = ("re", "pre", "over", "under", "out", "mis", "co", "inter", "trans", "counter")
_FIRST, _SECOND = ("ешь", "ет", "ем", "ете"), ("ишь", "ит", "им", "ите")
_VOWELS = "аеиоуыэюя"
_HISSING = {"д": "ж", "т": "ч", "с": "ш", "з": "ж", "б": "бл", "п": "пл", "в": "вл", "м": "мл", "ф": "фл"}


def noun(language: str, entry: str) -> list[str]:
    """The forms of a noun."""
    return russian_noun(entry) if language == "ru" else english_noun(entry)


def adjective(language: str, entry: str) -> list[str]:
    """The forms of an adjective."""
    return russian_adjective(entry) if language == "ru" else english_adjective(entry)


def verb(language: str, entry: str) -> list[list[str]]:
    """The forms of a verb, then those of each word derived from it."""
    if language == "ru":
        return list(russian_verb(entry))
    forms = english_verb(entry)
    return [[prefix + form for form in forms] for prefix in ("", *_ENGLISH_PREFIXES)]


def agreeing(language: str, adjective: str, noun: str) -> list[str]:
    """Both together: nominative and genitive, or singular and plural."""
    if language == "en":
        return [f"{adjective} {form}" for form in english_noun(noun)]
    nominative, genitive = russian_noun(noun)[:2]
    feminine, neuter = nominative.endswith(("а", "я")), nominative.endswith(("о", "е"))
    feminine |= nominative.endswith("ь") and not _is_masculine(noun)
    ends = _SOFT if adjective.endswith("ний") else _HARD
    stem, first = adjective[:-2], ends[2] if feminine else ends[4] if neuter else adjective[-2:]
    second = ends[3] if feminine else ends[1]
    return [f"{_spelled(stem + first)} {nominative}", f"{_spelled(stem + second)} {genitive}"]


def russian_noun(entry: str) -> list[str]:
    """`entry` as in the list: `рынок|рынк` has a stem without the fleeting vowel, `контроль!` is masculine."""
    lemma, _, oblique = entry.replace("!", "").partition("|")
    ending = next((end for end in ("ий", "ия", "ие", "й", "ь", "а", "я", "о", "е") if lemma.endswith(end)), "hard")
    stem = lemma if ending == "hard" else lemma.removesuffix(ending)
    oblique = oblique or stem
    singular, plural = _CASES["ь!" if _is_masculine(entry) else ending]
    forms = [lemma, *(oblique + end for end in [*singular[1:], *plural])]
    if ending in ("а", "о", "е"):
        forms[len(singular)] = _with_fleeting(stem)
    return _distinct(_spelled(form) for form in forms)


def russian_adjective(lemma: str) -> list[str]:
    """The full forms, the short ones, the adverb and the comparative."""
    stem = lemma[:-2]
    soft = lemma.endswith("ний")
    forms = [lemma, *(stem + end for end in (_SOFT if soft else _HARD)[1:])]
    if lemma.endswith("нный"):
        forms += [stem[:-1] + end for end in ("", "о", "а", "ы")]
    elif lemma.endswith("ный"):
        forms += [stem + end for end in ("о", "а", "ы", "ее")]
    return _distinct(_spelled(form) for form in forms)


def russian_verb(entry: str) -> Iterator[list[str]]:
    """The forms of the verb itself, then those of its participles and of the verbs with its prefixes.

    `entry` as in the list: prefixes after `<`, `*` where there are forms in -ся, the present stem after `:`.
    """
    base, _, prefixes = entry.partition("<")
    lemma, _, present = base.replace("*", "").partition(":")
    finite, imperfective, perfective = _verb(lemma, present)
    for prefix in ["", *filter(None, prefixes.split(","))]:
        forms = [prefix + form for form in finite]
        yield _distinct([*forms, *map(_reflexive, forms)] if "*" in base else forms)
        # A prefix makes a verb perfective.
        for participle in perfective if prefix or present else imperfective:
            yield russian_adjective(prefix + participle)


def _verb(lemma: str, present: str) -> tuple[list[str], list[str], list[str]]:
    """Finite forms, and the participles of an imperfective and of a perfective verb."""
    stem, second = lemma[:-2], lemma.endswith("ить")
    first = present or (stem[:-3] + "у" if lemma.endswith("овать") else stem)
    if second:
        present = stem[:-1]
        first = present[:-1] + "щ" if present.endswith("ст") else present[:-1] + _HISSING.get(present[-1], present[-1])
    present = present or first
    vowel = present[-1] in _VOWELS
    they = present + ("ят" if second else "ют" if vowel else "ут")
    imperative = present + ("й" if vowel and not second else "и")
    finite = [lemma, stem + "л", stem + "ла", stem + "ли", they, first + ("ю" if vowel or second else "у")]
    finite += [present + end for end in (_SECOND if second else _FIRST)]
    finite += [imperative + "те", imperative, stem + "ло", stem + "в", stem + "вши"]
    if second:
        passive = (first + "д" if present.endswith("д") else first) + "енный"
    else:
        passive = stem + ("тый" if lemma.endswith("ыть") else "нный")
    perfective = [passive, stem + "вший"]
    imperfective = perfective if second else [present + "емый", stem + "вший", they[:-1] + "щий"]
    return [_spelled(form) for form in finite], [*map(_spelled, imperfective)], [*map(_spelled, perfective)]


def _reflexive(form: str) -> str:
    return form + ("сь" if form[-1] in _VOWELS else "ся")


def _is_masculine(entry: str) -> bool:
    """Of a noun in -ь."""
    return "!" in entry or entry.endswith("тель")


def _with_fleeting(stem: str) -> str:
    """The genitive plural: поставок, кнопок, but компаний and систем."""
    if not re.search(r"[^аеиоуыэюя][кц]$", stem):
        return stem
    return stem[:-1] + ("е" if stem[-2] in "жшчщьй" else "о") + stem[-1]


def _spelled(form: str) -> str:
    """No ы, ю, я after г, к, х and the hissing; no unstressed о after these."""
    form = re.sub("(?<=[гкхжшчщ])ы", "и", form)
    form = re.sub("(?<=[жшчщ])ю", "у", form)
    form = re.sub("(?<=[жшчщ])я", "а", form)
    form = re.sub("(?<=[жшчщц])о(?=(в|м|й|го|му|е)$)", "е", form)
    return re.sub("(?<=[жшчщ])ев$", "ей", form)


def english_noun(lemma: str) -> list[str]:
    """Singular and plural."""
    return [lemma, _with_s(lemma)]


def english_adjective(lemma: str) -> list[str]:
    """With the adverb."""
    stem = lemma[:-1] + "i" if re.search("[^aeiou]y$", lemma) else lemma
    return [lemma, lemma[:-1] + "y" if lemma.endswith("le") else stem + ("ally" if lemma.endswith("ic") else "ly")]


def english_verb(entry: str) -> list[str]:
    """`entry` with `~` is irregular: it has no -ed."""
    lemma = entry.rstrip("~")
    doubled = lemma + lemma[-1] if re.fullmatch("[^aeiou]*[aeiou][bdgklmnprt]", lemma) else lemma
    silent = lemma.endswith("e") and not lemma.endswith("ee")
    before_i, before_e = lemma[:-1] if silent else doubled, lemma[:-1] if lemma.endswith("e") else doubled
    if re.search("[^aeiou]y$", lemma):
        before_e = lemma[:-1] + "i"
    past = [before_e + "ed"] if entry == lemma else []
    agent = before_e + "er"
    return _distinct([lemma, _with_s(lemma), *past, before_i + "ing", agent, agent + "s", before_i + "able"])


def _with_s(lemma: str) -> str:
    if re.search("(s|x|z|ch|sh)$", lemma):
        return lemma + "es"
    return lemma[:-1] + "ies" if re.search("[^aeiou]y$", lemma) else lemma + "s"


def _distinct(forms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(forms))
