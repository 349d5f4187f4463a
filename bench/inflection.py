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
_HISSING = {"д": "ж", "т": "ч", "с": "ш", "з": "ж", "б": "бл", "п": "пл", "в": "вл", "м": "мл", "ф": "фл"}


def paradigms(language: str, kind: str, entry: str) -> list[list[str]]:
    """The forms of a listed word, then those of each word derived from it."""
    match language, kind:
        case "ru", "nouns":
            return [russian_noun(entry)]
        case "ru", "adjectives":
            return [russian_adjective(entry)]
        case "ru", _:
            return list(russian_verb(entry))
        case _, "nouns":
            return [english_noun(entry)]
        case _, "adjectives":
            return [english_adjective(entry)]
    return [english_verb(prefix + entry) for prefix in ("", *_ENGLISH_PREFIXES)]


def agreeing(language: str, adjective: str, noun: str) -> list[str]:
    """Both together: nominative and genitive, or singular and plural."""
    if language == "en":
        return [f"{adjective} {form}" for form in english_noun(noun)[:2]]
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
    if not soft:
        forms += [stem + end for end in ("о", "а", "ы", "ее")]
    return _distinct(_spelled(form) for form in forms)


def russian_verb(entry: str) -> Iterator[list[str]]:
    """`entry` as in the list: the forms of the verb itself, of those with its prefixes, and of its participles."""
    base, _, prefixes = entry.partition("<")
    lemma, _, present = base.replace("*", "").partition(":")
    finite, participles = _verb(lemma, present)
    for prefix in ["", *filter(None, prefixes.replace("*", "").split(","))]:
        forms = [prefix + form for form in finite]
        yield _distinct([*forms, *map(_reflexive, forms)] if "*" in base else forms)
        for participle in participles:
            yield russian_adjective(prefix + participle)


def _verb(lemma: str, present: str) -> tuple[list[str], list[str]]:
    stem = lemma[:-2]
    root = stem[:-1]
    if present:
        first, persons = present, ["ешь", "ет", "ем", "ете"]
    elif lemma.endswith("овать"):
        present = first = stem[:-3] + "у"
        persons = ["ешь", "ет", "ем", "ете"]
    elif lemma.endswith("ить"):
        present, persons = root, ["ишь", "ит", "им", "ите"]
        first = root[:-1] + "щ" if root.endswith("ст") else root[:-1] + _HISSING.get(root[-1], root[-1])
    else:
        present, first, persons = stem, stem, ["ешь", "ет", "ем", "ете"]
    vowel = present[-1] in "аеиоуыэюя"
    i, they = ("ю", "ют" if persons[0] == "ешь" else "ят") if vowel or lemma.endswith("ить") else ("у", "ут")
    they = "ят" if lemma.endswith("ить") else they
    imperative = present + ("й" if vowel and not lemma.endswith("ить") else "и")
    past = [stem + end for end in ("л", "ла", "ли", "ло")]
    finite = [lemma, *past[:3], present + they, first + i, *(present + end for end in persons)]
    finite += [imperative + "те", imperative, past[3], stem + "в", stem + "вши"]
    passive = first.removesuffix("ж") + "жд" if root.endswith("д") and lemma.endswith("ить") else first
    participles = [(passive + "енный") if lemma.endswith("ить") else (stem + "нный"), stem + "вший"]
    if not lemma.endswith("ить"):
        participles.append(present + they[0] + "щий")
    return [_spelled(form) for form in finite], [_spelled(form) for form in participles]


def _reflexive(form: str) -> str:
    return form + ("сь" if form[-1] in "аеиоуыэюя" else "ся")


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
    """Singular, plural, possessive."""
    return [lemma, _with_s(lemma), lemma + "'s"]


def english_adjective(lemma: str) -> list[str]:
    """With the adverb and the noun of it."""
    stem = lemma[:-1] + "i" if re.search("[^aeiou]y$", lemma) else lemma
    adverb = lemma[:-1] + "y" if lemma.endswith("le") else stem + ("ally" if lemma.endswith("ic") else "ly")
    return [lemma, adverb, stem + "ness"]


def english_verb(entry: str) -> list[str]:
    """`entry` with `~` is irregular: it has no -ed."""
    lemma = entry.rstrip("~")
    doubled = lemma + lemma[-1] if re.fullmatch("[^aeiou]*[aeiou][bdgklmnprt]", lemma) else lemma
    short = lemma[:-1] if re.search("[^aeiouy]e$|[aiu][cgsvz]e$|ue$", lemma) else doubled
    past = lemma[:-1] + "ied" if re.search("[^aeiou]y$", lemma) else short + "ed"
    regular = [past] if entry == lemma else []
    return _distinct([lemma, _with_s(lemma), *regular, short + "ing", short + "er", short + "ers", short + "able"])


def _with_s(lemma: str) -> str:
    if re.search("(s|x|z|ch|sh)$", lemma):
        return lemma + "es"
    return lemma[:-1] + "ies" if re.search("[^aeiou]y$", lemma) else lemma + "s"


def _distinct(forms: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(forms))
