import pytest

from callscribe.models import InsightKind
from callscribe.summary.cues import is_formality, is_question, kinds


@pytest.mark.parametrize(
    "sentence",
    [
        "We agreed to hire two people.",
        "We've decided not to renew the contract.",
        "Let's postpone the demo to June.",
        "We'll go with the second option.",
        "Our next meeting is on Monday.",
        "Agreed, we ship the beta on Monday.",
        "Мы договорились о скидке десять процентов.",
        "Принято решение закрыть проект.",
        "Давайте перенесём встречу на среду.",
        "Решили взять второй вариант.",
        "Созвонимся в понедельник.",
    ],
)
def test_finds_decisions(sentence: str) -> None:
    assert InsightKind.DECISION in kinds(sentence)
    assert InsightKind.DECISION in kinds(sentence.lower().rstrip("."))


@pytest.mark.parametrize(
    "sentence",
    [
        "Could you send me the contract?",
        "I'll also check the logs tonight.",
        "Mark will prepare the slides.",
        "You need to update the documentation.",
        "The invoice needs to be paid by Friday.",
        "Don't forget to call the bank.",
        "Можешь прислать мне договор?",
        "Марина, возьмёшь на себя переговоры?",
        "Пришли мне, пожалуйста, договор.",
        "Иван подготовит презентацию к среде.",
        "Надо обновить документацию.",
        "Не забудь позвонить в банк.",
        "Ты должен проверить логи.",
        "Я займусь этим завтра.",
        "Свяжитесь с клиентом до пятницы.",
        "Ещё нужно будет обновить сертификат.",
    ],
)
def test_finds_action_items(sentence: str) -> None:
    assert kinds(sentence) == {InsightKind.ACTION_ITEM}


@pytest.mark.parametrize(
    "sentence",
    [
        "I will.",
        "I will be late.",
        "I agree with you.",
        "You will see that the server is slow.",
        "We have test failures on the payment page.",
        "Let us start.",
        "Let's see what happens.",
        "We have not decided anything yet.",
        "They sent the report last week.",
        "It will rain on Friday.",
        "How long do you need to fix the tests?",
        "Мы ещё не решили этот вопрос.",
        "Клиенты пришли вчера.",
        "Мы вышли на новый рынок.",
        "Он отправил письмо вчера.",
        "Давайте начнём.",
        "Давайте посмотрим на графики.",
        "Нужно понимать, что сервер старый.",
        "Как вы думаете, когда это закончится?",
        "Ещё нам нужен новый сервер.",
        "Надо сказать, что продажи выросли.",
        "Это может занять неделю.",
    ],
)
def test_leaves_other_sentences_alone(sentence: str) -> None:
    assert kinds(sentence) == set()


@pytest.mark.parametrize(
    "sentence", ["Ready?", "what about the price", "is it ready", "Иван, что сделано", "где отчёт"]
)
def test_knows_a_question(sentence: str) -> None:
    assert is_question(sentence)


@pytest.mark.parametrize(
    "sentence", ["Search is now faster.", "search is now faster", "я знаю, что делать", "Когда-то."]
)
def test_knows_a_statement(sentence: str) -> None:
    assert not is_question(sentence)


@pytest.mark.parametrize("sentence", ["Thank you for joining the call.", "Начнём планёрку по проекту.", "До встречи."])
def test_knows_a_formality(sentence: str) -> None:
    assert is_formality(sentence)
