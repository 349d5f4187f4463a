"""What is asked in a call and not answered in it, as far as somebody says that they do not know."""

from callscribe.models import Insight, InsightKind
from callscribe.summary.cues import (
    act,
    asks_for_volunteers,
    is_formality,
    is_inquiry,
    is_question,
    is_refusal,
    is_unknown,
    is_wondering,
)
from callscribe.summary.items import resting_on
from callscribe.summary.owners import Turns
from callscribe.summary.statements import Statements

#: Stems of a question that is understood by itself, of one with the sentence before it, and of a sentence that asks
#: without being a question.
_ALONE, _SUBSTANCE, _WONDERING = 2, 3, 4
#: Words and stems of one that is answered at once, and so understood: "How long do they take?"
_LONG = 6
#: Sentences and turns after a question in which somebody says that they do not know.
_SENTENCES, _TURNS = 7, 3


def questions(statements: Statements) -> list[Insight]:
    """In the order of the call, each with the words by which it is left open."""
    turns = Turns(statements.sentences)
    evidence: dict[int, set[int]] = {}
    for at, sentence in enumerate(statements.sentences):
        if _leaves_open(sentence.text) and (asked := _asked(statements, turns, at)) is not None:
            near = next((one for one in evidence if _is_same(statements, turns, one, asked)), asked)
            evidence.setdefault(near, set()).update((asked, at))
    return [
        resting_on(statements, statements.insight(InsightKind.QUESTION, *_whole(statements, turns, asked)), found)
        for asked, found in evidence.items()
    ]


def _asked(statements: Statements, turns: Turns, unknown: int) -> int | None:
    """The question, before the sentence that leaves it open or in it; None where nothing of substance was asked."""
    left = statements.sentences[unknown].text
    for at in range(unknown, max(unknown - _SENTENCES, -1), -1):
        if turns.of[unknown] - turns.of[at] > _TURNS:
            break
        text = statements.sentences[at].text
        if is_inquiry(text) and _is_about_something(statements, turns, at, unknown) and not is_formality(text):
            is_told = is_refusal(left) and not is_unknown(left) and not asks_for_volunteers(text)
            return None if is_told or act(text) else at
    return unknown if is_wondering(left) and len(statements.stems[unknown]) >= _WONDERING else None


def _is_same(statements: Statements, turns: Turns, first: int, again: int) -> bool:
    """Whether somebody asks again, or goes on to ask, what was asked shortly before."""
    if not 0 <= again - first <= _SENTENCES:
        return False
    shared = {*statements.stems[first]} & {*statements.stems[again]}
    return bool(shared) or turns.of[first] == turns.of[again] or not is_question(statements.sentences[again].text)


def _leaves_open(text: str) -> bool:
    return (is_unknown(text) or is_refusal(text)) and not is_question(text)


def _is_about_something(statements: Statements, turns: Turns, position: int, unknown: int) -> bool:
    count = len(statements.stems[position])
    if turns.of[position] == turns.of[unknown]:
        return count >= _SUBSTANCE
    is_answer = turns.of[unknown] - turns.of[position] == 1
    is_long = is_answer and count > 0 and count + len(statements.sentences[position].text.split()) >= _LONG
    return is_long or sum(len(statements.stems[at]) for at in _whole(statements, turns, position)) >= _SUBSTANCE


def _whole(statements: Statements, turns: Turns, position: int) -> list[int]:
    """A question, after the sentence before it where it is too short to be understood by itself."""
    before = position - 1
    is_short = len(statements.stems[position]) <= _ALONE
    return [before, position] if is_short and before >= 0 and turns.of[before] == turns.of[position] else [position]
