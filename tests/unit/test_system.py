"""What the API says of the service itself."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import av
from starlette.testclient import TestClient

from callscribe import __version__
from callscribe.media import formats
from callscribe.models import CallStatus, Notice
from callscribe.store import calls, workers
from callscribe.store.database import Database
from tests.in_process import api_over
from tests.stored_calls import new_call

Api = tuple[TestClient, Database]
README = Path(__file__).parents[2] / "README.md"
NO_MODEL = Notice("model-missing", "Pull it.")
NOBODY = "postgresql://nobody@127.0.0.1:9/nothing"


def system(client: TestClient) -> dict[str, Any]:
    response = client.get("/api/v1/system")
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def test_a_service_that_was_just_installed(api: Api) -> None:
    told = system(api[0])
    assert told.keys() == {"version", "limits", "templates", "workers", "queue"}
    assert told["version"] == __version__
    assert told["limits"] == {
        "max_upload_bytes": 500_000_000,
        "part_bytes": 8_388_608,
        "formats": formats.extensions(),
    }
    assert told["templates"][0] == "meeting"
    assert told["workers"] == [
        {"role": "asr", "count": 0, "notices": []},
        {"role": "llm", "count": 0, "notices": []},
    ]
    assert told["queue"] == {"waiting": 0, "running": 0}


def test_a_service_at_work(api: Api) -> None:
    client, database = api
    with database.transaction() as session:
        for name in ("a", "b"):
            workers.beat(session, name, "asr", [NO_MODEL])
        workers.beat(session, "r", "relay", ())
    for _ in range(3):
        call_id = new_call(database)
    with database.transaction() as session:
        calls.lock(session, call_id).status = CallStatus.PREPARING
    told = system(client)
    assert told["workers"] == [
        {"role": "asr", "count": 2, "notices": [{"code": "model-missing", "message": "Pull it."}]},
        {"role": "llm", "count": 0, "notices": []},
        {"role": "relay", "count": 1, "notices": []},
    ]
    assert told["queue"] == {"waiting": 2, "running": 1}


def test_without_the_database_nothing_can_be_said(tmp_path: Path) -> None:
    with api_over(Database(NOBODY), tmp_path) as client:
        response = client.get("/api/v1/system")
    assert response.status_code == 503
    assert response.json()["type"] == "urn:callscribe:problem:unavailable"


def test_every_format_is_one_that_ffmpeg_reads() -> None:
    for demuxer in formats.ENDINGS:
        assert av.format.ContainerFormat(demuxer, "r").is_input


def test_every_format_that_is_promised_can_be_chosen() -> None:
    (promise,) = re.findall(r"^- (MP3, .*)\. What a file is", README.read_text(), re.MULTILINE)
    promised = set(re.findall(r"\b(?:[A-Z0-9]{3,4}|WebM)\b", promise))
    assert len(promised) == 11
    assert {name.lower() for name in promised} <= set(formats.extensions())
    assert len(set(formats.extensions())) == len(formats.extensions())


def test_the_api_needs_nothing_of_the_workers() -> None:
    look = (
        "import sys\n"
        "for name in ('av', 'numpy', 'ctranslate2', 'faster_whisper', 'pocketsphinx', 'soundfile'):\n"
        "    sys.modules[name] = None\n"
        "import callscribe.api.app\n"
    )
    done = subprocess.run([sys.executable, "-c", look], check=False, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
