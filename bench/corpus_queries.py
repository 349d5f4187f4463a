"""What to search the corpus for."""

from collections.abc import Iterator
from typing import Literal

import snowballstemmer

from bench.corpus_words import LANGUAGES, TAGS, Lexicon, lexicon, speakers

Kind = Literal["frequent", "ordinary", "rare", "phrases", "speakers", "tags"]

_PHRASES, _NAMES = 400, 100
#: Ranks among the lemmas: in most calls; in one to thirty percent of them; in fewer.
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
    stem = _STEMMERS[LANGUAGES[number]].stemWord
    for lemma in language.lemmas[_RANKS[kind].start : _RANKS[kind].stop]:
        first = known.lemma_first[lemma]
        forms = [known.text(unit).replace("ё", "е") for unit in range(first, first + known.lemma_forms[lemma])]
        same = [form for form in forms[1:6] if stem(form) == stem(forms[0])]
        yield same[-1] if same else forms[0]
    if kind == "rare":
        yield from (known.text(unit) for unit in language.rare[:_NAMES])
