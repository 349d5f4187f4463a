"""The words by which people say until when something is to be done, in Russian and English.

A new phrase is a new line in one of the tables. Patterns are in lower case, with е for ё. A space stands for any white
space, `{slot}` for a pattern of `SLOTS` or for one that `due.py` makes of the first tables.
"""

#: A line is a weekday, Monday first.
WEEKDAYS = """
    monday     понедельник понедельника понедельнику
    tuesday    вторник вторника вторнику
    wednesday  среда среду среды среде
    thursday   четверг четверга четвергу
    friday     пятница пятницу пятницы пятнице
    saturday   суббота субботу субботы субботе
    sunday     воскресенье воскресенья воскресенью
"""

#: A line is a month.
MONTHS = """
    january    январь января январю январе
    february   февраль февраля февралю феврале
    march      март марта марту марте
    april      апрель апреля апрелю апреле
    may        май мая маю мае
    june       июнь июня июню июне
    july       июль июля июлю июле
    august     август августа августу августе
    september  сентябрь сентября сентябрю сентябре
    october    октябрь октября октябрю октябре
    november   ноябрь ноября ноябрю ноябре
    december   декабрь декабря декабрю декабре
"""

#: A line is a number from 1, as days, weeks and hours are counted.
CARDINALS = """
    one        один одну одного одному
    two        couple два две двух двум пару пары
    three      три трех трем
    four       четыре четырех четырем
    five       пять пяти
    six        шесть шести
    seven      семь семи
    eight      восемь восьми
    nine       девять девяти
    ten        десять десяти
    eleven     одиннадцать одиннадцати
    twelve     двенадцать двенадцати
    thirteen   тринадцать тринадцати
    fourteen   четырнадцать четырнадцати
    fifteen    пятнадцать пятнадцати
    sixteen    шестнадцать шестнадцати
    seventeen  семнадцать семнадцати
    eighteen   восемнадцать восемнадцати
    nineteen   девятнадцать девятнадцати
    twenty     двадцать двадцати
"""

TENS = {
    **{"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "ninety": 90, "thirtieth": 30},
    **{"тридцать": 30, "тридцати": 30, "тридцат": 30, "сорок": 40, "сорока": 40, "шестьдесят": 60, "девяносто": 90},
}

#: Days of a month from the first to the twentieth; those of Russian without their endings.
ORDINALS_EN = """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth
    sixteenth seventeenth eighteenth nineteenth twentieth
"""
ORDINALS_RU = """
    перв втор треть четверт пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат
    шестнадцат семнадцат восемнадцат девятнадцат двадцат
"""

#: What is counted, by the unit that it is.
UNITS = {
    "minute": "minute minutes минуту минуты минут",
    "hour": "hour hours час часа часов",
    "day": "day days день дня дней сутки суток",
    "week": "week weeks неделю неделя недели недель",
    "fortnight": "fortnight",
    "month": "month months месяц месяца месяцев",
}

#: Events before which things are done; those of Russian are the beginnings of words.
EVENTS_EN = """
    audit call conference deadline delivery demo deployment exhibition fair freeze go-live holiday holidays inspection
    installation interview launch meeting migration move presentation release review rollout shipment standup sync trip
    vacation workshop
"""
EVENTS_RU = """
    аудит выставк встреч демо дедлайн закрыти запуск звонк интервью инвентаризаци каникул конференци миграци монтаж
    отгрузк отпуск переезд планерк подписани показ поставк праздник презентаци проверк релиз ревью совещани
    собеседовани созвон установк
"""

SLOTS = {
    "to": r"(?:by|before|until|till|(?:no|not) later than|до|к|ко|не позднее|не позже)",
    "at": r"(?:{to}|on|at|in|for|over|в|во|на)",
    "next": r"(?:next|следующ(?:ий|ую|ее|ей|его|ему|ем|их|ие)|будущ(?:ий|ую|ее|ей|его|ему|ем))",
    "this": r"(?:this|the|эт(?:от|у|о|ой|ого|ому|ом|их|и)|ближайш(?:ий|ую|ей|его|ему|их|ие)|текущ(?:ей|его|ем))",
    "end_of": r"(?:end of |кон(?:ца|це|цу|ец) )",
    "start_of": r"(?:(?:beginning|start) of |early |начал[оауе] )",
    "middle_of": r"(?:middle of |mid(?:-| )?|середин[аыуе] )",
    "edge": r"(?:{at} (?:the |самом |самого )?|(?<!the\s)(?=end |beginning |start |middle |early |mid))",
    "year": r"(?:,? (?P<year>20\d\d))?(?: года?)?",
    # Without a preposition, "пятого мая" is a day to do something; "пятое мая" is not.
    "date": r"(?:{at} (?:the )?|the |(?!(?:[а-я]+ )?[а-я]+(?:ое|ье|му) ))",
    # "You may first ...", "we march ten ...".
    "month_first": r"(?:{at} |(?!(?:may|march) [a-z]))",
    "and_year": r"(?:[./](?P<year>(?:20)?\d\d))?(?![./]?\d)",
    "pm": r"(?:\s?(?:[ap]m|[ap]\.m\.?)| o'clock)",
    "часов": r"(?: (?:час(?:ов|ам|а|у)?|утра|вечера|дня|ночи)){1,2}",
    "hour": r"(?:(?:half past|quarter (?:to|past)) )?(?:\d{1,2}[:.]\d\d|{count}|\d{1,2}|час[ау]?)"
    r"(?: (?:thirty|fifteen|forty-five|тридцать|пятнадцать|ноль ноль))?",
    # A small ordinal is a day of a month only where no noun follows: not "on the second floor", "до пятого знака".
    "stop": r"(?=\s*(?:[.,;:!?…)»\"]|$)| (?:at|in|and|so|then|with|for|if|or|i|we|you|и|а|но|в|у|с|мы|я|вы)\b)",
    "the": r"(?:the|our|your|his|her|their|my|next)",
    "soon": r"(?:(?:the )?(?:next |coming )|a |about |around )?",
    # "I'll send it Monday", but not "Monday was fine".
    "bare": r"(?:(?<=\bit\s)|(?<=\bthis\s)|(?<=\bthat\s)|(?<=\bthem\s)|(?<=\byou\s)|(?<=\bdone\s)|(?<=\bdo\s))",
    "day_of": r"(?:(?<=day\s)|(?<=business\s)|(?<=noon\s)|(?<=дня\s)|(?<=вечера\s)|(?<=утра\s))",
}

#: What the words mean, what has to stand before them in a sentence, and the words. The first line that fits counts.
#: A meaning is a function of `due.py` with its numbers, such as weeks from now and a weekday from 0.
DAYS = (
    ("date", r"{date}", r"{day} (?:of )?{month}{year}"),
    ("date", r"{month_first}", r"{month} (?:the )?{day}{year}"),
    ("date", r"{month_first}", r"{month} {nth_count}(?! (?:hundred|thousand|percent|people|[a-z]{3,}s\b)){year}"),
    ("date", r"(?:{at} )?", r"(?P<year>20\d\d)-(?P<month>\d\d)-{digits}"),
    ("date", r"(?:{at} |(?=\d\d\.))", r"(?<![\d.]){digits}\.(?P<month>0[1-9]|1[0-2]){and_year}"),
    ("date", r"(?:{at} |(?=\d\d/\d\d))", r"(?<![\d/])(?P<month>0?[1-9]|1[0-2])/{digits}{and_year}"),
    ("date", r"(?:{at} |(?=\d\d/\d\d))", r"(?<![\d/]){digits}/(?P<month>0?[1-9]|1[0-2]){and_year}"),
    ("span", r"", r"(?:in|within|over) the (?:next|coming) {unit}"),
    ("named 31", r"{edge}", r"{end_of}{month}"),
    ("named 15", r"{edge}", r"{middle_of}{month}"),
    ("day 1", r"(?:{at} )?(?:the )?", r"{day} (?:of |числа )?{next} (?:month|месяца)"),
    ("named 15", r"{at} (?:the )?", r"(?:first half of|перв(?:ой|ую) половин[еуы]) {month}"),
    ("named 31", r"{at} (?:the )?", r"(?:second half of|втор(?:ой|ую) половин[еуы]) {month}"),
    ("named 7", r"{at} (?:the )?", r"(?:first week of|перв(?:ой|ую) недел[еюи]) {month}"),
    ("named 1", r"{edge}", r"{start_of}{month}"),
    ("month 1 31", r"{edge}", r"{end_of}{next} (?:month|месяца)"),
    ("month 1 15", r"{edge}", r"{middle_of}{next} (?:month|месяца)"),
    ("month 1 1", r"{edge}", r"{start_of}{next} (?:month|месяца)"),
    ("month 1 31", r"(?:{at} |(?=next))", r"{next} (?:month|месяц[ау]?|месяце)"),
    ("month 0 31", r"{edge}", r"{end_of}(?:{this} )?(?:month|месяца)"),
    ("month 0 31", r"(?:by|before) ", r"month(?:-| )end"),
    ("month 0 31", r"(?:later |(?<!не\s)в )?", r"(?<!not\s)(?:this|within the) month|этом месяце"),
    ("quarter 1", r"{edge}", r"{end_of}(?:the )?{next} (?:quarter|квартала)"),
    ("quarter 1", r"(?:{at} |(?=next))", r"{next} (?:quarter|квартале?)"),
    ("quarter 0", r"{edge}", r"{end_of}(?:{this} )?(?:quarter|квартала)"),
    ("year", r"{edge}", r"{end_of}(?:{this} )?(?:year|года)"),
    ("year", r"{to} ", r"(?:the )?(?:year(?:-| )end|new year(?:'s)?(?: eve)?|нового года|новому году)"),
    ("weekday_next", r"(?:{at} )?", r"{weekday} (?:of |in |на )?{next} (?:week|недел[еи])"),
    ("weekday_next", r"(?:{at} |(?=next))", r"{next} (?:week|неделе),? (?:(?:on|в|во|к|до) )?{weekday}"),
    ("weekday_next", r"(?:{at} (?:the )?|(?=next))", r"{next} {weekday}"),
    ("week 1 4", r"{edge}", r"{end_of}{next} (?:week|недели)"),
    ("week 1 2", r"{edge}", r"{middle_of}{next} (?:week|недели)"),
    ("week 1 0", r"{edge}", r"{start_of}{next} (?:week|недели)"),
    ("week 2 4", r"(?:{at} )?", r"(?:the )?week after next"),
    ("week 1 5", r"(?:{at} |(?=next))", r"{next} (?:weekend|выходны[ехм])"),
    ("week 1 4", r"(?:(?:{at}|sometime|later|late|в течение) |(?=next))", r"{next} (?:week|недел[еиюя])"),
    ("week 0 4", r"{edge}", r"{end_of}(?:{this} |рабочей )?(?:week|недели)"),
    ("week 0 2", r"{edge}", r"{middle_of}(?:{this} )?(?:week|недели)"),
    ("week 0 4", r"", r"(?:before|until|till) (?:the )?weekend|до выходных"),
    ("week 0 5", r"(?:{at} |(?=this))(?:{this} )?", r"(?:weekend|выходны[ехм])"),
    ("week 0 4", r"(?:later )?", r"(?<!not\s)(?:this week|within the week)|(?<!не\s)на этой неделе|eow"),
    ("days 2", r"(?:{at} )?", r"(?:the )?day after tomorrow|послезавтра"),
    ("days 1", r"(?:{at} )?", r"tomorrow|завтра|завтрашн(?:его|ему) дн[яю]"),
    ("days 1", r"", r"(?:first thing in|by|before) the morning|к утру|до утра"),
    ("weekday", r"(?:{at} (?:{this} )?|(?:this|the coming|coming|to) |{bare})", r"{weekday}(?:'s \w+)?"),
    ("day 0", r"(?:{at} )?", r"{day} числ[ау]"),
    ("day 0", r"(?:by|before|until|till|later than|on|for) the |(?:до|к|на|не позднее|не позже) ", r"{big_day}"),
    ("day 0", r"(?=(?:(?:двадцать|тридцать) )?\w+го\b|\d+-?го\b)", r"{big_day}{stop}"),
    ("day 0", r"(?:by|before|until|till|on|for) the |(?:до|к|на) ", r"{small_day}{stop}"),
    ("named 1", r"", r"{to} {month}"),
    ("named 31", r"(?:in|в) ", r"{month}"),
    ("days 0", r"", r"(?:in|within) half an hour|within the hour|in the course of the day"),
    ("days 0", r"", r"(?:через|за|в течение) (?:полчаса|получаса|полтора часа|час-полтора)|в течение дня"),
    ("span", r"", r"(?:in|within|over) {soon}(?:an?|{span})(?: of)?(?: more)? {unit}(?:'s?)?(?: time)?"),
    ("span", r"", r"(?:an?|{span}) {unit} from (?:now|today)"),
    ("span", r"", r"(?:через|в течение|спустя) (?:(?:ближайш|следующ)\w+ )?(?:{span} )?{unit}"),
    ("span", r"", r"{unit} через {span}"),
    ("span", r"", r"(?:за|в (?:ближайшие|следующие)) {span} {unit}"),
    ("days 0", r"(?:later |{to} )?", r"(?:today|tonight|сегодня|this afternoon|this evening)"),
    ("days 0", r"{edge}", r"{end_of}(?:the |my )?(?:(?:business |working )?day|business)"),
    ("days 0", r"{at} ", r"{end_of}(?:рабочего |этого )?дня"),
    ("days 0", r"(?:{at} )?", r"eod|cob"),
    ("days 0", r"", r"(?:{to}|after) (?:lunch|lunchtime|noon|midday|midnight|close of business|the evening)"),
    ("days 0", r"", r"вечером|вечерком|(?:до|к) (?:вечера|вечеру|обеда|обеду|полудня|полудню|полуночи)|после обеда"),
    ("days 0", r"", r"{to} {hour}(?:{pm}|{часов})|{to} \d{1,2}:\d\d"),
    ("days 0", r"", r"(?<!one\s)(?<!two\s)(?:by|к) {hour}(?=[.,;!?…]|$)"),
)

#: These belong to a day beside them and say nothing alone.
HOURS = (
    r"(?:in the )?(?:morning|afternoon|evening)|(?:at )?night|(?:at |around )?(?:noon|midday|midnight|lunch)",
    r"first thing|end of day|sharp|{day_of}{weekday}",
    r"(?:{to}|at|around|after|в|во|после|около|часов в) {hour}(?:{pm}|{часов})?(?! (?:[a-z]{3,}s|\w+[ою]в|человек)\b)",
    r"(?:с )?утра|утром|днем|ночью|с утра пораньше|в (?:первой|второй) половине дня|в обед",
)

#: Conditions, and words that promise no day.
OPEN = (
    r"as soon as possible|asap|(?:right|straight) away|immediately|(?<!how\s)(?<!as\s)(?<!too\s)(?:very )?soon",
    r"(?:in|over|within) the (?:next|coming) (?:few )?days|(?:when|as soon as) (?:i|you|we) (?:can|get a chance)",
    r"на днях|в ближайшее время|в ближайшие дни|в скором времени|как можно (?:скорее|быстрее|раньше)|по возможности",
    r"(?:before|until|till|by|after|ahead of|prior to) (?:{the} (?:[\w-]+ ){0,2})?{event}",
    r"before (?:it|this|that|anything|everything|the \w+) (?:goes|gets|launches|ships|starts|begins|closes|opens|ends)"
    r"(?: (?:online|live|out|public|offline))?",
    r"before (?:we|they|you|he|she|i) (?:go live|launch|ship|release|deploy|leave|leaves|roll out|publish)",
    r"as soon as (?:i|you|we|he|she|they|it|the|this|that) [\w'-]+(?: [\w'-]+){0,6}",
    r"как только (?!\w+(?:л|ла|ло|ли)(?:сь|ся)?\b)\w+(?: \w+){0,4}",
    r"(?:до|к|ко|перед|после|накануне) (?!прошл|нов)(?:\w+(?:его|ого|ей|ой|их|ых|ым|им|ому|ему) ){0,2}{событие}",
)

#: No deadline although a day is named: a start, a habit, something past, a farewell.
NEVER = (
    r"(?:since|from|(?<!day\s)after|every|each|last|past|as of|с|со|от|после) (?:the )?"
    r"(?:{day} (?:of )?{month}|{month} {day}|{weekday}|{nth}|{month}|tomorrow|завтра|сегодня)"
    r"(?: (?:to|until|till|through|до) {weekday})?",
    r"(?:(?:on|в|во) )?{weekday} (?:last|на прошлой) (?:week|неделе)|{weekday} (?:to|through) {weekday}",
    r"(?:(?:on|в|во) )?(?:прошл|позапрошл|кажд)\w+ {weekday}",
    r"(?:not (?:on |this )?|(?:в|во) (?=\w+ не\b)){weekday}",
    r"by the way|at the end of the day|сегодня {weekday}|today (?:is|was|it's)|(?:for|about) today",
    r"(?:на|за) сегодня|(?:по|на) сегодняшн\w+",
    r"(?:see you|talk to you|увидимся)(?: (?:on|in|в|во))?"
    r"(?: (?:next )?(?:tomorrow|tonight|later|soon|week|завтра|{weekday}|{month}))?",
    r"(?:(?<=[.!?…,]\s)|^)до (?:завтра|вечера|встречи|скорого)(?=(?:, \w+)?[.!])",
    r"(?:за|через) (?:{span} )?{unit} (?:до|после) \w+|(?:an?|{span}) {unit} (?:before|after|later)",
    r"(?:с|from) {hour}(?:{часов})? (?:до|to|till|until) {hour}|(?:yesterday|вчера) \w+",
    r"(?:раз|once|twice) (?:an?|в) {unit}|{span} {unit} (?:ago|назад)",
)

#: What was is told, not promised: "I sent it on Friday", "on Friday it was", "в июле чистил". The first is looked for
#: in a sentence up to the day, the second right after the day, the last in the part of a sentence around the day.
_WAS = "(?:was|were|had|did|died|found|gave|lost|made|met|said|sent|told|took|went|wrote)"
PAST_BEFORE = (
    rf"\b(?:i|you|we|he|she|they|it|there|who|one)(?: (?:also|just|only|already|all|even))? "
    rf"(?:{_WAS}|(?!need|feed|proceed|agreed|decided|promised|planned)[a-z]{{2,}}ed)\b"
    r"(?:(?!\b(?:and|but|so|that (?!in\b|on\b)\w|to|will|can|could|should|would|going)\b)[^,;'])*$"
)
PAST_AFTER = rf"^(?: [\w']+){{0,3}} {_WAS}\b|^ \w+'d\b"
PAST_RU = (
    r"^(?!.*\b(?:\w+(?:ть|ться|ти)|чтобы?|бы|пусть)\b).*"
    r"\b(?!недел|модел|детал|цел|рол|отдел|дел[ао]?\b|начал[ао]\b|сначала|около|мало|канал|журнал|материал|портал|терминал"
    r"|сил|школ|стол|правил[ао]\b|михаил|реши|договор|обеща|сказа|планир)\w+[аеиоуыя]л(?:а|о|и|ся|ась|ось|ись)?\b"
)
