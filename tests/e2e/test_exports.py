"""Calls as files, out of the running service."""

import csv
import io
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
import srt  # type: ignore[import-untyped]
import webvtt
from docx import Document

from tests.scoring import utterances, wer
from tests.service import CALL_EN, CALL_RU, Service, environment


@pytest.fixture(scope="module")
def tasks(service: Service) -> list[str]:
    """Both samples, done."""
    ids = [service.upload(sample) for sample in (CALL_EN, CALL_RU)]
    for task_id in ids:
        service.done(task_id)
    return ids


def test_both_samples_as_word_files_in_one_archive(service: Service, tasks: list[str]) -> None:
    with service.client.stream("GET", "/api/v1/export", params={"format": "docx", "task_id": tasks}) as response:
        assert (response.status_code, response.headers["content-type"]) == (200, "application/zip")
        content = response.read()
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        files = {name[len("2026-11-22 ") :]: archive.read(name) for name in archive.namelist()}
    assert files.keys() == {"release-call-en.docx", "planning-call-ru.docx"}
    for sample, decisions in ((CALL_EN, "Decisions"), (CALL_RU, "Решения")):
        document = Document(io.BytesIO(files[f"{sample.stem}.docx"]))
        assert document.core_properties.title == sample.name
        headings = [one.text for one in document.paragraphs if one.style and one.style.name == "Heading 1"]
        assert decisions in headings
        texts = [one.text for one in document.paragraphs]
        said = texts[texts.index(headings[-1]) + 1 :]
        # Each line begins with its time and its speaker.
        assert wer(utterances(sample), " ".join(line.split(": ", 1)[1] for line in said)) <= 0.10


def test_a_sample_in_the_formats_of_other_programs(service: Service, tasks: list[str]) -> None:
    def text(form: str) -> str:
        response = service.client.get(f"/api/v1/results/{tasks[1]}/export", params={"format": form, "speakers": False})
        assert response.status_code == 200, response.text
        return response.content.decode()

    said = {
        "srt": " ".join(cue.content for cue in srt.parse(text("srt"))),
        "vtt": " ".join(cue.text for cue in webvtt.from_string(text("vtt"), strict=True).captions),
        "csv": " ".join(row["text"] for row in csv.DictReader(io.StringIO(text("csv").removeprefix("\ufeff")))),
    }
    for form, words in said.items():
        assert wer(utterances(CALL_RU), words) <= 0.10, form


def test_the_command_line_writes_word_files_too(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "callscribe", "transcribe", "--format", "docx", str(CALL_RU)]
    done = subprocess.run(command, env=environment(tmp_path), check=True, capture_output=True)
    texts = [one.text for one in Document(io.BytesIO(done.stdout)).paragraphs]
    assert (texts[0], "Расшифровка" in texts, done.stderr) == (CALL_RU.name, True, b"")
