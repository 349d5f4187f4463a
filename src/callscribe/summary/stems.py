"""Words reduced to what they mean: lower case, without stop words, Snowball stems."""

import re
import threading
from functools import lru_cache

import snowballstemmer

_WORD = re.compile(r"[^\W_]+")

#: Words, with е for ё, that say nothing about the topic of a call, among them greetings and fillers.
_TABLE = """
    a about after afternoon again ago all almost also am an and any are as at be because been before being but by
    bye can could did do does doing done down each else even evening ever every excellent few fine first for from
    get gets give go goes going good goodbye got great had has have having he hello her here hers hey hi him his how
    i if in into is it its just kind know last least let like ll lot m make many may me mean might more morning most
    much must my no nor not now of off oh ok okay on once one only or other our out over own perhaps please quite re
    really right s same say see shall she should so some something sort still such sure t take than thank thanks
    that the their them then there these they thing things think this those though thus to too two under until up
    upon us ve very via want was way we well were what when where which while who whom whose why will with would
    yeah yes yet you your yours

    а ага без более бы был была были было быть в вам вами вас ваш ваша ваше ваши вдруг ведь весь вечер во вот вроде
    все всего всем всех встречи вы где говорю да давай давайте даже два две день для до доброе добрый другой его ее
    если есть еще же за зачем здесь здравствуйте и из или им именно их к как какая какие какой когда коллеги конечно
    кстати кто куда ладно ли лишь лучше между меня мне много может можно мой мочь моя мы на над надо наконец нам
    нами нас начать наш наша наше наши не него нее ней нельзя нет ни них ничего но ну нужно о об один одна однако
    окей он она они оно опять от отлично очень первый перед по под пожалуйста пока понятно потом потому почему почта
    почти поэтому при привет про просто прямо раз разве с сам свидания сегодня сейчас сколько со собственно совсем
    согласен согласна спасибо так такая также такие такой там тебе тебя тем теперь то тобой тогда того тоже только
    том тому тот точно три ты у угу уже утро хорошо хотя чего чей чем через что чтобы чуть эта эти это этого этой
    этом этому этот эту я
"""
STOP_WORDS = frozenset(_TABLE.split())


#: Words whose stems are remembered, in each process; an hour of speech has a few thousand different ones.
_KNOWN = 50_000
_own = threading.local()


def stems(text: str) -> list[str]:
    """Those of all words of a text but stop words, in order: Russian or English, as the word's letters are."""
    words = _WORD.findall(text.casefold().replace("ё", "е"))
    return [_stem(word) for word in words if word not in STOP_WORDS]


@lru_cache(_KNOWN)
def _stem(word: str) -> str:
    language = "russian" if re.match("[а-я]", word) else "english"
    # A stemmer has a state of its own while it works, so each thread needs one.
    stemmer = getattr(_own, language, None)
    if stemmer is None:
        stemmer = snowballstemmer.stemmer(language)
        setattr(_own, language, stemmer)
    return str(stemmer.stemWord(word))
