"""Measures what it takes to find the speakers of a call of 10 h, in a process of its own.

    python -m bench.speakers

12,000 stretches of speech, a vector of 256 numbers each, as WeSpeaker gives them: six speakers, of whom two speak
seldom, each vector the speaker's direction with noise. The number of speakers is not told.
"""

import resource
import subprocess
import sys
import time

import numpy as np

from bench.table import Row, at_least, at_most, show

_STRETCHES, _SIZE, _SHARES = 12_000, 256, (0.35, 0.25, 0.2, 0.14, 0.04, 0.02)
#: So noisy that two vectors of one speaker have a mean cosine distance of about 0.5, as WeSpeaker's have.
_NOISE = 1.0
_MOST_S, _MOST_MB, _LEAST_PURITY = 10.0, 500.0, 0.99


def child() -> int:
    """Prints seconds, MB, speakers found, and the share of stretches that are with their own speaker's."""
    from callscribe.speakers.clustering import cluster
    from callscribe.speakers.wespeaker import WeSpeaker

    rng = np.random.default_rng(0)
    voices = rng.normal(size=(len(_SHARES), _SIZE)) / np.sqrt(_SIZE)
    who = rng.choice(len(_SHARES), _STRETCHES, p=_SHARES)
    noise = rng.normal(size=(_STRETCHES, _SIZE)) / np.sqrt(_SIZE) * _NOISE
    vectors = (voices[who] + noise).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    seconds = rng.uniform(0.6, 3.0, _STRETCHES).astype(np.float32)
    began = time.perf_counter()
    labels = cluster(vectors, seconds, threshold=WeSpeaker.threshold)
    took = time.perf_counter() - began
    purity = sum(np.bincount(who[labels == label]).max() for label in np.unique(labels)) / _STRETCHES
    print(took, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3, labels.max() + 1, purity)
    return 0


def main() -> int:
    done = subprocess.run([sys.executable, "-m", "bench.speakers", "child"], capture_output=True, text=True, check=True)
    took, memory, found, purity = map(float, done.stdout.split())
    show(
        "Speakers of a call of 10 h",
        [
            at_most("clustering of 12,000 stretches", took, _MOST_S, " s"),
            at_most("memory of the process", memory, _MOST_MB, " MB"),
            Row("speakers found, of 6", f"{found:.0f}"),
            at_least("stretches with those of their own speaker", purity, _LEAST_PURITY),
        ],
    )
    return 0


if __name__ == "__main__":
    if sys.argv[1:] == ["child"]:
        child()
    else:
        sys.exit(main())
