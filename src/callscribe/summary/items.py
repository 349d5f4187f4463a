"""The decisions and action items of a call: what is said, and what is answered to it, are one."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from callscribe.models import Insight, InsightKind
from callscribe.summary import due
from callscribe.summary.cues import (
    Act,
    Doer,
    act,
    is_consent,
    is_imagined,
    is_proposal,
    is_question,
    is_rejection,
    is_seconded,
)
from callscribe.summary.owners import Owners, Turns
from callscribe.summary.statements import Statements

#: Sentences of one turn over which somebody speaks of one task.
_NEAR = 2
#: Stems of a remark on a task.
_REMARK = 3
#: Stems of what is asked for that are said again with something new in it.
_AGAIN = 2


def tasks(statements: Statements, called_on: date | None) -> list[Insight]:
    """In the order of the call, each with its owner and due date; `called_on` is the day of the call, if known."""
    return _Tasks(statements, called_on).insights()


def decisions(statements: Statements) -> list[Insight]:
    """In the order of the call, each with the words by which somebody agrees."""
    said, turns = statements.sentences, Turns(statements.sentences)
    groups: list[list[int]] = []
    for position, consent in _decided(statements, turns):
        answers = turns.after(groups[-1][-1]) if groups else range(0)
        if position in answers and any(is_consent(said[at].text) for at in answers if at <= position):
            groups[-1] += [position, *consent]
        else:
            groups.append([position, *consent])
    found = [statements.insight(InsightKind.DECISION, *_named(statements, group[0])) for group in groups]
    return [resting_on(statements, one, group) for one, group in zip(found, groups, strict=True)]


def _decided(statements: Statements, turns: Turns) -> list[tuple[int, list[int]]]:
    """What is decided, in the order of the call, each with the answer by which it is."""
    said = statements.sentences
    found: dict[int, list[int]] = {
        at: []
        for at in statements.of(InsightKind.DECISION)
        if not (at and is_imagined(said[at - 1].text)) and not _is_rejected(statements, turns, at)
    }
    for at, sentence in enumerate(said):
        if is_proposal(sentence.text) and not act(sentence.text) and (answer := turns.yes(at)) is not None:
            found.setdefault(_proposed(statements, turns, at), []).append(answer)
        elif is_seconded(sentence.text) and _is_plan(statements, turns, at):
            found.setdefault(at - 1, []).append(at)
    return sorted(found.items())


def _is_rejected(statements: Statements, turns: Turns, position: int) -> bool:
    answer = turns.after(position)
    is_last = bool(answer) and answer[0] == position + 1
    return is_last and is_rejection(statements.sentences[answer[0]].text)


def _is_plan(statements: Statements, turns: Turns, answer: int) -> bool:
    """Whether what somebody answers to is a statement, and nobody's task."""
    before = answer - 1
    if before < 0 or turns.of[before] == turns.of[answer] or len(statements.stems[before]) <= 1:
        return False
    text = statements.sentences[before].text
    return not is_question(text) and not act(text)


def _proposed(statements: Statements, turns: Turns, position: int) -> int:
    """What is proposed by a question, which may only ask for a yes to it: "All in favour?"."""
    before = position - 1
    is_short = len(statements.stems[position]) <= 1
    return before if is_short and before >= 0 and turns.of[before] == turns.of[position] else position


def _named(statements: Statements, position: int) -> list[int]:
    """A sentence, with another one where it names nothing itself: "That's how we do it"."""
    return [position] if len(statements.stems[position]) > 1 else statements.whole(position)


def resting_on(statements: Statements, insight: Insight, evidence: Iterable[int]) -> Insight:
    """The same, resting on these sentences too."""
    segments = {segment for at in evidence for segment in statements.sentences[at].segments}
    return replace(insight, segments=tuple(sorted(segments.union(insight.segments))))


class _Tasks:
    def __init__(self, statements: Statements, called_on: date | None) -> None:
        self._statements = statements
        self._said = statements.sentences
        self._owners = Owners(statements.sentences)
        self._turns = Turns(statements.sentences)
        self._called_on = called_on

    def insights(self) -> list[Insight]:
        return [self._insight(group) for group in self._groups()]

    def _groups(self) -> list[list[int]]:
        """Positions of the sentences of each task."""
        groups: list[list[int]] = []
        for position in self._statements.of(InsightKind.ACTION_ITEM):
            if self._act(position).is_offered and self._turns.yes(position, or_when=True) is None:
                continue
            if groups and self._belongs(groups[-1], position):
                groups[-1].append(position)
            else:
                groups.append([position])
        return groups

    def _belongs(self, group: Sequence[int], position: int) -> bool:
        first, last, turns = group[0], group[-1], self._turns.of
        before, after = self._act(last), self._act(position)
        if turns[position] == turns[last]:
            is_vague = before.is_vague or after.is_vague or len(self._statements.stems[position]) <= 1
            return position - last <= _NEAR and (is_vague or before.doer != after.doer)
        if self._act(first).doer is Doer.LISTENER and after.doer is Doer.SPEAKER:
            return position in self._turns.after(last) and not self._says_more(last, position)
        is_remark = before.doer is Doer.SPEAKER and after.doer is Doer.LISTENER
        is_next = turns[position] - turns[last] == 1
        return is_next and is_remark and len(self._statements.stems[position]) <= _REMARK

    def _says_more(self, asked: int, answer: int) -> bool:
        """Whether an answer says again what was asked for, and adds to it: then it stands by itself."""
        wanted, told = self._statements.stems[asked], self._statements.stems[answer]
        again = sum(any(stem[:5] == other[:5] for other in wanted) for stem in told)
        return again >= _AGAIN and len(told) - again >= _AGAIN

    def _insight(self, group: Sequence[int]) -> Insight:
        main = max(group, key=lambda at: (not self._act(at).is_vague, len(self._statements.stems[at])))
        evidence = [main, *(at for at in group if at != main), *self._consent(group[-1])]
        found = self._statements.insight(InsightKind.ACTION_ITEM, *self._whole(main))
        found = resting_on(self._statements, found, evidence)
        owner = self._owners.owner(group)
        until = next((said.words for at in [*evidence, *self._next(group[-1])] if (said := self._due(at))), None)
        return replace(
            found,
            owner=owner,
            is_assigned=owner != self._said[min(evidence)].speaker,
            due=until,
            due_date=due.resolve(until, self._called_on) if until and self._called_on else None,
        )

    def _due(self, position: int) -> due.Due | None:
        return due.best(self._said[position].text)

    def _next(self, position: int) -> list[int]:
        """What the same one goes on to say, where it may be told until when."""
        after, turns = position + 1, self._turns.of
        return [after] if after < len(turns) and turns[after] == turns[position] else []

    def _consent(self, position: int) -> list[int]:
        """The answer by which somebody agrees to what they were asked for."""
        if self._act(position).is_offered:
            yes = self._turns.yes(position, or_when=True)
            return [] if yes is None else [yes]
        if self._act(position).doer is not Doer.LISTENER:
            return []
        answer = self._turns.after(position)[:1]
        return [at for at in answer if is_consent(self._said[at].text)]

    def _whole(self, position: int) -> list[int]:
        return self._statements.whole(position) if self._act(position).is_vague else [position]

    def _act(self, position: int) -> Act:
        found = act(self._said[position].text)
        assert found is not None
        return found
