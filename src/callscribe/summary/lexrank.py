"""LexRank: how central each sentence of a text is.

Erkan & Radev 2004, https://doi.org/10.1613/jair.1523, in its continuous form: tf-idf, cosine, power iteration.
Repetition is kept out by maximal marginal relevance (Carbonell & Goldstein 1998, https://doi.org/10.1145/290941.291025).
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float32]

#: Sentences compared with each other at once; memory is this squared, whatever the length of the call.
CHUNK = 500
#: One in so many sentences of a chunk goes on to be compared with those of other chunks.
_SURVIVORS = 4
#: Share of a sentence's score that comes from its neighbours.
_DAMPING = 0.85
_TOLERANCE = 1e-5
_ITERATIONS = 100


def rank(documents: Sequence[Sequence[str]]) -> Array:
    """Score sentences, given as stems: shape (len(documents),), each > 0 unless it has no stems.

    More sentences than `CHUNK` are ranked chunk by chunk, then the best among each other, in as many rounds as needed;
    a sentence that came a round further has a higher score than one that did not.
    """
    scores = np.zeros(len(documents), dtype=np.float32)
    contenders = np.arange(len(documents))
    while len(contenders) > CHUNK:
        survivors = []
        for first in range(0, len(contenders), CHUNK):
            chunk = contenders[first : first + CHUNK]
            scores[chunk] += _centrality([documents[int(i)] for i in chunk])
            best = np.argsort(-scores[chunk], kind="stable")[: -(-len(chunk) // _SURVIVORS)]
            survivors.append(np.sort(chunk[best]))
        contenders = np.concatenate(survivors)
        scores[contenders] += 1
    scores[contenders] += _centrality([documents[int(i)] for i in contenders])
    return scores


def choose(documents: Sequence[Sequence[str]], scores: Array, count: int, novelty: float = 0.4) -> list[int]:
    """Positions of up to `count` sentences with the best scores, best first, that do not repeat one another.

    `novelty` (0..1) is the weight of being unlike what has been chosen already. Compares at most `CHUNK` sentences.
    """
    pool = [int(i) for i in np.argsort(-scores, kind="stable")[:CHUNK] if scores[i] > 0]
    if not pool:
        return []
    similarity = _cosines([documents[i] for i in pool])
    relevance = scores[pool] / scores[pool].max()
    likeness = np.zeros(len(pool), dtype=np.float32)
    chosen: list[int] = []
    for _ in range(min(count, len(pool))):
        gain = (1 - novelty) * relevance - novelty * likeness
        gain[chosen] = -np.inf
        best = int(np.argmax(np.round(gain, 5)))  # of sentences that are said again and again, the first
        chosen.append(best)
        likeness = np.maximum(likeness, similarity[best])
    return [pool[i] for i in chosen]


def _centrality(documents: Sequence[Sequence[str]]) -> Array:
    """Scores in 0..1, the best being 1."""
    similarity = _cosines(documents)
    sums = similarity.sum(axis=1)
    spoken = sums > 0
    if not spoken.any():
        return np.zeros(len(documents), dtype=np.float32)
    transition = similarity[np.ix_(spoken, spoken)] / sums[spoken, None]
    scores = np.zeros(len(documents), dtype=np.float32)
    scores[spoken] = _power(transition)
    scores /= scores.max()
    return scores


def _power(transition: Array) -> Array:
    size = len(transition)
    scores = np.full(size, 1 / size, dtype=np.float32)
    for _ in range(_ITERATIONS):
        update = (1 - _DAMPING) / size + _DAMPING * (transition.T @ scores)
        if np.abs(update - scores).sum() < _TOLERANCE:
            return update.astype(np.float32)
        scores = update.astype(np.float32)
    return scores


def _cosines(documents: Sequence[Sequence[str]]) -> Array:
    """Cosine of the tf-idf vectors of every pair: shape (n, n), 0 where a sentence has no stems."""
    # In the order of the text: a set's order differs between processes, and with it the last digits of every score.
    frequency = Counter(stem for document in documents for stem in dict.fromkeys(document))
    # A stem of a single sentence never meets another one: it counts in that sentence's norm and needs no column.
    columns = {stem: column for column, stem in enumerate(s for s, n in frequency.items() if n > 1)}
    shared = np.zeros((len(documents), len(columns)), dtype=np.float32)
    squares = np.zeros(len(documents), dtype=np.float32)
    for row, document in enumerate(documents):
        for stem, times in Counter(document).items():
            weight = times * np.log1p(len(documents) / frequency[stem])
            squares[row] += weight**2
            if stem in columns:
                shared[row, columns[stem]] = weight
    norms = np.sqrt(squares)
    shared /= np.where(norms > 0, norms, 1)[:, None]
    similarity: Array = shared @ shared.T
    np.fill_diagonal(similarity, norms > 0)
    return similarity
