"""What to search the corpus for."""

from collections.abc import Iterator
from typing import Literal

import snowballstemmer

from bench.corpus_words import LANGUAGES, TAGS, Lexicon, lexicon, speakers

Kind = Literal["frequent", "ordinary", "rare", "phrases", "speakers", "tags"]

_PHRASES, _NAMES = 400, 100
#: Ranks among the lemmas: in most calls of their language; in one to thirty percent of all calls; in fewer.
_RANKS = {"frequent": range(12), "ordinary": range(40, 640), "rare": range(2200, 2600)}
_STEMMERS = {
    language: snowballstemmer.stemmer(name) for language, name in zip(LANGUAGES, ("russian", "english"), strict=True)
}


def words(kind: Kind, seed: int = 1) -> list[str]:
    """Words or phrases of both languages by turns, that occur in the corpus of this seed, the commonest first.

    A word is not in the form in which it is said most, but in another one with the same stem.
    """
    if kind == "tags":
        return list(TAGS)
    if kind == "speakers":
        return [name for pair in zip(*map(speakers, LANGUAGES), strict=True) for name in pair]
    known = lexicon(seed)
    found = [list(_found(known, number, kind)) for number in range(len(LANGUAGES))]
    return [word for pair in zip(*found, strict=False) for word in pair]


def _found(known: Lexicon, number: int, kind: str) -> Iterator[str]:
    language = known.languages[number]
    if kind == "phrases":
        yield from (known.text(unit) for unit in language.collocations[1:_PHRASES:2])
        return
    stem, ranks = _STEMMERS[LANGUAGES[number]].stemWord, _RANKS[kind]
    # To a search, a participle is the same word as its verb, and as common.
    commoner = {stem(_forms(known, lemma)[0]) for lemma in language.lemmas[: ranks.start]}
    for lemma in language.lemmas[ranks.start : ranks.stop]:
        forms = _forms(known, lemma)
        same = [form for form in forms[1:6] if stem(form) == stem(forms[0])]
        if stem(forms[0]) not in commoner:
            yield same[-1] if same else forms[0]
    if kind == "rare":
        yield from (known.text(unit) for unit in language.rare[:_NAMES])


def _forms(known: Lexicon, lemma: int) -> list[str]:
    """As they are indexed, with е for ё."""
    first = known.lemma_first[lemma]
    return [known.text(unit).replace("ё", "е") for unit in range(first, first + known.lemma_forms[lemma])]
