"""Words drawn as often as people use them: few are in most calls, many in a few percent of them, most are rare."""

import numpy as np

from bench.corpus_words import LEMMAS_OF_TOPIC, Ints, Lexicon

# What kinds of units speech is made of, with their shares.
_KINDS = ("function", "general", "topic", "collocation", "phrase", "rare", "number")
_SHARES = (0.42, 0.24, 0.20, 0.06, 0.02, 0.03, 0.03)
# Over how many ranks a frequency falls little: few words are much more common than others of their kind.
_FLAT = {"function": 3.0, "general": 8.0, "topic": 5.0, "collocation": 200.0, "phrase": 10.0, "number": 10.0}
_FLAT_FORMS = 1.5


def zipf(rng: np.random.Generator, ranks: Ints | int, flat: float, count: int) -> Ints:
    """`count` ranks below `ranks`, each as often as 1 / (rank + flat)."""
    drawn = flat * ((ranks + flat) / flat) ** rng.random(count) - flat
    found: Ints = np.minimum(drawn.astype(np.int64), np.asarray(ranks) - 1)
    return found


def draw(rng: np.random.Generator, lexicon: Lexicon, language: Ints, topic: Ints, rare: Ints) -> Ints:
    """A unit for every place; of each the language, the topic and the rare word of its call are given."""
    units = np.empty(len(language), np.int64)
    kind = np.searchsorted(np.cumsum(_SHARES)[:-1], rng.random(len(language)), side="right")
    units[:] = rare
    for number, name in enumerate(_KINDS):
        for tongue in range(len(lexicon.languages)):
            if name != "rare":
                at = np.flatnonzero((kind == number) & (language == tongue))
                units[at] = _of_kind(rng, lexicon, name, tongue, topic[at])
    return units


def _of_kind(rng: np.random.Generator, lexicon: Lexicon, kind: str, language: int, topic: Ints) -> Ints:
    words, flat, count = lexicon.languages[language], _FLAT[kind], len(topic)
    if kind == "topic":
        return forms(rng, lexicon, words.topics[topic, zipf(rng, LEMMAS_OF_TOPIC, flat, count)])
    if kind == "general":
        return forms(rng, lexicon, words.lemmas[zipf(rng, len(words.lemmas), flat, count)])
    pools = {"function": words.function, "collocation": words.collocations, "phrase": words.phrases}
    pool = pools.get(kind, words.numbers)
    return pool[zipf(rng, len(pool), flat, count)]


def forms(rng: np.random.Generator, lexicon: Lexicon, lemmas: Ints) -> Ints:
    """A form of each lemma."""
    return lexicon.lemma_first[lemmas] + zipf(rng, lexicon.lemma_forms[lemmas], _FLAT_FORMS, len(lemmas))
