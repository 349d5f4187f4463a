"""What a call is about, in a few words or short phrases, as a person would name it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice, pairwise
from math import sqrt

from callscribe.models import Segment
from callscribe.summary.stems import stems
from callscribe.summary.text import sentences

#: Topics of one call.
_MOST = 5
#: What is said less often is only mentioned.
_FEWEST = 2
#: Parts of a call over which a topic can be spread.
_PARTS = 10
#: Letters of a word.
_SHORTEST = 3
#: What a phrase is worth against a word: it says more.
_PHRASE = 2.5
#: The same for the title of a part: it is to say what the part is about as a whole.
_PHRASE_OF_PART = 1.5

#: Words, with е for ё, that are said in calls about anything: judgements, times, numbers, most verbs. In any form.
_TABLE = """
    able add anything ask back bad best better big both break build call cause chance change check clock come
    correct couple day decide different difficult early easy eight eighteen eleven end enough everybody everyone
    everything example explain fact fail fast faster feel fifteen fifty find fine five fix follow forty four friday
    future half happen hard help honest hope hour hundred idea important include issue join keep late later leave
    left list little long look main matter maybe meet meeting minute miss moment monday month morning move need
    never new next nice night nine nineteen nobody nothing number old open opinion order part past people percent
    person place plus point possible prepare probably problem put quarter question read ready reason remember result
    run saturday second send set seven seventeen short simple six sixteen sixty slow small somebody someone soon
    speak start step stop sunday talk tell ten thirteen thirty thousand three through thursday time today together
    tomorrow tonight topic try tuesday turn twelve twenty two understand use wait wednesday week weekend welcome
    went whole wonder word work write wrong year yesterday

    август апрель большой быстрее быстро важный вид видеть возможно вообще вопрос восемнадцать восемь восемьдесят
    воскресенье времени время вторник второй вчера говорить говорят год года готов двадцать двенадцать двести
    девяносто девятнадцать девять девятьсот декабрь делать дело день десять дня довольно думать завтра задача знать
    значит идея иметь итог июль июнь каждый лет люди май март место месяц минута момент например насчет начало
    небольшой неделя некоторый необходимо несколько новый ноль нормально ночь ноябрь оба общий обычно один
    одиннадцать одна одни октябрь основной особенно остаться отдельный отправить плюс подготовить показать
    показаться половина понедельник понимать последний правда правильно пример примерно причина проблема простой
    процент прошел прошло пусть пятнадцать пятница пять пятьдесят работа работать разный решение решить рубль самый
    сделать сегодня секунда семнадцать семь семьдесят сентябрь скажем скажу сказать следующий слово сложный смотреть
    смысл созвон сорок среда стало старый стать сто сторона суббота считать тема три тридцать тринадцать триста тут
    тысяча тьфу утром февраль хороший хотеть целый час часть человек четверг четверть четыре четырнадцать число шаг
    шестнадцать шесть шестьдесят январь
"""

# Letters only: a number is no topic. What an apostrophe joins is a verb ("we'll"), unless it is a possessive.
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_POSSESSIVE = re.compile(r"['’]s$")
# "Anna, ..." and "..., Anna.": somebody is spoken to.
_SPOKEN_TO = re.compile(r"^([^\W\d_]+),|,\s+([^\W\d_]+)[.?!…]*$")

#: What follows one of these is not a thing but what is done with it.
_BEFORE_VERBS = frozenset(
    re.findall(
        r"\w+",
        """
        to will would can could should must may might i we you they he she who not please let
        я мы вы ты они он она кто не надо нужно можно буду будем будет будут давай давайте
        """,
    )
)
_VERB = re.compile(
    r"(?:[а-я]{2}[аяиеуы]ть|[аяиеуы]ться|[сз]ти|тись|чься|[аяеу]ем|[аяеу]ете|[аяуе]ет|[аяуе]ют|[пбвм]лю|[аяиуы]ли|"
    r"л[аио]сь|лся|[еи]шь|йте|[ае]но|[a-z]{2}ed)$"
)
_ADJECTIVE = re.compile(r"[а-я]{3}(?:ый|ая|ое|ые|ого|ому|его|ему|ым|ых|ую|ее|щий|щие)$")


@dataclass(slots=True)
class _Term:
    """A stem, or two side by side, with the forms in which they are said."""

    forms: Counter[str] = field(default_factory=Counter)
    #: How often it is said in which parts of the call; what the summary repeats counts among the forms only.
    parts: Counter[int] = field(default_factory=Counter)

    @property
    def said(self) -> int:
        """How often in the call."""
        return self.parts.total()

    @property
    def name(self) -> str:
        """The usual form; of several the shortest, which is often the nominative."""
        return min(self.forms, key=lambda form: (-self.forms[form], len(form), form))


def topics(segments: Sequence[Segment], summary: str) -> tuple[str, ...]:
    """At most five, the weightiest first, in lower case; what the summary says again weighs more."""
    said = [(sentence.start, sentence.text) for sentence in sentences(segments)]
    reader = _Reader(_names(segments, [text for _, text in said]))
    length = max((segment.end for segment in segments), default=0.0) or 1.0
    for start, text in said:
        reader.read(text, int(start / length * _PARTS))
    reader.read(summary, None)
    return tuple(islice(reader.best(), _MOST))


def titles(segments: Sequence[Segment], parts: Sequence[Sequence[str]]) -> list[str | None]:
    """What each part of a call is about more than the others, in lower case; None where it names nothing.

    `parts` are the sentences of each. No two parts have the same title.
    """
    reader = _Reader(_names(segments, [text for part in parts for text in part]))
    for number, part in enumerate(parts):
        for text in part:
            reader.read(text, number)
    found: list[str | None] = []
    for names in reader.by_part(len(parts)):
        found.append(next((name for name in names if name not in found), None))
    return found


class _Reader:
    """Counts the words of a call, alone and in twos."""

    def __init__(self, names: Iterable[str]) -> None:
        self._ignored = common() | {stem for name in names for stem in stems(name)}
        self._terms: dict[tuple[str, ...], _Term] = defaultdict(_Term)
        self._verbs: Counter[str] = Counter()

    def read(self, text: str, part: int | None) -> None:
        """Count what is said in this part of the call; None for the summary."""
        for run in self._runs(text.casefold()):
            words = [((stem,), form) for stem, form in run]
            twos = [((a, b), f"{x} {y}") for (a, x), (b, y) in pairwise(run) if a != b and not _is_adjective(y)]
            for key, form in (*words, *twos):
                term = self._terms[key]
                term.forms[form] += 1
                if part is not None:
                    term.parts[part] += 1

    def best(self) -> Iterator[str]:
        """The names of topics, the weightiest first, no stem in two of them."""
        found = [key for key in self._terms if self._is_topic(key)]
        taken: set[str] = set()
        for key in sorted(found, key=lambda key: (-self._weight(key), key)):
            if taken.isdisjoint(key):
                taken.update(key)
                yield self._terms[key].name

    def by_part(self, parts: int) -> Iterator[Iterator[str]]:
        """For each part of the call the names of what is said there and hardly elsewhere, the weightiest first."""
        weights: list[list[tuple[float, tuple[str, ...]]]] = [[] for _ in range(parts)]
        for key in filter(self._is_topic, self._terms):
            term = self._terms[key]
            for part, times in term.parts.items():
                weight = times * times / term.said * (_PHRASE_OF_PART if len(key) > 1 else 1)
                weights[part].append((-weight, key))
        for candidates in weights:
            yield (self._terms[key].name for _, key in sorted(candidates))

    def _is_topic(self, key: tuple[str, ...]) -> bool:
        """A phrase of usual words may have been said once, if the summary repeats it."""
        if _is_adjective(self._terms[key].name):
            return False
        often = self._terms[key].said > 0 and self._terms[key].forms.total() >= _FEWEST
        return often and all(self._terms[(stem,)].said >= max(_FEWEST, self._verbs[stem]) for stem in key)

    def _weight(self, key: tuple[str, ...]) -> float:
        spread = max(len(self._terms[(stem,)].parts) for stem in key)
        return self._terms[key].forms.total() * sqrt(spread) * (_PHRASE if len(key) > 1 else 1)

    def _runs(self, text: str) -> Iterator[list[tuple[str, str]]]:
        """Neighbouring words that may name something, as stems and forms."""
        run: list[tuple[str, str]] = []
        before, end = "", 0
        for match in _WORD.finditer(text):
            form = _POSSESSIVE.sub("", match[0])
            stem = self._named(form, before)
            if stem is None or text[end : match.start()] != " ":
                yield run
                run = []
            if stem is not None:
                run.append((stem, form))
            before, end = form, match.end()
        yield run

    def _named(self, form: str, before: str) -> str | None:
        """The stem, unless the word names nothing, or what is done."""
        found = stems(form)
        if len(form) < _SHORTEST or not form.isalpha() or len(found) != 1 or found[0] in self._ignored:
            return None
        if before in _BEFORE_VERBS or _VERB.search(form.replace("ё", "е")):
            self._verbs[found[0]] += 1
            return None
        return found[0]


def _is_adjective(form: str) -> bool:
    return bool(_ADJECTIVE.search(form.replace("ё", "е")))


def _names(segments: Sequence[Segment], texts: Iterable[str]) -> Iterator[str]:
    yield from {segment.speaker for segment in segments if segment.speaker}
    for text in texts:
        for match in _SPOKEN_TO.finditer(text):
            name = match[1] or match[2]
            if name[0].isupper():
                yield name


@cache
def common() -> frozenset[str]:
    """The stems of words that are said in calls about anything."""
    return frozenset(stems(" ".join((_TABLE, *_BEFORE_VERBS))))
