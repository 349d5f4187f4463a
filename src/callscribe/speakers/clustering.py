"""Puts the vectors of a call into groups, one a speaker."""

import numpy as np
import numpy.typing as npt
from scipy.cluster.hierarchy import cut_tree, fcluster, linkage

Vectors = npt.NDArray[np.float32]
Seconds = npt.NDArray[np.float32]
Labels = npt.NDArray[np.intp]
#: As SciPy has it: a row for each time that two groups become one.
Tree = npt.NDArray[np.float64]

#: Vectors whose distances to each other are all looked at: the longest of them, since n of them take n² distances.
_MOST = 2000
_MOST_SPEAKERS = 20
#: A shorter stretch founds no speaker, and neither does one who speaks for less than this share of the whole, which
#: counts as no more than so many seconds: of ten hours, a minute is enough.
_FOUNDS_S, _LEAST_S, _LEAST_SHARE, _ENOUGH_S = 0.8, 3.0, 0.02, 15.0
_ROUNDS = 3


def cluster(vectors: Vectors, seconds: Seconds, *, threshold: float, speakers: int | None = None) -> Labels:
    """Which speaker each vector is of: 0, 1, ... in the order in which they first occur.

    `vectors` has shape (n, size) and rows in order of time, of length 1; one that is zero or not finite, since nothing
    could be heard, is of whoever speaks before. `seconds`, of shape (n,), is how long each was listened to. `threshold`
    is the mean cosine distance above which two groups are two speakers. `speakers` is how many there are, and fewer are
    found only of fewer vectors; None: 1 to 20. The longest are grouped by average linkage, and all then join the
    nearest group.
    """
    rows = _unit(vectors)
    known = np.flatnonzero(rows.any(axis=1))
    if not len(known):
        return np.zeros(len(vectors), np.intp)
    longest = known[np.argsort(-seconds[known], kind="stable")[:_MOST]]
    founding = longest[seconds[longest] >= _FOUNDS_S]
    founding = np.sort(founding if len(founding) >= (speakers or 1) else longest)
    groups = _grouped(rows[founding], seconds[founding], threshold, speakers)
    labels = np.full(len(vectors), -1, np.intp)
    labels[founding] = groups
    labels[known] = _joined(rows[known], seconds[known], labels[known])
    # Of a silent stretch nothing is known; it goes with the one before it, at the start with the one after it.
    last_known = np.maximum(np.searchsorted(known, np.arange(len(labels)), side="right") - 1, 0)
    return _in_order(labels[known[last_known]])


def _unit(vectors: Vectors) -> Vectors:
    finite = np.nan_to_num(vectors, nan=0.0, posinf=0.0, neginf=0.0)
    lengths = np.linalg.norm(finite, axis=1, keepdims=True)
    unit: Vectors = np.divide(finite, lengths, out=np.zeros_like(finite), where=lengths > 1e-6)
    return unit


def _grouped(rows: Vectors, seconds: Seconds, threshold: float, speakers: int | None) -> Labels:
    """The group of each row: 0, 1, ..., or -1 where it is of none that counts as a speaker."""
    if len(rows) == 1:
        return np.zeros(1, np.intp)
    tree = linkage(rows, "average", metric="cosine")
    apart = int(fcluster(tree, threshold, "distance").max())
    if speakers is None:
        groups = _weighty(_cuts(tree, apart)[0], seconds)
        if groups.max() < _MOST_SPEAKERS:
            return groups
    wanted = min(speakers or _MOST_SPEAKERS, len(rows))
    cuts = _cuts(tree, wanted, apart)
    # An odd stretch stands apart from all others before two voices do: so more groups are made, as long as they are
    # different voices, until enough of them are speakers.
    return next((groups for cut in cuts if (groups := _weighty(cut, seconds)).max() + 1 == wanted), cuts[0])


def _cuts(tree: Tree, fewest: int, most: int = 0) -> Labels:
    """The tree as exactly `fewest` groups, as one more, and so on up to `most`: shape (cuts, rows).

    By the number and not by the height at which there are so many: where heights are equal there may be fewer.
    """
    return np.asarray(cut_tree(tree, np.arange(fewest, max(fewest, most) + 1)).T, np.intp)


def _weighty(groups: Labels, seconds: Seconds) -> Labels:
    """Without groups too small to be a speaker, unless all are; -1 in their place."""
    spoken = np.bincount(groups, weights=seconds)
    real = spoken >= max(_LEAST_S, min(_LEAST_SHARE * float(seconds.sum()), _ENOUGH_S))
    if not real.any():
        return groups
    return np.where(real, np.cumsum(real) - 1, -1)[groups]


def _joined(rows: Vectors, seconds: Seconds, labels: Labels) -> Labels:
    """Rows of no group (-1) join the nearest; then all do, and the groups move to the middle of their own."""
    count = int(labels.max()) + 1
    for _ in range(_ROUNDS):
        middles = np.stack([_mean(rows[labels == group], seconds[labels == group]) for group in range(count)])
        nearest: Labels = np.argmax(rows @ middles.T, axis=1)
        if len(np.unique(nearest)) < count:  # they are the same to the last digit
            return np.where(labels < 0, nearest, labels)
        labels = nearest
    return labels


def _mean(rows: Vectors, seconds: Seconds) -> Vectors:
    total = (rows * seconds[:, np.newaxis]).sum(axis=0)
    mean: Vectors = (total / max(float(np.linalg.norm(total)), 1e-6)).astype(np.float32)
    return mean


def _in_order(labels: Labels) -> Labels:
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(len(first), np.intp)
    order[np.argsort(first)] = np.arange(len(first))
    ordered: Labels = order[inverse]
    return ordered
