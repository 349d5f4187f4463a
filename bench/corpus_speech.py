"""What is said in many calls at once: sentences as arrays, and the rows of `segments` they become."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from bench import corpus_text
from bench.corpus_words import Ints, Lexicon

Tokens = NDArray[Any]

_WINDOW = 50  # segments
_MOST_WORDS = 20  # of a sentence
_RARE_OF_CALL = 6  # rare words that a call keeps coming back to
_COMMA, _SHARE_OF_COMMAS = 1, 0.1
_MARKS = (" ", ", ", ".", "?", "!")
_ENDS, _SHARES_OF_ENDS = (2, 3, 4), (0.86, 0.11, 0.03)
_PROBABILITIES = 50


@dataclass(frozen=True)
class Speech:
    """Arrays over segments, and over words where it says so; times in hundredths of a second from a call's start."""

    lexicon: Lexicon
    #: Over segments: positions in the list of calls and among those who speak in the call.
    call: Ints
    window: Ints
    speaker: Ints
    #: The first word of each segment, and one more entry.
    first: Ints
    #: Over words: the segment, the number in the lexicon, what follows it, when it is said.
    segment: Ints
    word: Ints
    mark: Ints
    start: Ints
    end: Ints

    def begins(self) -> Ints:
        """When segments begin."""
        return self.start[self.first[:-1]]

    def ends(self) -> Ints:
        """When segments end."""
        return self.end[self.first[1:] - 1]

    def text(self, segment: int) -> str:
        """What is said in a segment."""
        words = slice(self.first[segment], self.first[segment + 1])
        forms = self.lexicon.words[self.word[words]]
        return "".join(form.decode() + _MARKS[mark] for form, mark in zip(forms, self.mark[words], strict=True))


def speak(
    rng: np.random.Generator, lexicon: Lexicon, *, sizes: Ints, people: Ints, language: Ints, topic: Ints
) -> Speech:
    """Calls of so many segments and people, in a language and on a topic each."""
    call = np.repeat(np.arange(len(sizes)), sizes)
    position = np.arange(len(call)) - (np.cumsum(sizes) - sizes)[call]
    windows = np.maximum(1, np.round(sizes / _WINDOW).astype(np.int64))
    word, segment = _sentences(rng, lexicon, call, language, topic)
    first = np.concatenate(([0], np.cumsum(np.bincount(segment, minlength=len(call)))))
    mark = np.where(rng.random(len(word)) < _SHARE_OF_COMMAS, _COMMA, 0)
    mark[first[1:] - 1] = rng.choice(_ENDS, len(call), p=_SHARES_OF_ENDS)
    # Some 0.4 s a word and 1.3 s between sentences: 50 segments take five minutes.
    lasts, pause = rng.integers(16, 64, len(word)), rng.integers(0, 5, len(word))
    pause[first[:-1]] = rng.integers(20, 240, len(call))
    end = np.cumsum(lasts + pause)
    of_call = first[:-1][position == 0]
    end -= (end - lasts - pause)[of_call][call[segment]]
    return Speech(
        lexicon=lexicon,
        call=call,
        window=position * windows[call] // sizes[call],
        speaker=corpus_text.zipf(rng, people[call], 2.0, len(call)),
        first=first,
        segment=segment,
        word=word,
        mark=mark,
        start=end - lasts,
        end=end,
    )


def _sentences(
    rng: np.random.Generator, lexicon: Lexicon, call: Ints, language: Ints, topic: Ints
) -> tuple[Ints, Ints]:
    """Words, and the segment that each belongs to."""
    segment = np.repeat(np.arange(len(call)), np.clip(rng.lognormal(2.1, 0.4, len(call)).astype(np.int64), 4, 16))
    of = call[segment]
    rare = _rare(rng, lexicon, language)[of, rng.integers(_RARE_OF_CALL, size=len(of))]
    units = corpus_text.draw(rng, lexicon, language[of], topic[of], rare)
    length = lexicon.unit_length[units]
    inside = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    word = lexicon.unit_words[np.repeat(lexicon.unit_first[units], length) + inside]
    segment = np.repeat(segment, length)
    place = np.arange(len(segment)) - np.searchsorted(segment, np.arange(len(call)))[segment]
    word[place == 0] += lexicon.size  # the same word with a capital
    short = place < _MOST_WORDS
    return word[short], segment[short]


def _rare(rng: np.random.Generator, lexicon: Lexicon, language: Ints) -> Ints:
    found = np.empty((len(language), _RARE_OF_CALL), np.int64)
    for tongue, words in enumerate(lexicon.languages):
        mine = np.flatnonzero(language == tongue)
        ranks = corpus_text.zipf(rng, len(words.rare), 50.0, _RARE_OF_CALL * len(mine))
        found[mine] = words.rare[ranks].reshape(-1, _RARE_OF_CALL)
    return found


def rows(rng: np.random.Generator, speech: Speech, heads: Sequence[bytes], middles: Tokens) -> bytes:
    """Rows for COPY: the head of each, its text, what stands between, its words as JSON.

    They are put together of pieces that exist already, as nothing else makes 50 million words in a few minutes.
    """
    words = speech.first[1:] - speech.first[:-1]
    head = 3 * np.arange(len(words)) + 6 * speech.first[:-1]
    middle = head + 1 + 2 * words
    place = np.arange(len(speech.word)) - speech.first[:-1][speech.segment]
    text, json = head[speech.segment] + 1 + 2 * place, middle[speech.segment] + 1 + 4 * place
    forms = speech.lexicon.words[speech.word]
    begun, ended = _clock(1 << int(speech.end.max()).bit_length())
    pieces: Tokens = np.empty(3 * len(words) + 6 * len(forms), object)
    pieces[head] = np.array(heads, object)
    pieces[middle] = middles
    pieces[middle + 1 + 4 * words] = b"]\n"
    pieces[text] = pieces[json + 2] = forms
    pieces[text + 1] = np.array([mark.encode() for mark in _MARKS], object)[speech.mark]
    pieces[json], pieces[json + 1] = begun[speech.start], ended[speech.end]
    pieces[json + 3] = _tails()[speech.mark, rng.integers(_PROBABILITIES, size=len(forms))]
    return b"".join(pieces.tolist())


@cache
def _clock(size: int) -> tuple[Tokens, Tokens]:
    """The beginning of a word's JSON and what follows, for each hundredth of a second."""
    times = [f"{at / 100}" for at in range(size)]
    return np.array([f"[{at}, ".encode() for at in times], object), np.array(
        [f'{at}, "'.encode() for at in times], object
    )


@cache
def _tails() -> Tokens:
    probabilities = range(100 - _PROBABILITIES, 100)
    return np.array(
        [
            [f'{mark.strip()}", {of / 100}]{"" if number in _ENDS else ", "}'.encode() for of in probabilities]
            for number, mark in enumerate(_MARKS)
        ],
        object,
    )
