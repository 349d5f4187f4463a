import pytest

from callscribe.models import InsightKind
from callscribe.summary.cues import Act, Doer, act, is_formality, is_question, is_unknown, kinds


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
        "So we switch the shop over on Monday night.",
        "The second week of May it is.",
        "Then it's two people on call from October on.",
        "Okay, the blue version then.",
        "From now on the sales team is in charge of it.",
        "Beta on the fourteenth of September, agreed.",
        "Then prices stay as they are for the whole quarter.",
        "We're postponing the demo.",
        "Let's have them rebuilt, please.",
        "До понедельника ничего не выкатываем.",
        "На этом останавливаемся.",
        "Всё, читаем файл кусками, библиотеку не трогаем.",
        "Тогда переезжаем в ночь на воскресенье.",
        "Значит, на показ выносим две вещи.",
        "Мы не будем менять тариф.",
        "Запускайте второй вариант.",
        "Two coaches, then.",
        "Okay, we'll go without the second speaker.",
        "Fine, no music at all then.",
        "You've convinced me, the red one.",
        "Nobody touches the boiler until the plumber has been here.",
        "Let's call it six thousand.",
        "So from January the fee is ninety.",
        "Scrap the raffle.",
        "Then we'll have it on the second floor.",
        "Half past nine works for everyone.",
        "Тогда без оркестра.",
        "Ладно, пусть будет вторник.",
        "Раз так, едем на поезде.",
        "Всё, никаких конкурсов.",
        "Отменяйте бронь.",
        "Ладно, убедили, зелёный.",
        "С этого месяца платим по факту.",
        "Хорошо, тогда аванс тридцать процентов.",
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
        "I'm doing the survey on the twentieth.",
        "Leave the invoice to me.",
        "I can have a breakdown for you by Monday.",
        "Somebody's got to go through it before the audit.",
        "They'll be rebuilt by six tonight.",
        "Это тогда на Павле.",
        "Запишите на меня.",
        "You'll have the list from me by noon.",
        "The floor plans are on me.",
        "Rashid has to have that port open by Friday.",
        "Отчёт на мне.",
        "Беру до пятницы.",
        "Завтра скину текст.",
        "Инструкция с меня.",
        "Памятка на тебе, ладно?",
        "Лёша, наберёшь клиента на днях?",
        "К понедельнику отдам макеты.",
        "Договор завтра будет у вас.",
        "I'd best warn the neighbours.",
        "You'll have a price by six.",
        "They'll all be gone by Sunday night.",
        "I'm onto the council again tomorrow.",
        "I can bring the keys back tonight.",
        "Me, I suppose.",
        "I'll have a word with the landlord.",
        "Ring the plumber, please.",
        "Send me the invoice.",
        "Dennis, you do the cake.",
        "Завтра же звоню в типографию.",
        "Договор везу завтра.",
        "Справки собираю я.",
        "Будет вам список.",
        "Смету жду до четверга.",
        "Тёте Вале я сама скажу.",
        "Лида встретит гостей.",
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
        "If it rains, I'll send the van.",
        "Maybe I'll write a book.",
        "Если что, я позвоню.",
        "Сейчас открою таблицу.",
        "Секундочку, я дверь закрою.",
        "Она работает на Садовой.",
        "Я бы проверил логи.",
        "Я не успею.",
        "Передай ему привет.",
        "Он сказал: «Добавьте товар».",
        "So we were down for two hours.",
        "We went with them in March.",
        "Это ещё летом решили.",
        "А если сложим, то будет две.",
        "Then it rained all day.",
        "Good, so it's working again.",
        "Okay, so the roof leaks in two places.",
        "I'm talking myself out of it.",
        "Let me share my screen.",
        "Take it easy.",
        "I'm going to be honest with you.",
        "Значит, в среду он приехал.",
        "Всё идёт хорошо.",
        "Завтра обещают дождь.",
        "Тут без бутылки не разберёшься.",
        "Знаем мы эти обещания.",
        "Она завтра улетает.",
        "Я сама удивляюсь.",
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


@pytest.mark.parametrize(
    ("sentence", "wanted"),
    [
        ("I'll send it, and Tom will check it.", Act(Doer.SPEAKER, None, is_vague=False)),
        ("That one is mine.", Act(Doer.SPEAKER, None, is_vague=True)),
        ("Tom will check it.", Act(Doer.NAMED, "Tom", is_vague=False)),
        ("Подготовьте отчёт.", Act(Doer.LISTENER, None, is_vague=False)),
        ("Отчёт на мне.", Act(Doer.SPEAKER, None, is_vague=True)),
        ("Мы отправим договор до среды.", Act(Doer.WE, None, is_vague=False)),
        ("Надо обновить сайт.", Act(Doer.NOBODY, None, is_vague=False)),
        ("It is late.", None),
    ],
)
def test_knows_who_is_to_do_it(sentence: str, wanted: Act | None) -> None:
    assert act(sentence) == wanted


@pytest.mark.parametrize(
    "sentence",
    [
        "No idea, honestly.",
        "Polish, I'm not sure.",
        "Your guess is as good as mine.",
        "That depends on the weather.",
        "Nobody's told us.",
        "Без понятия.",
        "Надо уточнить.",
        "А кто его знает.",
        "Не помню уже.",
        "Как повезёт.",
    ],
)
def test_knows_who_does_not_know(sentence: str) -> None:
    assert is_unknown(sentence)


@pytest.mark.parametrize("sentence", ["There are, I don't know, forty.", "I know.", "Ты не знаешь?", "Я уточнила."])
def test_a_manner_of_speaking_is_knowledge(sentence: str) -> None:
    assert not is_unknown(sentence)


@pytest.mark.parametrize("sentence", ["Thank you for joining the call.", "Начнём планёрку по проекту.", "До встречи."])
def test_knows_a_formality(sentence: str) -> None:
    assert is_formality(sentence)
