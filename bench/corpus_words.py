"""The words of the corpus: forms of the words in `corpus_ru.txt` and `corpus_en.txt`, phrases, rare names and codes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path
from string import ascii_uppercase
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import inflection

Ints = NDArray[np.int64]

LANGUAGES = ("ru", "en")
TOPICS = 40  # in each language
#: Of each topic; the first ones are nouns.
LEMMAS_OF_TOPIC, NOUNS_OF_TOPIC = 100, 40
_NAMES = 50_000  # and as many codes, in each language
_COLLOCATIONS = 4000
_YEARS = (2023, 2024, 2025, 2026)


@dataclass(frozen=True)
class Language:
    """Where to draw from, the commonest first."""

    #: Lemmas, and those of each topic: [topic, rank].
    lemmas: Ints
    topics: Ints
    #: Units.
    function: Ints
    collocations: Ints
    phrases: Ints
    numbers: Ints
    rare: Ints


@dataclass(frozen=True)
class Lexicon:
    """Words, units of one or more words, and lemmas, by number. The first units are the words themselves."""

    #: UTF-8; every word, then every word again with a capital.
    words: NDArray[Any]
    #: Unit u is `unit_words[unit_first[u]:][:unit_length[u]]`.
    unit_first: Ints
    unit_length: Ints
    unit_words: Ints
    #: The forms of lemma l are the words from `lemma_first[l]` on, `lemma_forms[l]` of them, the commonest first.
    lemma_first: Ints
    lemma_forms: Ints
    languages: tuple[Language, Language]

    @property
    def size(self) -> int:
        """How many words there are."""
        return len(self.words) // 2

    def text(self, unit: int) -> str:
        """A unit as text."""
        first = self.unit_first[unit]
        return " ".join(self.words[word].decode() for word in self.unit_words[first : first + self.unit_length[unit]])


@cache
def lexicon(seed: int) -> Lexicon:
    """The same one for the same seed."""
    builder = _Builder(np.random.default_rng(seed))
    languages = (builder.language("ru"), builder.language("en"))
    return builder.lexicon(languages)


@cache
def section(language: str, name: str) -> tuple[str, ...]:
    """The words under a heading of a list, or its lines where these are phrases."""
    lines = (Path(__file__).parent / f"corpus_{language}.txt").read_text("utf-8").splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith(f"# {name}")) + 1
    end = next((number for number in range(begin, len(lines)) if not lines[number]), len(lines))
    return tuple(lines[begin:end] if name == "phrases" else " ".join(lines[begin:end]).split())


@cache
def speakers(language: str) -> tuple[str, ...]:
    """The names of a thousand people."""
    women, men = section(language, "women"), section(language, "men")
    feminine = "а" if language == "ru" else ""
    return tuple(
        name
        for surname in section(language, "surnames")
        for names, ending in ((women, feminine), (men, ""))
        for name in (f"{first} {surname}{ending}" for first in names)
    )


TAGS = tuple(tag for language in LANGUAGES for tag in section(language, "tags"))


class _Builder:
    """Numbers words, lemmas and phrases as they come."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._words: dict[str, int] = {}
        self._lemmas: list[tuple[int, int]] = []
        self._phrases: list[list[int]] = []

    def language(self, name: str) -> Language:
        """Add a language."""
        nouns, others, derived = _paradigms(name)
        subjects, rest = self._lemmas_of(nouns), self._lemmas_of(others)
        listed = self._rng.permutation([*subjects, *rest])
        return Language(
            lemmas=np.concatenate((listed, self._rng.permutation(self._lemmas_of(derived)))),
            topics=np.stack([self._topic(subjects, rest) for _ in range(TOPICS)]),
            function=self._add(section(name, "function")),
            collocations=self._add_phrases(_collocations(self._rng, name)),
            phrases=self._add_phrases(section(name, "phrases")),
            numbers=self._add([str(number) for number in [*range(2, 32), *_YEARS, *range(35, 1000, 5)]]),
            rare=self._rng.permutation(self._add(_rare(self._rng, section(name, "syllables")))),
        )

    def lexicon(self, languages: tuple[Language, Language]) -> Lexicon:
        """All that was added."""
        units = [*([word] for word in range(len(self._words))), *reversed(self._phrases)]
        lengths = [len(unit) for unit in units]
        capitals = (word[0].upper() + word[1:] for word in self._words)
        return Lexicon(
            words=np.array([word.encode() for word in [*self._words, *capitals]], object),
            unit_first=np.array([0, *accumulate(lengths[:-1])]),
            unit_length=np.array(lengths),
            unit_words=np.array([word for unit in units for word in unit]),
            lemma_first=np.array([first for first, _ in self._lemmas]),
            lemma_forms=np.array([forms for _, forms in self._lemmas]),
            languages=languages,
        )

    def _topic(self, subjects: Sequence[int], rest: Sequence[int]) -> Ints:
        nouns = self._rng.choice(subjects, NOUNS_OF_TOPIC, replace=False)
        return np.concatenate((nouns, self._rng.choice(rest, LEMMAS_OF_TOPIC - NOUNS_OF_TOPIC, replace=False)))

    def _lemmas_of(self, paradigms: Iterable[Sequence[str]]) -> list[int]:
        """Those with forms that no other word has."""
        before = len(self._lemmas)
        for forms in paradigms:
            new = [form for form in forms if form not in self._words]
            if new:
                self._lemmas.append((len(self._words), len(new)))
                self._add(new)
        return list(range(before, len(self._lemmas)))

    def _add(self, words: Iterable[str]) -> Ints:
        return np.array([self._words.setdefault(word, len(self._words)) for word in words])

    def _add_phrases(self, phrases: Sequence[str]) -> Ints:
        """Their numbers count from the end, since there may always be one more word."""
        self._phrases += [self._add(phrase.split()).tolist() for phrase in phrases]
        return -np.arange(len(self._phrases) - len(phrases) + 1, len(self._phrases) + 1)


def _paradigms(language: str) -> tuple[list[list[str]], list[list[str]], list[list[str]]]:
    """The forms of nouns, of other words, and of the words that are derived from these."""
    nouns = [inflection.noun(language, entry) for entry in section(language, "nouns")]
    others = [inflection.adjective(language, entry) for entry in section(language, "adjectives")]
    derived = []
    for entry in section(language, "verbs"):
        verb, *more = inflection.verb(language, entry)
        others.append(verb)
        derived += more
    return nouns, others, derived


def _collocations(rng: np.random.Generator, language: str) -> list[str]:
    """An adjective with its noun, in two forms each."""
    adjectives, nouns = section(language, "adjectives"), section(language, "nouns")
    drawn = rng.integers((len(adjectives), len(nouns)), size=(_COLLOCATIONS // 2, 2)).tolist()
    return [pair for one, other in drawn for pair in inflection.agreeing(language, adjectives[one], nouns[other])]


def _rare(rng: np.random.Generator, syllables: Sequence[str]) -> list[str]:
    """Names of nothing, and codes such as KX-4821."""
    names = rng.integers(len(syllables), size=(_NAMES, 4)).tolist()
    codes = rng.integers((26, 26, 10_000), size=(_NAMES, 3)).tolist()
    return [
        *("".join(syllables[at] for at in parts).capitalize() for parts in names),
        *(f"{ascii_uppercase[one]}{ascii_uppercase[other]}-{number}" for one, other, number in codes),
    ]
