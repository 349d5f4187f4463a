import random
from dataclasses import replace

import pytest

from callscribe.models import Segment, Transcript
from callscribe.summary.extractive import ExtractiveSummarizer
from callscribe.summary.topics import topics
from tests.transcripts import said, sample, unpunctuated

TOPICS = {
    "release-call-en": ("payment tests", "release", "budget", "customers", "report"),
    "planning-call-ru": ("тесты оплаты", "бюджет", "клиентам", "сервер"),
}
CONTRACT = (
    "Коллеги, давайте обсудим договор с поставщиком.",
    "В договоре поменяли условия оплаты, теперь предоплата тридцать процентов.",
    "Мне кажется, условия оплаты нам не подходят.",
    "Нам надо арендовать дополнительный склад, товара будет много.",
    "Аренда склада стоит двести тысяч в месяц.",
    "Ольга, посчитай, пожалуйста, бюджет по аренде.",
    "Хорошо, договор отправим юристам, по складу решим завтра. Спасибо, Ольга.",
)
HIRING = (
    "We have two open positions, a data engineer and an analyst.",
    "The data engineer position has been open since March.",
    "I talked to three candidates, one candidate declined the offer.",
    "Next, the Kafka migration. Kafka brokers were upgraded on Saturday.",
    "After the Kafka migration we lost some messages, about 200, and then another 200.",
    "Lisa, can you call the customer? Thank you, Lisa.",
    "We don't know yet, we don't want to lose the offer.",
)


def found(*texts: str, summary: str = "", speaker: str | None = None) -> tuple[str, ...]:
    return topics(said(*texts, speaker=speaker).segments, summary)


def without_speakers(transcript: Transcript) -> Transcript:
    return replace(transcript, segments=tuple(replace(one, speaker=None) for one in transcript.segments))


@pytest.mark.parametrize("call", TOPICS)
def test_a_sample_is_about_what_a_person_would_say(call: str) -> None:
    for heard in (sample(call), without_speakers(sample(call)), unpunctuated(sample(call))):
        assert ExtractiveSummarizer().summarize(heard, lambda _: None).topics == TOPICS[call]


def test_of_other_calls_too() -> None:
    assert found(*CONTRACT) == ("условия оплаты", "договор", "склад", "аренда")
    assert found(*HIRING) == ("data engineer", "kafka migration", "offer", "position", "candidate")


def test_word_forms_are_one_topic_in_its_most_frequent_form() -> None:
    assert found("Отчёт готов.", "Без отчёта нельзя.", "В отчете ошибка.", "Нет отчёта.") == ("отчёта",)


def test_what_is_said_throughout_the_call_comes_before_what_is_said_at_once() -> None:
    texts = ["The invoice is here."] + ["Nothing new."] * 20
    texts[5] = texts[10] = "The server is down."
    texts[15] = "A server. An invoice, an invoice."
    assert found(*texts) == ("server", "invoice")


def test_what_the_summary_says_again_weighs_more() -> None:
    texts = ("The budget and the server.", "The server and the budget.")
    assert found(*texts, summary="It is about the server.") == ("server", "budget")
    assert found(*texts, summary="It is about the budget.") == ("budget", "server")


def test_the_summary_alone_makes_no_topic() -> None:
    assert found("The budget grows.", "A budget is needed.", summary="The deal is closed. A deal!") == ("budget",)


def test_names_are_no_topics() -> None:
    texts = ("Anna Petrova wrote to the bank.", "Ask Anna about the bank.", "Petrova knows.")
    assert "bank" in found(*texts)
    assert found(*texts, speaker="Anna Petrova") == ("bank",)


def test_numbers_verbs_and_small_talk_are_no_topics() -> None:
    texts = ("We fixed it in 2024.", "Yes, in 2024 we will fix it, thank you.", "I'll fix it on Friday, not on Friday.")
    assert found(*texts) == ()


def test_at_most_five_and_no_word_twice() -> None:
    words = ["invoice", "server", "contract", "office", "customer", "database", "salary", "printer"]
    names = found(*[f"The {words[i % 8]} of the {words[i * 3 % 8]}." for i in range(80)])
    assert len(names) == len({word for name in names for word in name.split()}) == 5


@pytest.mark.parametrize("texts", [(), ("",), ("Hello.",), ("...", "— 12 —")])
def test_of_nothing_there_are_none(texts: tuple[str, ...]) -> None:
    assert found(*texts) == ()


def test_takes_any_text() -> None:
    chars = "аяёЁ aZ'’-.,!?0€\u0301\u200d𝔘\n"
    dice = random.Random(4)
    for _ in range(200):
        texts = ["".join(dice.choices(chars, k=60)) for _ in range(5)]
        names = topics([Segment(0, 0, text, (), "ru") for text in texts], texts[0])
        assert len(names) <= 5
        assert all(name == name.casefold() for name in names)
