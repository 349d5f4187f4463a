"""`callscribe upload`, `history`, `search` and `export` as a user runs them, against the running service."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from uuid import uuid4
from zipfile import ZipFile

import pytest

from callscribe import cli
from tests.service import CALL_EN, CALL_RU, Service, environment

NOBODY = "http://127.0.0.1:9"
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
Done = subprocess.CompletedProcess[str]


def callscribe(url: str, folder: Path, *arguments: str | Path, **variables: str) -> Done:
    ours = environment(folder, API_URL=url) | variables
    return subprocess.run(
        [sys.executable, "-m", "callscribe", *map(str, arguments)],
        env=ours,
        cwd=folder,
        check=False,
        capture_output=True,
        encoding="utf-8",
    )


@pytest.fixture
def run(
    service: Service, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Callable[..., Done]:
    """Runs a command to its end, in this process, where it begins much sooner."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CALLSCRIBE_API_URL", address(service))

    def done(*arguments: str | Path) -> Done:
        monkeypatch.setattr(sys, "argv", ["callscribe", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        said = capfd.readouterr()
        return Done(sys.argv, int(ended.value.code or 0), said.out, said.err)

    return done


@pytest.fixture
def on_screen(service: Service, tmp_path: Path) -> Callable[..., Done]:
    """Runs a command as on a screen, in a process of its own."""
    return lambda *arguments: callscribe(address(service), tmp_path, *arguments, FORCE_COLOR="1")


def address(service: Service) -> str:
    return f"http://127.0.0.1:{service.port}"


@pytest.fixture(scope="module")
def tag() -> str:
    """That of the calls of `calls`, and of no others."""
    return uuid4().hex


@pytest.fixture(scope="module")
def uploaded(service: Service, tmp_path_factory: pytest.TempPathFactory) -> Done:
    """Both samples, and a file that is not there."""
    folder = tmp_path_factory.mktemp("upload")
    return callscribe(address(service), folder, "upload", "--wait", "--again", CALL_EN, "none.mp3", CALL_RU)


@pytest.fixture(scope="module")
def calls(service: Service, uploaded: Done, tag: str) -> list[str]:
    """The ids of both samples."""
    ids = re.findall(UUID, uploaded.stdout)
    for task_id, title in zip(ids, ("Release planning", "Планёрка"), strict=True):
        change = {"title": title, "tags": [tag]}
        assert service.client.patch(f"/api/v1/tasks/{task_id}", json=change).is_success
    return ids


def clean(done: Done) -> list[str]:
    """The lines of the output of a command that has nothing else to say, without colours."""
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    return done.stdout.splitlines()


def refusal(done: Done) -> str:
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(r"Error: .+\.\n", done.stderr), done.stderr
    return done.stderr


def test_several_files_are_uploaded_and_one_that_cannot_be_holds_up_no_other(uploaded: Done) -> None:
    assert re.fullmatch(rf"{UUID} done\n{UUID} done\n", uploaded.stdout)
    assert uploaded.stderr == "none.mp3: There is no file none.mp3; give the path of a recording.\n"
    assert uploaded.returncode == 1


@pytest.mark.usefixtures("calls")
def test_what_is_there_already_is_told(run: Callable[..., Done]) -> None:
    done = run("upload", CALL_RU)
    assert done.returncode == 0
    assert re.fullmatch(rf"{UUID}\n", done.stdout)
    assert done.stderr == f"{CALL_RU}: It is there already; --again processes it once more.\n"


def test_a_call_that_fails_is_told(run: Callable[..., Done], tmp_path: Path) -> None:
    (tmp_path / "letter.mp3").write_text("no sound")
    done = run("upload", "--wait", "letter.mp3")
    assert re.fullmatch(rf"{UUID} failed\n", done.stdout)
    assert re.fullmatch(r"letter\.mp3: .*not an audio or video file.*\.\n", done.stderr)
    assert done.returncode == 1


def test_a_bar_does_not_get_among_the_ids(on_screen: Callable[..., Done]) -> None:
    done = on_screen("upload", CALL_EN)
    assert re.fullmatch(rf"{UUID}\n", done.stdout)
    assert "uploading release-call-en.flac" in done.stderr


def test_the_history_is_a_table(run: Callable[..., Done], calls: list[str], tag: str) -> None:
    head, *rows = clean(run("history", "--tag", tag, "--sort", "title", "--status", "done"))
    assert head.split() == ["id", "called", "length", "language", "status", "title", "tags"]
    moment = r"\d{4}-\d\d-\d\d \d\d:\d\d"
    for row, task_id, words in zip(
        rows, calls, ("00:01:02  en .*Release planning", "00:01:01  ru .*Планёрка"), strict=True
    ):
        assert re.fullmatch(rf"{task_id}  {moment}  {words} +{tag} *", row)
    assert clean(run("history", "--tag", tag, "--limit", "1", "--sort", "title")) == [head, rows[0]]
    assert (
        len(clean(run("history", "--tag", tag, "--from", "2020-01-01", "--language", "ru", "--text", "планёрку"))) == 2
    )
    assert len(clean(run("history", "--tag", tag, "--to", "2020-01-01"))) == 1


def test_the_history_for_programs(run: Callable[..., Done], calls: list[str], tag: str) -> None:
    tasks = json.loads("\n".join(clean(run("history", "--tag", tag, "--json", "--sort", "title"))))
    assert [task["task_id"] for task in tasks] == calls
    assert datetime.fromisoformat(tasks[0]["called_at"]).tzinfo
    assert json.loads("\n".join(clean(run("history", "--tag", uuid4().hex, "--json")))) == []


def test_the_vocabulary_and_the_kind_of_call_go_with_an_upload(run: Callable[..., Done], service: Service) -> None:
    words = ("--vocabulary", "Анна Петрова, Kubernetes", "--vocabulary", "Mark", "--template", "standup")
    (task_id,) = clean(run("upload", "--again", *words, CALL_RU))
    task = service.task(task_id)
    assert (task["vocabulary"], task["template"]) == (["Анна Петрова", "Kubernetes", "Mark"], "standup")
    service.client.delete(f"/api/v1/tasks/{task_id}").raise_for_status()


def test_a_search_shows_the_moments(run: Callable[..., Done], calls: list[str], tag: str) -> None:
    done = run("search", "payment tests", "--tag", tag)
    head, *places = done.stdout.splitlines()
    assert re.fullmatch(rf"Release planning \d{{4}}-\d\d-\d\d \d\d:\d\d  {calls[0]}", head)
    assert any(
        re.fullmatch(r"  \[00:00:2\d\] Speaker 2: I will fix the payment tests by Wednesday\.", one) for one in places
    )
    assert (done.returncode, done.stderr) == (0, "1 of 1 calls\n")
    assert "\x1b" not in done.stdout


@pytest.mark.usefixtures("calls")
def test_a_search_highlights_on_a_screen(on_screen: Callable[..., Done], tag: str) -> None:
    found = on_screen("search", "договориться", "--tag", tag).stdout
    assert re.search(r"\x1b\[[\d;]+mДоговорились\x1b\[0m", found)


def test_a_search_for_programs(run: Callable[..., Done], calls: list[str], tag: str) -> None:
    page = json.loads(run("search", "tests", "--tag", tag, "--json").stdout)
    assert [found["task"]["task_id"] for found in page["results"]] == calls[:1]


@pytest.mark.usefixtures("calls")
def test_a_search_says_what_it_looked_for(run: Callable[..., Done], tag: str) -> None:
    assert run("search", "payment", "--tag", uuid4().hex).stderr == "Nothing was found.\n"
    done = run("search", "paymnet", "--tag", tag)
    assert done.stderr.startswith("Note: There is no paymnet; this is for payment.\n")
    assert "payment" in done.stdout


def test_one_call_goes_to_standard_output(run: Callable[..., Done], service: Service, calls: list[str]) -> None:
    exported = service.client.get(f"/api/v1/results/{calls[1]}/export", params={"format": "srt"}).content.decode()
    done = run("export", calls[1], "--format", "srt")
    assert (done.returncode, done.stdout, done.stderr) == (0, exported, "")


def test_calls_become_files(run: Callable[..., Done], calls: list[str], tag: str, tmp_path: Path) -> None:
    assert clean(run("export", calls[0], "--format", "docx", "--output", "call.docx")) == []
    assert (tmp_path / "call.docx").read_bytes()[:2] == b"PK"
    assert clean(run("export", *calls, "--format", "md", "--output", "two.zip")) == []
    assert clean(run("export", "--tag", tag, "--language", "ru", "--output", "one.zip")) == []
    with ZipFile(tmp_path / "two.zip") as archive:
        assert {name.split(maxsplit=1)[1] for name in archive.namelist()} == {"Release planning.md", "Планёрка.md"}
    with ZipFile(tmp_path / "one.zip") as archive:
        assert [name.split(maxsplit=1)[1] for name in archive.namelist()] == ["Планёрка.txt"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("export", "Name the calls to export"),
        ("export a b", "give its name, as in `--output calls.zip`"),
        ("export --tag x", "give its name, as in `--output calls.zip`"),
        (f"export {ID}", "There is no call with this id"),
        (f"export {ID} --output there.txt", "There is no call with this id"),
        (f"export {ID} {ID} --output calls.zip", "no "),
        ("export x", "task_id: "),
        ("history --from yesterday", "from"),
        ("history --sort size", "sort: "),
        ("search word --sort size", "sort: "),
    ],
)
def test_what_cannot_be_done_is_one_line(run: Callable[..., Done], tmp_path: Path, words: str, sentence: str) -> None:
    assert sentence in refusal(run(*words.split()))
    assert list(tmp_path.glob("*.*")) == []


def test_a_file_that_cannot_be_written_is_one_line(run: Callable[..., Done], calls: list[str]) -> None:
    refused = refusal(run("export", calls[0], "--output", "/dev/full"))
    assert "The file /dev/full cannot be written (No space left on device)" in refused
    assert Path("/dev/full").is_char_device()


@pytest.mark.parametrize("words", ["history", "search word", f"export {ID}", f"upload {CALL_EN}"])
def test_without_a_service_every_command_says_so(
    run: Callable[..., Done], monkeypatch: pytest.MonkeyPatch, words: str
) -> None:
    monkeypatch.setenv("CALLSCRIBE_API_URL", NOBODY)
    done = run(*words.split())
    assert (done.returncode, done.stdout) == (1, "")
    about = "Error" if "upload" not in words else str(CALL_EN)
    assert re.fullmatch(rf"{about}: CallScribe does not answer at {NOBODY}; .+\.\n", done.stderr)
