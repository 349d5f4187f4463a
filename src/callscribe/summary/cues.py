"""The phrases by which people decide something or take something on, in Russian and English.

Tables first: a new phrase is a new line in one of them.
"""

import re

from callscribe.models import InsightKind

#: Things people do after a call. A line is the base form; "I will", "please" and the like come before it.
_ENGLISH_VERBS = """
    add announce approve arrange ask assign book build buy call change check clean close collect complete contact
    coordinate create deliver deploy describe discuss document double-check draft email escalate estimate explain
    file fill find finalize finish fix follow forward get give hire implement inform install introduce investigate
    invite invoice look make measure merge migrate move notify order organize pay ping plan post postpone prepare
    present provide publish pull push put reach recheck record release remind remove rename renew repair reply report
    research reserve resolve restart retest review revise rewrite run schedule send set share ship sign sort start
    submit sync take talk tell test track train transfer translate try turn update upgrade upload verify write
"""

#: Infinitive, I, we, she, they, imperative. "Вышли" and "пришли" are also "went out" and "came", hence the plural.
_RUSSIAN_VERBS = """
    вернуться    вернусь     вернёмся     вернётся     вернутся     вернись
    взять        возьму      возьмём      возьмёт      возьмут      возьми
    выложить     выложу      выложим      выложит      выложат      выложи
    выслать      вышлю       вышлем       вышлет       вышлют       вышлите
    выяснить     выясню      выясним      выяснит      выяснят      выясни
    добавить     добавлю     добавим      добавит      добавят      добавь
    доделать     доделаю     доделаем     доделает     доделают     доделай
    дописать     допишу      допишем      допишет      допишут      допиши
    забронировать забронирую забронируем  забронирует  забронируют  забронируй
    заказать     закажу      закажем      закажет      закажут      закажи
    закончить    закончу     закончим     закончит     закончат     закончи
    закрыть      закрою      закроем      закроет      закроют      закрой
    заняться     займусь     займёмся     займётся     займутся     займись
    запланировать запланирую запланируем  запланирует  запланируют  запланируй
    заполнить    заполню     заполним     заполнит     заполнят     заполни
    запустить    запущу      запустим     запустит     запустят     запусти
    исправить    исправлю    исправим     исправит     исправят     исправь
    купить       куплю       купим        купит        купят        купи
    назначить    назначу     назначим     назначит     назначат     назначь
    найти        найду       найдём       найдёт       найдут       найди
    написать     напишу      напишем      напишет      напишут      напиши
    напомнить    напомню     напомним     напомнит     напомнят     напомни
    настроить    настрою     настроим     настроит     настроят     настрой
    обновить     обновлю     обновим      обновит      обновят      обнови
    обсудить     обсужу      обсудим      обсудит      обсудят      обсуди
    опубликовать опубликую   опубликуем   опубликует   опубликуют   опубликуй
    организовать организую   организуем   организует   организуют   организуй
    отправить    отправлю    отправим     отправит     отправят     отправь
    оформить     оформлю     оформим      оформит      оформят      оформи
    оценить      оценю       оценим       оценит       оценят       оцени
    передать     передам     передадим    передаст     передадут    передай
    перенести    перенесу    перенесём    перенесёт    перенесут    перенеси
    переслать    перешлю     перешлём     перешлёт     перешлют     перешли
    поговорить   поговорю    поговорим    поговорит    поговорят    поговори
    подготовить  подготовлю  подготовим   подготовит   подготовят   подготовь
    подписать    подпишу     подпишем     подпишет     подпишут     подпиши
    позвонить    позвоню     позвоним     позвонит     позвонят     позвони
    показать     покажу      покажем      покажет      покажут      покажи
    поменять     поменяю     поменяем     поменяет     поменяют     поменяй
    поправить    поправлю    поправим     поправит     поправят     поправь
    попросить    попрошу     попросим     попросит     попросят     попроси
    посчитать    посчитаю    посчитаем    посчитает    посчитают    посчитай
    починить     починю      починим      починит      починят      почини
    предупредить предупрежу  предупредим  предупредит  предупредят  предупреди
    прислать     пришлю      пришлём      пришлёт      пришлют      пришлите
    провести     проведу     проведём     проведёт     проведут     проведи
    проверить    проверю     проверим     проверит     проверят     проверь
    протестировать протестирую протестируем протестирует протестируют протестируй
    разобраться  разберусь   разберёмся   разберётся   разберутся   разберись
    рассчитать   рассчитаю   рассчитаем   рассчитает   рассчитают   рассчитай
    сделать      сделаю      сделаем      сделает      сделают      сделай
    связаться    свяжусь     свяжемся     свяжется     свяжутся     свяжись
    скинуть      скину       скинем       скинет       скинут       скинь
    сообщить     сообщу      сообщим      сообщит      сообщат      сообщи
    собрать      соберу      соберём      соберёт      соберут      собери
    согласовать  согласую    согласуем    согласует    согласуют    согласуй
    создать      создам      создадим     создаст      создадут     создай
    составить    составлю    составим     составит     составят     составь
    удалить      удалю       удалим       удалит       удалят       удали
    узнать       узнаю       узнаем       узнает       узнают       узнай
    уточнить     уточню      уточним      уточнит      уточнят      уточни
"""

_RU = [[form.replace("ё", "е") for form in line.split()] for line in _RUSSIAN_VERBS.strip().splitlines()]
_VERB = "(?:" + "|".join(_ENGLISH_VERBS.split()) + ")"
_INF, _WE, _ONE, _MANY = ("(?:" + "|".join(row[form] for row in _RU) + ")" for form in (0, 2, 3, 4))
_FIRST = "(?:" + "|".join(row[1] for row in _RU) + ")"
# The reflexive imperatives end in -ись, and take -тесь where the others take -те.
_ASK = (
    "(?:" + "|".join(row[5][:-2] + "(?:сь|тесь)" if row[5].endswith("сь") else row[5] + "(?:те)?" for row in _RU) + ")"
)
_ANY_INF = r"\w+(?:ть|ти|чь)(?:ся|сь)?"
_TO_THINK = r"(?:сказать|отметить|понимать|понять|признать|признаться|думать|знать|помнить|учитывать|быть|иметь|мочь)\b"
_TO_TALK = (
    r"(?:see|start|begin|go|continue|move on|say|talk|look|wait|think|try|hear|be|hope|assume|take a look|have)\b"
)
_TO_BEGIN = r"(?:нач|посмотр|перей|продолж|подожд|подума|поговор|обсуд|вернемся|послуша|знаком|так\b|не\b|я\b)"
_FEW = r"(?:[\w-]+,? ){0,3}"

#: A decision is a statement in which one of these is found. Text is compared in lower case, with е for ё.
DECISIONS = (
    r"\bwe(?:'ve| have| all|'re| are)? (?:just |also |finally |already )?(?:decided|agreed|chose|chosen|approved)\b",
    r"\bwe(?:'ve| have)? settled on\b",
    r"\b(?:it is|it's|it was|that is|that's) (?:decided|agreed|settled|approved)\b",
    r"\b(?:the|our|final) decision is\b",
    r"\bwe(?:'ll| will) (?:go|stick|stay) with\b",
    r"\b(?:agreed|decided)[,:] (?:\w+ ){2,}",
    rf"\b(?:let us|let's) (?:just |also |then )?(?!{_TO_TALK})\w+",
    r"\b(?:next|our next|the next) (?:meeting|call|sync|demo) (?:is|will be|takes place)\b",
    r"(?<!не )\b(?:решили|договорились|условились|постановили|утвердили|согласовали|определились)\b",
    r"(?<!не )\b(?:решено|принято решение|приняли решение|остановились на)\b",
    rf"\bдавай(?:те)? (?:\w+ )?(?!{_TO_BEGIN})\w+(?:ем|им|емся|имся|ть|ться|й|йте)\b(?<!всем)",
    r"\b(?:следующ\w+ )(?:встреч\w|созвон|звонок|планерк\w|совещание)(?: \w+)? (?:в|во|на|через|завтра)\b",
    r"\b(?:встречаемся|встретимся|созвонимся|созваниваемся|переносим|откладываем)\b",
)

#: An action item is a statement, not a question, in which one of these is found.
ACTIONS = (
    rf"\b(?:i|we)(?:'ll| will| shall| am going to|'m going to| are going to|'re going to) {_FEW}?{_VERB}\b",
    rf"\b(?:he|she|they|(?-i:[A-Z]\w+))(?:'ll| will) {_VERB}\b",
    rf"\bplease {_FEW}?{_VERB}\b",
    rf"\b(?:you|we|i|someone|somebody) (?:also |still |really )?(?:needs? to|ha(?:ve|s) to|must|should) {_VERB}\b",
    r"\b(?:needs?|has|have) to be (?:\w+ )?\w+(?:ed|en|nt|ut|de|ne|lt|id)\b",
    r"\b(?:do not|don't) forget to\b|\bmake sure (?:that|to|we|you)\b|\b(?:action item|to-do|your task)\b",
    rf"\b(?:{_FIRST}|{_WE})\b",
    rf"\b(?:он|она|(?-i:[А-ЯЁ]\w+)) {_FEW}?{_ONE}\b|\bони {_FEW}?{_MANY}\b",
    rf"\b{_ASK}\b|\b(?:пришли|вышли) (?:мне|нам|ему|ей|им|пожалуйста)\b",
    rf"\b(?:нужно|надо|необходимо|следует|прошу|пожалуйста|придется|долж(?:ен|на|ны)|обязан\w?) (?!{_TO_THINK}){_FEW}?"
    rf"(?!{_TO_THINK}){_ANY_INF}\b",
    r"\bне забуд(?:ь|ьте)\b|\b(?:поручаю|беру на себя|за тобой|за мной задача|ваша задача|твоя задача)\b",
)

#: These make an action item even of a question.
REQUESTS = (
    rf"\b(?:can|could|would|will) you {_FEW}?{_VERB}\b",
    rf"\b(?:можешь|можете|сможешь|сможете|мог бы|могла бы|могли бы) {_FEW}?{_INF}\b",
    r"\b(?:возьм|сдела|отправ|подготов|провер|посмотр|напиш|пришл|свяж)(?:ешь|ете|ишь|ите)(?:ся|сь)?\b",
)

#: A sentence that starts like this asks, even where the engine writes no question mark.
_ASKING = (
    r"^(?:\w+,? )?(?:what|how|who|why|when|where|which) \w+",
    r"^(?:\w+, )?(?:is|are|do|does|did|can|could|have|has|will) (?:i|you|he|she|it|we|they|the|there|this|that)\b",
    r"^(?:\w+, )?(?:что|как|кто|когда|чем) \w+",
    r"^(?:\w+,? )?(?:почему|зачем|где|куда|какой|какая|какие|какое|сколько) \w+",
)

#: A sentence with one of these is about the call itself.
_FORMAL = (
    r"\b(?:thank you|thanks) for (?:joining|coming|calling|your time)\b|\bready to (?:start|begin|talk)\b",
    r"\b(?:let us|let's|shall we) (?:start|begin|get started)\b|\b(?:see you|nice to meet|how are you|talk to you)\b",
    r"\b(?:начнем|начинаем|начинаю) \w*(?:встреч|планерк|созвон|совещан|звон)|\bготова? (?:начать|рассказать)\b",
    r"\b(?:спасибо,? что (?:пришли|присоединились)|всем спасибо|до встречи|до свидания|как дела|рад[аы]? всех)\b",
)


def _any(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_DECISION, _ACTION, _REQUEST = _any(DECISIONS), _any(ACTIONS), _any(REQUESTS)
_QUESTION, _FORMALITY = _any(_ASKING), _any(_FORMAL)


def is_question(sentence: str) -> bool:
    """Whether a sentence asks: by its question mark or, without any closing mark, by its first words."""
    if sentence.rstrip("\"'»”)").endswith("?"):
        return True
    return not sentence.endswith((".", "!", "…")) and bool(_QUESTION.search(sentence))


def is_formality(sentence: str) -> bool:
    """Whether a sentence opens or closes a call rather than saying something about its subject."""
    return bool(_FORMALITY.search(_plain(sentence)))


def kinds(sentence: str) -> set[InsightKind]:
    """What a sentence is besides a statement: a decision, an action item, both, or neither."""
    text = _plain(sentence)
    found = set()
    if _REQUEST.search(text):
        found.add(InsightKind.ACTION_ITEM)
    if is_question(sentence):
        return found
    if _DECISION.search(text):
        found.add(InsightKind.DECISION)
    if _ACTION.search(text):
        found.add(InsightKind.ACTION_ITEM)
    return found


def _plain(sentence: str) -> str:
    return sentence.replace("ё", "е").replace("Ё", "Е").replace("’", "'")
