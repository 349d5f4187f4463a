"""`callscribe transcribe` and `callscribe models` as a user runs them, with and without a model and a network."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import webvtt

from tests.fake_hub import hub
from tests.media_files import speech, write_wav
from tests.scoring import utterances, wer
from tests.service import CALL_EN, CALL_RU, MODEL, Service, environment

#: Utterances in `beginning`.
_FEW = 4
#: Nothing listens here.
NO_HUB = "http://127.0.0.1:9"
ADVICE = "callscribe models pull small"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder, and in it one for temporary files."""
    folder = tmp_path_factory.mktemp("cli")
    (folder / "tmp").mkdir()
    return folder


def callscribe(
    data: Path, *arguments: str | Path, endpoint: str = NO_HUB, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end; `settings` as `ASR_MODEL="auto"`."""
    ours = {"HF_ENDPOINT": endpoint, "COLUMNS": "200", "TMPDIR": str(data / "tmp")}
    variables = environment(data, **settings) | ours
    command = [sys.executable, "-m", "callscribe", *map(str, arguments)]
    return subprocess.run(command, env=variables, check=False, capture_output=True, encoding="utf-8")


def transcribed(data: Path, *arguments: str | Path, **settings: str) -> str:
    """What `callscribe transcribe` writes; it has nothing else to say."""
    done = callscribe(data, "transcribe", *arguments, **settings)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one line that a command that fails says."""
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    assert re.fullmatch(r"Error: .+\.\n", done.stderr), done.stderr
    return done.stderr


def beginning(folder: Path, sample: Path = CALL_EN) -> Path:
    """The first few utterances of a call."""
    return write_wav(folder / "call.wav", speech(sample, utterances(sample)[_FEW]["start"] - 0.2))


SPEAKER = r"(?:Speaker|Спикер) \d+: "


def words_of(form: str, output: str) -> str:
    """What was said, out of a transcript in any format."""
    if form == "json":
        return str(json.loads(output)["transcription"])
    if form == "txt":
        lines = output.split("\n\n", maxsplit=1)[0]
        return "\n".join(re.findall(rf"^\[[\d:]+\] (?:{SPEAKER})?(.+)$", lines, re.MULTILINE))
    cues = " ".join(cue.text for cue in webvtt.from_buffer(io.StringIO(output), format=form).captions)
    return re.sub(SPEAKER, "", cues)


@pytest.mark.parametrize("form", ["txt", "json", "srt", "vtt"])
@pytest.mark.parametrize(("sample", "heading"), [(CALL_EN, "Decisions"), (CALL_RU, "Решения")], ids=["en", "ru"])
def test_a_sample_in_every_format(data: Path, sample: Path, heading: str, form: str) -> None:
    output = transcribed(data, sample, "--format", form)
    assert wer(utterances(sample), words_of(form, output)) <= 0.10
    if form == "txt":
        assert heading in output.splitlines()
    if form == "json":
        assert json.loads(output)["decisions"]
    assert not list((data / "tmp").iterdir())


def test_without_a_summary(data: Path, tmp_path: Path) -> None:
    output = transcribed(data, beginning(tmp_path), "--no-summary", "--format", "json")
    result = json.loads(output)
    assert result["segments"]
    assert (result["summary"], result["key_points"], result["participants"]) == (None, [], [])


def test_a_file_that_cannot_be_used_is_one_line(data: Path, tmp_path: Path) -> None:
    text = tmp_path / "call.mp3"
    text.write_text("no sound")
    assert "not an audio or video file" in refusal(callscribe(data, "transcribe", text))
    for path in (tmp_path / "none.mp3", tmp_path):
        assert f"no file {path}" in refusal(callscribe(data, "transcribe", path))
    assert not list((data / "tmp").iterdir())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"WINDOW_S": "long"}, "CALLSCRIBE_WINDOW_S: "),
        ({"WINDOW_S": "900"}, "Error: CALLSCRIBE_WINDOW_MAX_S must not be smaller than CALLSCRIBE_WINDOW_S."),
        ({"LOG_LEVEL": "LOUD"}, "CALLSCRIBE_LOG_LEVEL: "),
        ({"ASR_MODEL": "giant"}, "no speech model called `giant`; choose one of tiny, base, small"),
        ({"ASR_MODEL": "/usr"}, "no speech model in /usr"),
        ({"ASR_MODEL": "small"}, ADVICE),
    ],
)
def test_a_wrong_setting_is_one_line(data: Path, tmp_path: Path, settings: dict[str, str], words: str) -> None:
    assert words in refusal(callscribe(data, "transcribe", beginning(tmp_path), **settings))


def test_a_result_that_cannot_be_written_is_one_line(data: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "callscribe", "transcribe", "--no-summary", str(beginning(tmp_path))]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, env=environment(data), check=False, stdout=full, stderr=subprocess.PIPE)
    assert done.returncode == 1
    assert re.fullmatch(rb"Error: The result cannot be written \(No space left on device\).+\n", done.stderr)


def test_without_a_model_english_is_read_by_the_built_in_recogniser(data: Path, tmp_path: Path) -> None:
    whole = utterances(CALL_EN)
    for file, language, said in [(CALL_EN, "auto", whole), (beginning(tmp_path), "en", whole[:_FEW])]:
        done = callscribe(data, "transcribe", file, "--language", language, ASR_MODEL="auto")
        assert done.returncode == 0, done.stderr
        assert wer(said, words_of("txt", done.stdout)) <= 0.25
        assert re.search(rf"^Note: .+ makes many mistakes.+`{ADVICE}`.+$", done.stderr, re.MULTILINE)


def test_without_a_model_russian_fails(data: Path, tmp_path: Path) -> None:
    for language, model in (("auto", "small"), ("ru", "gigaam-v3-e2e-rnnt")):
        done = callscribe(data, "transcribe", beginning(tmp_path, CALL_RU), "--language", language, ASR_MODEL="auto")
        assert f"`callscribe models pull {model}`" in refusal(done)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One that has no model and no network."""
    service = Service(tmp_path_factory.mktemp("auto") / "data", ASR_MODEL="auto")
    service.environment["HF_ENDPOINT"] = NO_HUB
    with service:
        yield service


def warnings(service: Service, task_id: str) -> set[str]:
    return {warning["code"] for warning in service.task(task_id)["warnings"]}


def test_a_model_that_is_pulled_is_used_without_a_restart(service: Service, tmp_path: Path) -> None:
    english = service.upload(beginning(tmp_path))
    russian = [service.upload(beginning(tmp_path, CALL_RU), language) for language in ("ru", "auto")]
    assert service.done(english)["segments"]
    assert "builtin_speech_model" in warnings(service, english)
    for task_id in russian:
        error = service.finished(task_id)["error"]
        assert error["code"] == "model-missing"
        assert "`callscribe models pull " in error["message"]
    with hub(MODEL) as endpoint:
        pulled = callscribe(service.data, "models", "pull", "small", endpoint=endpoint)
    assert (pulled.returncode, pulled.stdout) == (0, "")
    assert re.fullmatch(r"small is in .+/small \(licence: MIT, huggingface\.co/Systran/faster-\S+\)\n", pulled.stderr)
    assert re.search(r"^small .* yes +auto: others", callscribe(service.data, "models", "list").stdout, re.MULTILINE)
    for task_id in russian:
        assert service.client.post(f"/api/v1/tasks/{task_id}/retry").status_code == 202
        assert wer(utterances(CALL_RU)[:_FEW], service.done(task_id)["transcription"]) <= 0.10
        # GigaAM is what `auto` takes for Russian, and is not there.
        assert warnings(service, task_id) & {"builtin_speech_model", "second-best-model"} == {"second-best-model"}


def test_several_may_pull_a_model_at_once(tmp_path: Path) -> None:
    with hub(MODEL) as endpoint, ThreadPoolExecutor(3) as threads:
        pulls = [threads.submit(callscribe, tmp_path, "models", "pull", "tiny", endpoint=endpoint) for _ in range(3)]
        assert [pull.result().returncode for pull in pulls] == [0, 0, 0]
    assert " yes " in callscribe(tmp_path, "models", "list").stdout


def test_a_model_that_cannot_be_pulled_is_one_line(data: Path, tmp_path: Path) -> None:
    assert "callscribe models pull base" in refusal(callscribe(data, "models", "pull", "base"))
    assert "no speech model called `giant`" in refusal(callscribe(data, "models", "pull", "giant"))
    listed = callscribe(tmp_path, "models", "list")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert " yes " not in listed.stdout
    assert all(not row["folder"] for row in json.loads(callscribe(tmp_path, "models", "list", "--json").stdout))
