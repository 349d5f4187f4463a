"""What a call could be called, by what it is about."""

import re
from collections import Counter
from collections.abc import Sequence

from callscribe.summary.text import NUMBER, cut

#: Topics of a title, its words and its letters.
_TOPICS, _WORDS, _LETTERS = 3, 8, 100


def title(topics: Sequence[str], text: str, summary: str) -> str | None:
    """The weightiest topics as they are written in the text of the call, at most eight words.

    Where nothing is named it is how the summary begins; None where there is none.
    """
    named: list[str] = []
    for topic in [topic for topic in topics if not NUMBER.fullmatch(topic)][:_TOPICS]:
        if len(" ".join([*named, topic]).split()) <= _WORDS:
            named.append(_as_written(topic, text))
    found = ", ".join(named) or cut(summary, _WORDS).rstrip(" .…,")
    return found[:1].upper() + found[1:_LETTERS] or None


def _as_written(topic: str, text: str) -> str:
    """With the capitals that it has inside sentences."""
    inside = re.findall(rf"(?<=[\w,;] ){re.escape(topic)}(?!\w)", text, re.IGNORECASE)
    return Counter(inside).most_common(1)[0][0] if inside else topic
