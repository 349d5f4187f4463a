"""Measures search, history, task status and analytics over the memory of a company, through the API.

    python -m bench.search
    python -m bench.search --calls 5000

One API process and PostgreSQL as `callscribe up` starts it, with 100,000 calls and 5,000,000 segments of generated
Russian and English text (bench/corpus.py). Questions are asked one after the other over HTTP, each once, so that no
answer is known before; those of different kinds take turns. At the end 50 readers ask at once while calls are written.
"""

import argparse
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain, zip_longest

import httpx
import numpy as np

from bench import corpus
from bench.corpus_queries import words
from bench.processes import installed
from bench.table import Row, at_most, show
from callscribe.store.database import Database
from tests.memory import remember
from tests.service import free_port

_READERS = 50
#: Bounds of the 95th percentile in ms.
_BOUNDS = {"ordinary words": 150, "with filters": 300, "history": 50, "status": 20}
_PATIENCE_S = 60


@dataclass(frozen=True, slots=True)
class Ask:
    """A request, and the kind of question that it is."""

    kind: str
    path: str
    parameters: Mapping[str, str | int]


def searches() -> list[Ask]:
    """Every kind takes its turn."""
    ordinary, tags = words("ordinary")[:200], words("tags")
    filters: list[dict[str, str | int]] = [
        {"language": "ru"},
        {"tag": tags[0]},
        {"from": "2025-03-01", "to": "2025-05-31"},
        {"status": "done", "min_duration": 300},
        {"speaker": words("speakers")[0]},
        {"sort": "newest", "language": "en", "from": "2025-01-01"},
    ]
    kinds: dict[str, list[dict[str, str | int]]] = {
        "ordinary words": [{"q": word} for word in ordinary],
        "two ordinary words": [{"q": f"{a} {b}"} for a, b in zip(ordinary, ordinary[8:], strict=False)],
        "with filters": [
            {"q": word, **filters[number % len(filters)]} for number, word in enumerate(reversed(ordinary))
        ],
        "frequent words": [{"q": word} for word in words("frequent")],
        "rare words": [{"q": word} for word in words("rare")[:100]],
        "phrases": [{"q": f'"{phrase}"'} for phrase in words("phrases")[:100]],
        "excluded words": [{"q": f"{a} -{b}"} for a, b in zip(ordinary[4:], ordinary, strict=False)],
        "beginnings": [{"q": f"{word[:5]}*"} for word in ordinary],
        "mistyped words": [{"q": _mistyped(word)} for word in ordinary if len(word) > 5],
    }
    asks = ([Ask(kind, "/search", parameters) for parameters in of_kind] for kind, of_kind in kinds.items())
    return [ask for ask in chain.from_iterable(zip_longest(*asks)) if ask]


def _mistyped(word: str) -> str:
    """Two letters in the wrong order, and one doubled, so that it is a word nobody says."""
    return word[:1] + word[2] + word[1] + word[3:]


def lists(client: httpx.Client) -> Iterator[Ask]:
    """The list as a page shows it, in all its orders, filtered, on first and later pages; and single tasks."""
    tags = words("tags")
    orders = [f"{sign}{name}" for name in ("created_at", "called_at", "duration", "title") for sign in ("-", "")]
    filters: list[dict[str, str | int]] = [
        {},
        {"status": "failed"},
        {"language": "en"},
        {"tag": tags[1]},
        {"from": "2025-03-01", "to": "2025-03-31"},
        {"min_duration": 3000},
        {"status": "done", "language": "ru", "tag": tags[2]},
    ]
    for number in range(200):
        chosen = {"sort": orders[number % len(orders)], **filters[number % len(filters)]}
        page = client.get("/tasks", params=chosen).json()
        cursor = {"cursor": page["next"]} if page["next"] and number % 2 else {}
        yield Ask("history", "/tasks", chosen | cursor)
        for task in page["tasks"][:2]:
            yield Ask("status", f"/tasks/{task['task_id']}", {})


def timed(client: httpx.Client, ask: Ask) -> float:
    """Milliseconds until the whole answer is there."""
    begun = time.perf_counter()
    response = client.get(ask.path, params=ask.parameters)
    took = time.perf_counter() - begun
    if response.status_code != 200:
        raise SystemExit(f"{ask.kind}: {response.status_code} {response.text}")
    return took * 1000


def measured(client: httpx.Client, asks: list[Ask]) -> Iterator[Row]:
    times: defaultdict[str, list[float]] = defaultdict(list)
    for ask in asks:
        times[ask.kind].append(timed(client, ask))
    for kind, taken in times.items():
        yield _row(kind, taken)


def _row(kind: str, taken: list[float]) -> Row:
    median, p95, most = np.percentile(taken, [50, 95, 100])
    figure = f"{kind}: p95 of {len(taken)} (median {median:.0f} ms, most {most:.0f} ms)"
    return at_most(figure, p95, _BOUNDS[kind], " ms") if kind in _BOUNDS else Row(figure, f"{p95:.2f} ms")


def crowd(url: str, database: Database, asks: list[Ask], seconds: float) -> Iterator[Row]:
    """Readers that ask one question after the other, while calls come in."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    until = time.monotonic() + seconds
    written = 0

    def read(number: int) -> None:
        with httpx.Client(base_url=url, timeout=_PATIENCE_S, trust_env=False) as client:
            for at in range(number * 37, 1 << 30):
                if time.monotonic() > until:
                    return
                ask = asks[at % len(asks)]
                times[ask.kind].append(timed(client, ask))

    def write() -> None:
        nonlocal written
        line = [("Анна", "Договор о поставке подпишем в пятницу."), ("Mark", "The report is ready.")] * 10
        while time.monotonic() < until:
            remember(database, f"new {written}", [line, line], summary="Договор.")
            written += 1

    writer = threading.Thread(target=write)
    writer.start()
    with ThreadPoolExecutor(_READERS) as readers:
        list(readers.map(read, range(_READERS)))
    writer.join()
    answers = sum(map(len, times.values()))
    yield Row(f"{_READERS} readers at once", f"{answers / seconds:.1f} answers a second")
    yield Row("calls of 40 lines written meanwhile", f"{written / seconds:.1f} a second")
    for kind, taken in times.items():
        yield _row(f"{kind}, {_READERS} readers", taken)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=100_000)
    parser.add_argument("--crowd-s", type=float, default=60, help="How long 50 readers ask at once.")
    arguments = parser.parse_args()
    port = free_port()
    url = f"http://127.0.0.1:{port}/api/v1"
    with installed("embedded", PORT=str(port)) as installation:
        corpus.load(installation.database, arguments.calls)
        installation.start("callscribe", "api")
        with httpx.Client(base_url=url, timeout=_PATIENCE_S, trust_env=False) as client:
            installation.until(lambda: _answers(client), "the API", 60)
            asks = searches()
            for ask in asks[:20]:  # connections, caches of the planner
                timed(client, ask)
            rows = [*measured(client, asks[20:]), *measured(client, list(lists(client)))]
        rows += crowd(url, installation.database, asks, arguments.crowd_s)
        show(f"Search over {arguments.calls} calls", [*rows, *corpus.sizes(installation.database)])
    return 0


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/tasks", params={"limit": 1}).is_success
    except httpx.TransportError:
        return False


if __name__ == "__main__":
    sys.exit(main())
