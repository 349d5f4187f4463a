"""What a sentence of a call is by its wording, in Russian and English.

Tables first: a new phrase is a new line in english.py or russian.py, or in english_decisions.py or
russian_decisions.py; a new Russian verb is one in verbs.py.
"""

import re
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache
from types import ModuleType

from callscribe.models import InsightKind
from callscribe.summary.cues import english, english_decisions, russian, russian_decisions
from callscribe.summary.cues.verbs import marked
from callscribe.summary.fillers import without_fillers
from callscribe.summary.people import given_name
from callscribe.summary.stems import STOP_WORDS

#: Sentences that are remembered in each process: those of a long call, each asked about many times.
_KNOWN = 32_768


class Doer(Enum):
    """Who is to do what a sentence asks for or promises."""

    SPEAKER = "speaker"
    #: The one who is spoken to.
    LISTENER = "listener"
    #: Somebody else, by name or as "he" or "she".
    NAMED = "named"
    WE = "we"
    #: Nobody in particular.
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is to be done."""

    doer: Doer
    #: As it was said, of one who is named.
    name: str | None
    #: Whether another sentence may say what it is: "that one is mine", "I'll do it".
    is_vague: bool
    #: Whether it is only asked, and counts for a yes or a day as the answer: "Shall I call them?"
    is_offered: bool = False


class _Language:
    """The compiled tables of one language."""

    def __init__(self, tables: ModuleType, decisions: ModuleType) -> None:
        def any_of(name: str) -> re.Pattern[str]:
            patterns = getattr(tables, name, None) or getattr(decisions, name)
            return _compiled("|".join(f"(?:{pattern})" for pattern in patterns))

        self.closing = any_of("CLOSINGS")
        self.decision, self.asking, self.formal = any_of("DECISIONS"), any_of("ASKING"), any_of("FORMAL")
        self.reported, self.suggests = any_of("REPORTED"), any_of("SUGGESTIONS")
        self.wondering, self.aside = any_of("WONDERING"), any_of("ASIDES")
        self.unreal, self.unknown, self.agrees = any_of("UNREAL"), any_of("UNKNOWN"), any_of("AGREES")
        self.rejects = any_of("REJECTS")
        self.proposal, self.seconds, self.refuses = any_of("PROPOSALS"), any_of("SECONDS"), any_of("REFUSES")
        self.volunteers, self.imagined, self.when = any_of("VOLUNTEERS"), any_of("IMAGINED"), any_of("WHEN")
        requests = [(_compiled(pattern), Doer.LISTENER, False) for pattern in tables.REQUESTS]
        #: What makes a task of a question, and what of a statement.
        self.asked = requests + [(_compiled(pattern), Doer.LISTENER, False) for pattern in tables.OFFERS]
        self.offered = [
            (_compiled(pattern), doer)
            for doer, patterns in ((Doer.SPEAKER, tables.OWN_OFFERS), (Doer.LISTENER, tables.WISHES))
            for pattern in patterns
        ]
        self.stated = requests + [
            (_compiled(pattern), doer, patterns is tables.TAKES)
            for doer, patterns in (
                (Doer.SPEAKER, tables.TAKES),
                (Doer.SPEAKER, tables.SPEAKER),
                (Doer.LISTENER, tables.LISTENER),
                (Doer.NAMED, tables.NAMED),
                (Doer.WE, tables.WE_ALL),
                (Doer.NOBODY, tables.NOBODY),
            )
            for pattern in patterns
        ]


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)


_ENGLISH, _RUSSIAN = _Language(english, english_decisions), _Language(russian, russian_decisions)
_CYRILLIC = re.compile("[а-яА-ЯёЁ]")
_TAG = re.compile(r", (?:ладно|хорошо|да|ок|окей|верно|okay|ok|right|all right|yeah)\?$", re.IGNORECASE)


def is_question(sentence: str) -> bool:
    """Whether a sentence asks: by its question mark or, without any closing mark, by its first words."""
    if sentence.rstrip("\"'»”)").endswith("?"):
        return True
    return not sentence.endswith((".", "!", "…")) and bool(_language(sentence).asking.search(sentence))


def is_inquiry(sentence: str) -> bool:
    """Whether somebody wants to know something, rather than to suggest it or to hear a yes."""
    language, text = _language(sentence), _plain(sentence)
    if language.reported.search(text):
        return True
    return is_question(sentence) and not _TAG.search(text) and not language.suggests.search(text)


def is_formality(sentence: str) -> bool:
    """Whether a sentence opens or closes a call rather than saying something about its subject."""
    return bool(_language(sentence).formal.search(_plain(sentence)))


def is_unknown(sentence: str) -> bool:
    """Whether a sentence says that its speaker does not know, or puts the answer off."""
    language = _language(sentence)
    return bool(language.unknown.search(language.aside.sub("", _plain(sentence))))


def is_wondering(sentence: str) -> bool:
    """Whether a sentence says what is asked without asking: "whether it works"."""
    return bool(_language(sentence).wondering.search(_plain(sentence)))


def is_consent(sentence: str) -> bool:
    """Whether a sentence begins with a yes."""
    return bool(_language(sentence).agrees.search(_plain(sentence)))


def is_closing(sentence: str) -> bool:
    """Whether a sentence closes a discussion, so that a single word may say what is decided."""
    return bool(_language(sentence).closing.search(marked(_plain(sentence))))


def is_seconded(sentence: str) -> bool:
    """Whether a whole sentence agrees to what somebody proposed: "Fine by me"."""
    return bool(_language(sentence).seconds.search(_plain(sentence)))


def is_proposal(sentence: str) -> bool:
    """Whether a question proposes something, so that a yes decides it: "Saturday, then?"."""
    return is_question(sentence) and bool(_language(sentence).proposal.search(_plain(sentence)))


def is_rejection(sentence: str) -> bool:
    """Whether a sentence begins with a no to what was suggested."""
    return bool(_language(sentence).rejects.search(_plain(sentence)))


def is_imagined(sentence: str) -> bool:
    """Whether a question is about what might happen: "And if it rains?"."""
    return is_question(sentence) and bool(_language(sentence).imagined.search(_plain(sentence)))


def asks_for_volunteers(sentence: str) -> bool:
    """Whether a question looks for somebody to do something: "Who takes the minutes?" """
    return is_question(sentence) and bool(_language(sentence).volunteers.search(_plain(sentence)))


def is_refusal(sentence: str) -> bool:
    """Whether somebody declines to be the one: "Not me." """
    return bool(_language(sentence).refuses.search(_plain(sentence)))


def says_when(sentence: str) -> bool:
    """Whether a sentence names a day or a time at which something will be done."""
    return bool(_language(sentence).when.search(_plain(sentence)))


def act(sentence: str) -> Act | None:
    """What is to be done by this sentence; None where it is no task."""
    return _read(sentence)[1]


def kinds(sentence: str) -> set[InsightKind]:
    """What a sentence is besides a statement: a decision, an action item, both, or neither."""
    is_decided, task = _read(sentence)
    # "We'll take the second one" is a decision, and no task.
    is_task = task is not None and not (is_decided and task.doer is Doer.WE)
    wanted = ((InsightKind.DECISION, is_decided), (InsightKind.ACTION_ITEM, is_task))
    return {kind for kind, is_meant in wanted if is_meant}


def forget() -> None:
    """Let go of the sentences that are remembered: what was said in a call is not to stay when it is summarized."""
    _read.cache_clear()
    _plain.cache_clear()


@lru_cache(_KNOWN)
def _read(sentence: str) -> tuple[bool, Act | None]:
    """Whether a sentence decides something, and what is to be done by it."""
    language, text = _language(sentence), marked(_plain(sentence))
    asks = is_question(sentence) and not _TAG.search(text)
    decided = None if asks else language.decision.search(text) or language.closing.search(text)
    is_decided = decided is not None and not language.unreal.search(text, 0, decided.start())
    return is_decided, _first_act(language, text, asks=asks)


def _first_act(language: _Language, text: str, *, asks: bool) -> Act | None:
    found: list[tuple[int, Act]] = []
    for pattern, doer, is_vague in language.asked if asks else language.stated:
        match = pattern.search(text)
        if match and not ((name := _named(match)) and name.casefold() in STOP_WORDS):
            found.append((match.start(), Act(doer, name, is_vague)))
    if asks and not found:
        offers = (Act(doer, None, False, is_offered=True) for pattern, doer in language.offered if pattern.search(text))
        return next(offers, None)
    start, first = min(found, key=lambda one: one[0], default=(0, None))
    if first is None or first.doer is Doer.LISTENER:
        return first
    return None if language.unreal.search(text, 0, start) else first


def _named(match: re.Match[str]) -> str | None:
    """The name in a match; where only one that people have will do, and it is none, a stop word."""
    said = match.groupdict()
    given: str | None = said.get("given")
    return said.get("name") or (given if given is None or given_name(given) else "it")


def _language(sentence: str) -> _Language:
    return _RUSSIAN if _CYRILLIC.search(sentence) else _ENGLISH


@lru_cache(_KNOWN)
def _plain(sentence: str) -> str:
    return without_fillers(sentence.replace("ё", "е").replace("Ё", "Е").replace("’", "'"))
