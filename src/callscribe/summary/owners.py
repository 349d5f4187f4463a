"""Who is to do what was said: the speaker, the one who was asked, or somebody by name."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate, pairwise

from callscribe.models import Insight
from callscribe.summary.cues import Doer, act, is_consent, says_when
from callscribe.summary.people import People
from callscribe.summary.stems import stems
from callscribe.summary.text import Sentence

#: Sentences before a task in which the one who is asked, or "he" or "she", may be named.
_BEFORE = 3
#: Sentences with which somebody may answer.
_ANSWER = 3
#: Sentences from a question to the turn that answers it, and of that turn in which it is answered.
_ASIDE, _YES = 2, 1


class Turns:
    """Who speaks when in a call."""

    def __init__(self, said: Sequence[Sentence]) -> None:
        self._said = said
        starts = (int(one.speaker != two.speaker) for one, two in pairwise(said))
        #: For each sentence the number of its turn.
        self.of = [0, *accumulate(starts)][: len(said)]

    def after(self, position: int) -> range:
        """Positions of the first sentences of the turn after that of a sentence."""
        first = bisect_right(self.of, self.of[position])
        end = bisect_right(self.of, self.of[position] + 1)
        return range(first, min(first + _ANSWER, end))

    def yes(self, position: int, *, or_when: bool = False) -> int | None:
        """The sentence with which somebody says yes to a question, or names a day."""
        answers = self.after(position)
        if not answers or answers[0] - position > _ASIDE:
            return None
        asked = stems(self._said[position].text)
        for at in answers[:_YES]:
            text = self._said[at].text
            first, mark, _ = re.split(r"([,.!]|$)", text, maxsplit=1)
            is_echo = bool(mark) and len(first.split()) == 1 and bool({*stems(first)} & {*asked})
            if is_consent(text) or is_echo or (or_when and says_when(text)):
                return at
        return None


class Owners:
    """Those of the tasks of one call: speakers as the transcript calls them, or names that were said."""

    def __init__(self, said: Sequence[Sentence]) -> None:
        self._said = said
        self._people = People(sentence.speaker for sentence in said)
        self._turns = Turns(said)
        self._in_segment: defaultdict[int, list[int]] = defaultdict(list)
        for at, sentence in enumerate(said):
            for segment in sentence.segments:
                self._in_segment[segment].append(at)

    def owner(self, positions: Sequence[int]) -> str | None:
        """Who has to do what these sentences, given by position, speak of; None where nobody can tell."""
        for position in positions:
            found = self._owner(position)
            if found:
                return found
        return None

    def of(self, insight: Insight) -> str | None:
        """Who has to do what an action item says, by the sentences of its quote."""
        near = sorted({at for segment in insight.segments for at in self._in_segment[segment]})
        quote = " ".join(insight.quote.split())
        exact = [at for at in near if (text := self._said[at].text) in quote or quote in text]
        return self.owner(exact or near)

    def _owner(self, position: int) -> str | None:
        sentence = self._said[position]
        task = act(sentence.text)
        if task is None:
            return None
        # Of two who speak with each other, "we" are mostly those of the one who speaks.
        if task.doer is Doer.SPEAKER or (task.doer is Doer.WE and len(self._people.speakers) == 2):
            return sentence.speaker
        if task.doer is Doer.NAMED:
            return (self._people.named(task.name) or task.name) if task.name else self._spoken_of(position)
        called = self._called(position)
        if called is None and task.doer is Doer.LISTENER:
            called = self._answering(position)
        return called if called != sentence.speaker else None

    def _called(self, position: int) -> str | None:
        """Who is spoken to by name in the sentence, or just before it."""
        for at in range(position, max(position - _BEFORE, -1), -1):
            if self._turns.of[at] == self._turns.of[position] and (name := self._people.called(self._said[at].text)):
                return name
        return None

    def _spoken_of(self, position: int) -> str | None:
        for at in range(position, max(position - _BEFORE, -1), -1):
            if name := self._people.mentioned(self._said[at].text):
                return name
        return None

    def _answering(self, position: int) -> str | None:
        """Who speaks next, if it can only be meant for them or they agree."""
        answer = self._turns.after(position)
        if not answer:
            return None
        agrees = any(self._agrees(at) for at in answer)
        return self._said[answer[0]].speaker if agrees or len(self._people.speakers) == 2 else None

    def _agrees(self, position: int) -> bool:
        text = self._said[position].text
        task = act(text)
        return is_consent(text) or (task is not None and task.doer is Doer.SPEAKER)
