"""What is around every page, over an API that is made up."""

from collections.abc import Callable

import httpx
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from callscribe.client import CallScribe
from callscribe.errors import Unavailable
from callscribe.models import CallStatus
from callscribe.ui import app, i18n
from tests.made_up_api import Api, system, task

PAGE = "from callscribe.ui import app, frame; frame.show(app.client(), '')"
PULL = "callscribe models pull small"
Open = Callable[[], AppTest]


@pytest.fixture
def api() -> Api:
    return Api()


@pytest.fixture
def page(api: Api, monkeypatch: pytest.MonkeyPatch) -> Open:
    client = api.client()
    monkeypatch.setattr(app, "client", lambda: client)
    return lambda: AppTest.from_string(PAGE, default_timeout=60).run()


def lines(test: AppTest) -> list[str]:
    """What the strip says; there is one, or none."""
    assert not test.exception
    assert not test.error
    strips = [str(piece.proto.body) for piece in test.main.get("html") if "status" in str(piece.proto.body)]
    assert len(strips) <= 1
    return strips[0].replace('<div role="status"><p>', "").removesuffix("</p></div>").split("</p><p>") if strips else []


def test_a_service_that_lacks_nothing_is_not_spoken_of(page: Open) -> None:
    assert lines(page()) == []


def test_a_service_that_does_not_answer_is_told_once_until_it_does(api: Api, page: Open) -> None:
    api.be_down()
    test = page()
    assert len(lines(test)) == 1
    assert "does not answer" in lines(test)[0]
    assert "<code>callscribe up</code>" in lines(test)[0]
    api.refusal = None
    assert lines(test.run()) == []


def test_a_database_that_does_not_answer(api: Api, page: Open) -> None:
    api.lose_its_database()
    (line,) = lines(page())
    assert line.startswith("The database does not answer")


def test_something_else_in_its_place_is_told_in_its_own_words(api: Api, page: Open) -> None:
    api.refusal = httpx.Response(200, text="<b>It works!</b>")
    (line,) = lines(page())
    assert "is not this CallScribe" in line


def test_workers_that_are_missing(api: Api, page: Open) -> None:
    api.system = system(asr=0, llm=0)
    first, second = lines(page())
    assert "<code>callscribe worker asr</code>" in first
    assert "<code>callscribe worker llm</code>" in second


@pytest.mark.parametrize(
    ("code", "message", "part"),
    [
        ("model-missing", f"Run `{PULL}` now.", f"without internet, calls fail. To fetch it now: <code>{PULL}</code>"),
        ("model-missing", "The folder <x> is empty.", "The folder &lt;x&gt; is empty."),
        ("model-fallback", f"Run `{PULL}` now.", "To fetch them now: <code>callscribe models pull auto</code>"),
        ("llm-not-set", "Anything.", "no language model is set"),
        ("llm-unreachable", "Anything.", "the language model does not answer"),
        ("llm-model-missing", "Run `ollama pull gemma2:2b`.", "To fetch it: <code>ollama pull gemma2:2b</code>"),
        ("something-new", "Do <this> by `that`.", "Do &lt;this&gt; by <code>that</code>."),
    ],
)
def test_what_workers_lack(api: Api, page: Open, code: str, message: str, part: str) -> None:
    api.system = system(notices={code: message})
    (line,) = lines(page())
    assert part in line


def test_two_models_that_are_missing_are_one_sentence(api: Api, page: Open) -> None:
    api.system = system(notices={"model-fallback": "Run `callscribe models pull small`."})
    api.system.workers[1].notices.extend(system(notices={"model-fallback": "`gigaam` too."}).workers[0].notices)
    assert len(lines(page())) == 1


def test_it_is_told_in_russian_too(api: Api, page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "language", lambda: "ru")
    api.system = system(llm=0, notices={"model-missing": f"Run `{PULL}` now."})
    first, second = lines(page())
    assert first.startswith("Резюме сейчас не составляются")
    assert second.endswith(f"Скачать сейчас: <code>{PULL}</code>.")


def test_the_gravest_three_are_told(api: Api, page: Open) -> None:
    api.system = system(asr=0, notices={"llm-not-set": "x", "model-missing": f"`{PULL}`", "new": "New."})
    told = lines(page())
    assert len(told) == 3
    assert "callscribe worker asr" in told[0]
    assert not any("language model" in line for line in told)


def test_advice_can_be_hidden_for_a_visit_and_trouble_cannot(api: Api, page: Open) -> None:
    api.system = system(notices={"llm-not-set": "x"})
    test = page()
    test.button(key="banner-hide").click().run()
    assert lines(test) == []
    api.system = system(asr=0, notices={"llm-not-set": "x"})
    assert len(lines(test.run())) == 1
    assert not test.button


def test_the_latest_calls_are_beside_the_page_also_while_the_service_does_not_answer(api: Api, page: Open) -> None:
    api.tasks = [task(title="Budget"), task(CallStatus.FAILED, title="Release")]
    test = page()
    for _ in range(2):
        beside = "\n".join(str(piece.proto.body) for piece in test.sidebar.get("html"))
        assert "<strong>Budget</strong>" in beside
        assert '<span class="status failed">Failed</span>' in beside
        assert not test.error
        api.be_down()
        test.run()


def test_a_page_that_could_not_be_drawn_is_drawn_when_the_service_answers(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = api.client()

    def broken(_client: CallScribe) -> None:
        raise Unavailable("The database does not answer; try again in a moment.")

    monkeypatch.setattr(app, "client", lambda: client)
    monkeypatch.setattr(app, "PAGES", {"": broken})
    test = AppTest.from_string("from callscribe.ui import app; app.main()", default_timeout=60).run()
    assert not test.exception
    monkeypatch.setattr(app, "PAGES", {"": lambda _client: st.title("Drawn")})
    assert [title.value for title in test.run().title] == ["Drawn"]
