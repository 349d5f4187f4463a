"""Who a speaker may be: tables of sentences that name somebody and of such that only look so; both sample calls."""

import json
import sys
from collections.abc import Iterable
from pathlib import Path
from types import FrameType

import pytest

from callscribe.models import Segment, Word
from callscribe.speakers.names import Suggestion, is_default, suggestions
from callscribe.summary.text import is_cyrillic

SAMPLES = Path(__file__).parents[2] / "samples"
ONE, TWO, THREE = "Speaker 1", "Speaker 2", "Speaker 3"


def call(*lines: tuple[str | None, str], language: str = "") -> list[Segment]:
    """Each line is said for 2 s, half a second after the one before; Russian where it is in Cyrillic."""
    return [
        Segment(at * 2.5, at * 2.5 + 2, text, (), language or ("ru" if is_cyrillic(text) else "en"), speaker)
        for at, (speaker, text) in enumerate(lines)
    ]


def named(found: Iterable[Suggestion]) -> list[tuple[str, str]]:
    return [(one.speaker, one.name) for one in found]


def of_one_sentence(text: str) -> list[tuple[str, str]]:
    """What is suggested where one speaker says it and another one answers."""
    return named(suggestions(call((ONE, text), (TWO, "Ok."))))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Иван, расскажи про сроки.", "Иван"),
        ("Иван, что сделано за неделю?", "Иван"),
        ("Сергей, подготовь бюджет на сервер.", "Сергей"),
        ("Что скажешь, Сергей?", "Сергей"),
        ("Спасибо, Елена.", "Елена"),
        ("Спасибо Елена.", "Елена"),
        ("Добрый день, Анна!", "Анна"),
        ("Привет, Вань!", "Ваня"),
        ("Лен, ты тут?", "Лена"),
        ("Серёж, посмотри логи.", "Серёжа"),
        ("Сереж, посмотри логи.", "Серёжа"),
        ("Ну, Саш, как дела?", "Саша"),
        ("Так, Оль, давай дальше.", "Оля"),
        ("А ты, Катя, что думаешь?", "Катя"),
        ("Иван Петрович, вы нас слышите?", "Иван Петрович"),
        ("Уважаемая Мария Сергеевна, начинайте.", "Мария Сергеевна"),
        ("Иван!", "Иван"),
        ("Иван?", "Иван"),
        ("Коллеги, добрый день. Пётр, вам слово.", "Пётр"),
        ("Петр, вам слово.", "Пётр"),
        ("Вера, расскажите о статусе.", "Вера"),
        ("Вера, вы готовы?", "Вера"),
        ("Что скажете, Надежда?", "Надежда"),
        ("Иван, кто это сделает?", "Иван"),
        ("Иван, конечно, ты прав.", "Иван"),
        ("Good morning, Mark. Thank you for joining.", "Mark"),
        ("Thanks, Mark.", "Mark"),
        ("Thanks Mark.", "Mark"),
        ("Hi Anna!", "Anna"),
        ("Mark, tell us about the release.", "Mark"),
        ("Will, what do you think?", "Will"),
        ("What do you think, Mark?", "Mark"),
        ("So, Mark, what is next?", "Mark"),
        ("Okay Anna, go ahead.", "Anna"),
        ("Over to you, Sergey.", "Sergey"),
        ("Hello, Mark Smith.", "Mark Smith"),
        ("Mark, who is responsible for this?", "Mark"),
        ("Thanks, Hope.", "Hope"),
        ("Great work, Grace.", "Grace"),
        ("Hope, can you share the numbers?", "Hope"),
        ("Good morning, April.", "April"),
        ("See you on Thursday, Mark.", "Mark"),
        ('"Mark, are you there?"', "Mark"),
    ],
)
def test_whoever_is_addressed_speaks_next(text: str, name: str) -> None:
    assert of_one_sentence(text) == [(TWO, name)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Меня зовут Иван.", "Иван"),
        ("Меня зовут Иван, я из отдела продаж.", "Иван"),
        ("Добрый день, меня зовут Иван Петрович Сидоров.", "Иван Петрович Сидоров"),
        ("Меня зовут Агафон.", "Агафон"),
        ("здравствуйте меня зовут ольга я по поводу заказа", "Ольга"),
        ("Моё имя Анна.", "Анна"),
        ("Это Иван.", "Иван"),
        ("Алло, это Иван из доставки.", "Иван"),
        ("Здравствуйте, это Алёна.", "Алёна"),
        ("Это я, Иван.", "Иван"),
        ("Иван на связи.", "Иван"),
        ("Всем привет, Сергей на связи!", "Сергей"),
        ("На связи Сергей.", "Сергей"),
        ("С вами Анна.", "Анна"),
        ("Вас беспокоит Ирина из банка.", "Ирина"),
        ("Я Ваня, разработчик.", "Ваня"),
        ("Вера на связи.", "Вера"),
        ("Hello, this is Mark.", "Mark"),
        ("Hi this is Mark from support.", "Mark"),
        ("I'm Anna.", "Anna"),
        ("Good morning everyone, I am Anna and I run the project.", "Anna"),
        ("I’m Anna.", "Anna"),
        ("My name is Anna Smith.", "Anna Smith"),
        ("My name is Ngozi, I call about the invoice.", "Ngozi"),
        ("my name is mark and i call about the invoice", "Mark"),
        ("You are speaking with Kate.", "Kate"),
        ("Mark here.", "Mark"),
        ("Good afternoon, Kate speaking, how can I help?", "Kate"),
        ("It's me, Mark.", "Mark"),
        ("I'm April.", "April"),
    ],
)
def test_whoever_introduces_themselves_has_that_name(text: str, name: str) -> None:
    assert of_one_sentence(text) == [(ONE, name)]


@pytest.mark.parametrize(
    "text",
    [
        "Иван сказал, что всё готово.",
        "Вчера Иван сделал отчёт.",
        "Я говорил с Иваном, он согласен.",
        "Иван, который пришёл вчера, всё сделал.",
        "Иван, наш директор, подписал договор.",
        "Иван, кажется, заболел.",
        "Иван, работающий в офисе, уже всё знает.",
        "Иван, Сергей и я едем в офис.",
        "Иван, и Сергей тоже, едут в офис.",
        "Придут Иван, Сергей, Анна.",
        "Это сделал наш разработчик, Иван.",
        "Иван.",
        "Нет, Иван.",
        "И Иван.",
        "Вера, надежда и любовь важны.",
        "Вера в успех помогает.",
        "Слава, деньги, успех его не интересуют.",
        "Мир, труд, май.",
        "Ген, который отвечает за это, известен.",
        "Это Иван сделал.",
        "Это Иван?",
        "Это Иван, да?",
        "А это Иван.",
        "Его зовут Иван.",
        "Как меня зовут?",
        "Меня зовут на встречу.",
        "Иван на связи?",
        "Иван слушает музыку.",
        "С вами Анна свяжется завтра.",
        "Иван — директор.",
        "Встретимся в мае, в понедельник.",
        "Хорошо, спасибо.",
        "Mark said that the tests fail.",
        "I talked to Mark yesterday.",
        "Mark this as done.",
        "Mark, who joined last week, fixed it.",
        "Mark, our new lead, fixed it.",
        "Mark, of course, fixed it.",
        "Mark, Anna and I will do it.",
        "Mark, and Anna too, will come.",
        "Christian, Jewish and Muslim.",
        "We invited Mark, Anna, Tom.",
        "I met our manager, Mark.",
        "For example, Mark.",
        "No, Mark.",
        "And Mark.",
        "Mark.",
        "Hope, as they say, dies last.",
        "Hope, faith and love.",
        "May, June and July are slow.",
        "In March, April.",
        "We moved to Richmond, Virginia.",
        "Will the release be ready, or not?",
        "See you on Monday.",
        "Monday, then.",
        "This is Mark's idea.",
        "This is Mark?",
        "This is Mark, right?",
        "I think this is Mark.",
        "And this is Mark.",
        "I'm Mark's manager.",
        "I'm sure.",
        "Her name is Anna.",
        "My name is on the list.",
        "My name is Dr. Who.",
        "Mark here the paragraph.",
        "",
        " … ",
    ],
)
def test_what_only_looks_like_it(text: str) -> None:
    assert of_one_sentence(text) == []


def test_somebody_may_greet_one_and_introduce_themselves() -> None:
    found = suggestions(call((ONE, "Hi Anna, this is Mark."), (TWO, "Hi.")))
    assert named(found) == [(ONE, "Mark"), (TWO, "Anna")]
    assert [one.votes for one in found] == [3, 1]


@pytest.mark.parametrize(
    "segments",
    [
        # Nobody answers, or not another one.
        call((ONE, "Mark, are you there?")),
        call((ONE, "Mark, are you there?"), (ONE, "Hello.")),
        # Who answers is not known.
        call((ONE, "Mark, are you there?"), (None, "Yes."), (TWO, "Yes.")),
        call((None, "Mark, are you there?"), (TWO, "Yes.")),
        call((None, "I'm Mark.")),
        # Two are asked.
        call((ONE, "Mark, are you there? Anna, can you hear me?"), (TWO, "Yes.")),
        # The sentence begins in the segment before.
        call((ONE, "We had a talk with"), (ONE, "Mark, he agrees."), (TWO, "Good.")),
        # A language without tables.
        call((ONE, "Mark, are you there?"), (TWO, "Ja."), language="de"),
    ],
)
def test_nobody_is_meant(segments: list[Segment]) -> None:
    assert suggestions(segments) == []


def test_only_the_next_turn_answers_and_only_soon() -> None:
    segments = call((ONE, "Mark, are you there?"), (TWO, "One moment."), (THREE, "Yes."))
    assert named(suggestions(segments)) == [(TWO, "Mark")]
    late = [Segment(0, 2, "Mark, are you there?", (), "en", ONE), Segment(12.1, 13, "Yes.", (), "en", TWO)]
    assert suggestions(late) == []
    assert named(suggestions([late[0], Segment(12, 13, "Yes.", (), "en", TWO)])) == [(TWO, "Mark")]


def test_whoever_is_thanked_has_spoken_before_whoever_is_asked() -> None:
    segments = call((ONE, "Thanks, Mark. Anna, what about you?"), (TWO, "All done."))
    assert named(suggestions(segments)) == [(TWO, "Anna")]


def test_an_introduction_outweighs_an_address() -> None:
    segments = call((ONE, "I'm Mark."), (TWO, "Hello."), (THREE, "Mark, hello."), (TWO, "Hello."))
    assert [(one.speaker, one.name, one.votes) for one in suggestions(segments)] == [(ONE, "Mark", 3)]


def test_a_name_with_as_many_votes_for_two_is_nobodys() -> None:
    once = call((ONE, "Mark, are you there?"), (TWO, "Yes."), (ONE, "Mark, and now?"), (THREE, "Yes."))
    assert suggestions(once) == []
    twice = [*once, *call((ONE, "Mark, good."), (THREE, "Thanks."))]
    assert [(one.speaker, one.votes) for one in suggestions(twice)] == [(THREE, 2)]


def test_the_likeliest_name_of_a_speaker_comes_first() -> None:
    segments = call((ONE, "Tom, hello."), (TWO, "Hello."), (ONE, "Bob, hello."), (TWO, "I'm Bob."), (ONE, "I'm Al."))
    assert [(one.name, one.votes) for one in suggestions(segments)] == [("Bob", 4), ("Tom", 1)]


def test_a_speaker_with_a_name_gets_none_and_keeps_it_from_others() -> None:
    segments = call((ONE, "Mark, hi."), ("Mark", "I'm Mark."), (ONE, "Mark?"), (TWO, "Yes."))
    assert suggestions(segments) == []
    assert named(suggestions(call(("Anna", "I'm Anna."), (ONE, "I'm Tom.")))) == [(ONE, "Tom")]


def test_the_evidence_is_the_weightiest_sentence_in_its_words_and_times() -> None:
    text = "Well.  I'm  Mark!  Fine."
    words = tuple(Word(10.0 + at, 10.5 + at, word, 0.9) for at, word in enumerate(text.split()))
    asked = Segment(0, 1, "Mark, hello.", (), "en", TWO, id=6)
    said = Segment(9, 20, text, words, "en", ONE, id=7)
    assert suggestions([asked, said]) == [Suggestion(ONE, "Mark", "I'm  Mark!", 11.0, 12.5, 7, 4)]
    without = Segment(9, 20, text, words[1:], "en", ONE)
    assert suggestions([asked, without]) == [Suggestion(ONE, "Mark", "I'm  Mark!", 9, 20, None, 4)]


@pytest.mark.parametrize(
    ("name", "default"),
    [("Speaker 1", True), ("Спикер 12", True), ("Speaker", False), ("Speaker 1 (Mark)", False), ("Mark", False)],
)
def test_names_the_program_gives(name: str, default: bool) -> None:
    assert is_default(name) is default


def sample(name: str, speaker: str) -> tuple[list[Segment], dict[str, str]]:
    """A sample call whose speakers have no names, and how the program calls each."""
    data = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    said = data["utterances"]
    names = {one: f"{speaker} {number}" for number, one in enumerate(dict.fromkeys(u["speaker"] for u in said), 1)}
    segments = [Segment(u["start"], u["end"], u["text"], (), data["language"], names[u["speaker"]]) for u in said]
    return segments, names


@pytest.mark.parametrize(
    ("name", "speaker", "known"),
    [("release-call-en", "Speaker", {"Anna", "Mark"}), ("planning-call-ru", "Спикер", {"Иван", "Сергей"})],
)
def test_samples(name: str, speaker: str, known: set[str]) -> None:
    segments, names = sample(name, speaker)
    assert {one.name: one.speaker for one in suggestions(segments)} == {one: names[one] for one in known}


def work(segments: list[Segment]) -> int:
    """How many functions, those of regular expressions included, are called."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        suggestions(segments)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("speakers", [(ONE, TWO), (ONE, ONE)])
def test_work_grows_with_the_length_of_the_call_alone(speakers: tuple[str, str]) -> None:
    lines = [(speakers[0], "Mark, tell us. What do you think, Anna?"), (speakers[1], "I'm Mark.")]
    short, long = work(call(*lines * 100)), work(call(*lines * 1000))
    assert 5 * short < long <= 10 * short
