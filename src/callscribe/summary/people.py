"""The people of a call, by the names that are said: in any case of Russian, and short as they call each other."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

from callscribe.speakers.names import is_default

_NAME = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)?")
_ENDINGS = {
    "а": ("а", "ы", "и", "е", "у", "ой", "ей", ""),
    "я": ("я", "и", "е", "ю", "ей", "ь"),
    "й": ("й", "я", "ю", "ем", "е", "и"),
    "ь": ("ь", "я", "ю", "ем", "е", "и", "ью"),
}
_CONSONANT = ("", "а", "у", "ом", "ем", "е")
#: Names that lose a vowel in other cases.
_FLEETING = {"павел": "павл", "лев": "льв"}
#: Names that are the same, each line the full ones first.
_SAME = """
    Александр Александра Саша Саня Шура / Алексей Лёша Алёша Лёха / Анастасия Настя / Анатолий Толя / Андрей Андрюша
    Анна Аня Анюта / Антон Антоша / Артём Артемий Тёма / Борис Боря / Вадим Вадик
    Валентин Валентина Валерий Валерия Валя / Валерий Валера / Варвара Варя / Василий Вася / Вероника Ника
    Виктор Витя / Виктория Вика / Виталий Виталик / Владимир Вова Володя / Владислав Влад / Вячеслав Станислав Слава
    Галина Галя / Геннадий Гена / Георгий Гоша Жора / Григорий Гриша / Даниил Данила Даня / Дарья Даша / Денис Деня
    Дмитрий Дима / Евгений Евгения Женя / Егор Егорка / Екатерина Катя Катюша / Елена Лена Леночка / Елизавета Лиза
    Иван Ваня / Игорь Игорёк / Илья Илюша / Ирина Ира / Константин Костя / Ксения Ксюша / Кристина Крис / Леонид Лёня
    Лев Лёва / Лидия Лида / Любовь Люба / Людмила Люда Люся / Максим Макс / Маргарита Рита / Мария Маша / Михаил Миша
    Надежда Надя / Наталья Наталия Наташа / Николай Коля / Ольга Оля / Павел Паша / Пётр Петя / Роман Рома
    Светлана Света / Семён Сеня / Сергей Серёжа Серёга / София Софья Соня / Станислав Стас / Степан Стёпа
    Тамара Тома / Татьяна Таня / Тимофей Тимур Тима / Фёдор Федя / Юлия Юля / Юрий Юра / Яков Яша / Ярослав Ярик
    Alexander Alexandra Alex Sasha / Andrew Andy / Anthony Tony / Benjamin Ben / Catherine Cathy / Charles Charlie
    Christopher Christine Chris / Daniel Dan Danny / David Dave / Edward Ed Eddie / Elizabeth Liz Beth
    Frederick Fred / Gregory Greg / James Jim Jimmy / Jennifer Jenny Jen / Joseph Joe / Katherine Kate Katie
    Kenneth Ken / Margaret Maggie / Matthew Matt / Michael Mike / Nicholas Nick / Patrick Patricia Pat / Peter Pete
    Philip Phil / Richard Rick Dick / Robert Rob Bob / Ronald Ron / Samuel Samantha Sam / Stephen Steven Steve
    Susan Sue / Theodore Ted / Thomas Tom Tommy / Timothy Tim / Victoria Vicky / William Will Bill / Gwendolyn Gwen
    Jonathan Jon / Joshua Josh
"""
#: With which a sentence may begin before a name, and no comma between.
_BEFORE_CALLS = frozenset(
    re.findall(r"\w+", "а и но ну так да хорошо спасибо тогда and but so hi hey hello thanks okay then")
)


class People:
    """Those who speak in a call, and the names that people have."""

    def __init__(self, speakers: Iterable[str | None]) -> None:
        self.speakers = [name for name in dict.fromkeys(speakers) if name]
        self._speakers: dict[str, str | None] = {}
        named = [name for name in self.speakers if not is_default(name)]
        for said_as in (_forms, _short):
            found: dict[str, str | None] = {}
            for name in named:
                for form in said_as(_first(name)):
                    found[form] = name if found.get(form, name) == name else None
            self._speakers = found | self._speakers

    def named(self, word: str) -> str | None:
        """Whom a word names: a speaker as the transcript calls them, or a name in the nominative; None: nobody."""
        form = _first(word)
        return self._speakers.get(form) or given_name(word)

    def called(self, text: str) -> str | None:
        """Who is spoken to by name: between commas, or first where an engine writes no punctuation."""
        is_plain = text == text.casefold()
        for match in _NAME.finditer(text):
            before, after = text[: match.start()].rstrip(), text[match.end() :].lstrip()
            name = self.named(match[0])
            if not name or not (is_plain or match[0][0].isupper()):
                continue
            if is_plain and not before and after:
                return name
            is_apart = not before or before[-1] in ",.!?…—" or _first(before.split()[-1]) in _BEFORE_CALLS
            if is_apart and (not after or after[0] in ",.!?…—") and (before or after[:1] == ","):
                return name
        return None

    def mentioned(self, text: str) -> str | None:
        """The last one of whom a text speaks by name."""
        found = [name for word in _NAME.findall(text) if word[0].isupper() and (name := self.named(word))]
        return found[-1] if found else None


def given_name(word: str) -> str | None:
    """The given name, in the nominative, that a word with a capital is a form of; None: it is none."""
    return _given().get(_first(word)) if word[:1].isupper() else None


def _first(name: str) -> str:
    return name.split(maxsplit=1)[0].casefold().replace("ё", "е") if name.strip() else ""


def _forms(name: str) -> Iterator[str]:
    """A name, folded, in all cases; also as it is called without its last vowel."""
    yield name
    if re.search("[а-я]", name):
        stem = name[:-1] if name[-1] in _ENDINGS else _FLEETING.get(name, name)
        for ending in _ENDINGS.get(name[-1], _CONSONANT):
            if len(stem + ending) > 2:
                yield stem + ending


def _short(name: str) -> Iterator[str]:
    for same in _same():
        if name in same:
            for other in same:
                yield from _forms(other)


@cache
def _same() -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(map(_first, row.split())) for row in re.split(r"/|\n", _SAME.strip()))


@cache
def _given() -> dict[str, str]:
    """Given names by their forms."""
    tables = tomllib.loads(files("callscribe.speakers").joinpath("given_names.toml").read_text(encoding="utf-8"))
    names = [name for table in tables.values() for name in table["given"].split()]
    found: dict[str, str] = {}
    for name in names:
        found[_first(name)] = name
    for name in names:
        for form in _forms(_first(name)):
            found.setdefault(form, name)
    return found
