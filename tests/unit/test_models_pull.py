"""How models get here: whole, checked, and from where they were cut off, over HTTP from a hub on this machine."""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import huggingface_hub
import pytest
from typer.testing import CliRunner

from callscribe.asr import catalog
from callscribe.asr.published import MODELS
from callscribe.cli.models import app
from callscribe.errors import ConfigError, ModelMissing
from tests.fake_hub import FakeHub

WEIGHTS = "model.bin"
SIZE = 300_000


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeHub]:
    """One with a Whisper model of some noise, which the hub's client asks."""
    weights = b"".join(hashlib.sha256(b"%d" % number).digest() for number in range(SIZE // 32))
    fake = FakeHub(
        {
            "config.json": b'{"a": 1}',
            WEIGHTS: weights,
            "README.md": b"about it",
            "tokenizer.json": b"{}",
            "vocabulary.txt": b"a\nb\n",
        }
    )
    with fake.running() as address:
        monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", address)
        template = f"{address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        monkeypatch.setattr(huggingface_hub.constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
        # The client writes 10 MB at once; what it has of less is lost when a connection is cut.
        monkeypatch.setattr(huggingface_hub.constants, "DOWNLOAD_CHUNK_SIZE", 10_000)
        # The client waits a second before it tries again.
        monkeypatch.setattr("huggingface_hub.file_download.time.sleep", lambda _: None)
        yield fake


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_model_comes_with_what_it_consists_of_and_nothing_else(hub: FakeHub, tmp_path: Path) -> None:
    folder = catalog.pull("small", tmp_path)
    assert folder == tmp_path / "small" == catalog.local_folder("small", tmp_path)
    assert files(folder) == {name: content for name, content in hub.files.items() if name != "README.md"}


def test_a_model_that_is_here_is_not_asked_for(hub: FakeHub, tmp_path: Path) -> None:
    catalog.pull("small", tmp_path)
    hub.asked.clear()
    catalog.pull("small", tmp_path)
    assert hub.asked == []


def test_a_connection_that_is_cut_is_taken_up_where_it_stopped(hub: FakeHub, tmp_path: Path) -> None:
    hub.cut_after = 100_000
    catalog.pull("small", tmp_path)
    assert [first for name, first in hub.asked if name == WEIGHTS] == [0, 100_000, 200_000]
    assert files(tmp_path / "small")[WEIGHTS] == hub.files[WEIGHTS]


def test_the_next_run_goes_on_where_the_last_one_stopped(hub: FakeHub, tmp_path: Path) -> None:
    half_pull(hub, tmp_path)
    assert catalog.local_folder("small", tmp_path) is None
    hub.asked.clear()
    reported: list[tuple[int, int]] = []
    catalog.pull("small", tmp_path, lambda here, whole: reported.append((here, whole)))
    assert (WEIGHTS, 120_000) in hub.asked
    assert "config.json" not in dict(hub.asked)
    assert files(tmp_path / "small")[WEIGHTS] == hub.files[WEIGHTS]
    size = sum(len(content) for name, content in hub.files.items() if name != "README.md")
    assert reported[-1] == (size, size)
    assert reported == sorted(reported)
    assert not list(tmp_path.glob(".small.partial"))


def half_pull(hub: FakeHub, models: Path) -> None:
    """A pull that leaves 120,000 bytes of the weights."""
    partial = models / ".small.partial"
    partial.mkdir()
    (partial / "config.json").write_bytes(hub.files["config.json"])
    hub.cut_after = 120_000
    original = hub.content

    def once(name: str) -> bytes:
        hub.busy = name == WEIGHTS
        return original(name)

    hub.content = once  # type: ignore[method-assign]
    with pytest.raises(ModelMissing, match="could not be downloaded"):
        catalog.pull("small", models)
    assert (partial / f"{WEIGHTS}.incomplete").stat().st_size == 120_000
    hub.content, hub.busy, hub.cut_after = original, False, None  # type: ignore[method-assign]


def test_a_hub_that_sends_all_from_the_beginning_harms_nothing(hub: FakeHub, tmp_path: Path) -> None:
    half_pull(hub, tmp_path)
    hub.ignores_ranges = True
    catalog.pull("small", tmp_path)
    assert files(tmp_path / "small")[WEIGHTS] == hub.files[WEIGHTS]


@pytest.mark.parametrize("left", [b"x" * 1_000, b"x" * SIZE, b"x" * (SIZE + 1)], ids=["part", "whole", "more"])
def test_what_is_left_of_another_revision_is_fetched_anew(hub: FakeHub, tmp_path: Path, left: bytes) -> None:
    partial = tmp_path / ".small.partial"
    partial.mkdir()
    (partial / f"{WEIGHTS}.incomplete").write_bytes(left)
    (partial / "tokenizer.json").write_bytes(b"[]")
    catalog.pull("small", tmp_path)
    assert files(tmp_path / "small")[WEIGHTS] == hub.files[WEIGHTS]
    assert files(tmp_path / "small")["tokenizer.json"] == b"{}"


@pytest.mark.parametrize("name", [WEIGHTS, "config.json"], ids=["large", "small"])
def test_a_file_with_wrong_content_is_fetched_again_once(hub: FakeHub, tmp_path: Path, name: str) -> None:
    hub.damaged[name] = 1
    catalog.pull("small", tmp_path)
    assert [asked for asked, _ in hub.asked].count(name) == 2
    assert files(tmp_path / "small")[name] == hub.files[name]


def test_a_file_that_is_wrong_again_is_an_error_and_no_model(hub: FakeHub, tmp_path: Path) -> None:
    hub.damaged[WEIGHTS] = -1
    with pytest.raises(ModelMissing, match=r"^The file model\.bin came damaged twice from http.+; try again later"):
        catalog.pull("small", tmp_path)
    assert [asked for asked, _ in hub.asked].count(WEIGHTS) == 2
    assert catalog.local_folder("small", tmp_path) is None
    hub.damaged.clear()
    assert catalog.pull("small", tmp_path) == catalog.local_folder("small", tmp_path)


def test_a_repository_without_the_files_is_told(hub: FakeHub, tmp_path: Path) -> None:
    del hub.files["vocabulary.txt"]
    with pytest.raises(ModelMissing, match=r"no vocabulary\.\* in huggingface\.co/Systran/faster-whisper-small"):
        catalog.pull("small", tmp_path)


def test_a_model_of_onnx_comes_in_full_precision(hub: FakeHub, tmp_path: Path) -> None:
    model = MODELS["gigaam-v3-e2e-rnnt"]
    hub.files = {name: name.encode() for name in (*model.files, "v3_e2e_rnnt_encoder.int8.onnx", "v3_ctc.onnx")}
    assert set(files(catalog.pull(model.name, tmp_path))) == set(model.files)


def test_several_at_once_download_once(hub: FakeHub, tmp_path: Path) -> None:
    with ThreadPoolExecutor(3) as threads:
        pulled = list(threads.map(lambda _: catalog.pull("small", tmp_path), range(3)))
    assert pulled == [tmp_path / "small"] * 3
    assert [asked for asked, _ in hub.asked].count(WEIGHTS) == 1


def test_without_a_hub_the_error_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(huggingface_hub.constants, "ENDPOINT", "http://127.0.0.1:9")
    with pytest.raises(ModelMissing, match=r"Run `callscribe models pull small` when this machine is online, or copy"):
        catalog.pull("small", tmp_path)


def test_a_disk_that_takes_no_files_is_told(hub: FakeHub, tmp_path: Path) -> None:
    models = tmp_path / "models"
    models.write_bytes(b"a file")
    with pytest.raises(ModelMissing, match=r"cannot be written to .+ \(.+\); make room for 486 MB there"):
        catalog.pull("small", models)
    assert hub.asked == []


def test_a_folder_that_is_in_the_way_is_told(hub: FakeHub, tmp_path: Path) -> None:
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "notes.txt").touch()
    with pytest.raises(ModelMissing, match=r"small is there without the model's files; delete it"):
        catalog.pull("small", tmp_path)
    assert hub.asked == []


def pull(models: Path, *names: str) -> tuple[int, list[str]]:
    done = CliRunner().invoke(app, ["pull", *names], env=os.environ | {"CALLSCRIBE_MODELS_DIR": str(models)})
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stderr.splitlines()


def test_the_command_pulls_several_and_tells_their_licences_once(hub: FakeHub, tmp_path: Path) -> None:
    hub.files |= {name: name.encode() for name in MODELS["wespeaker"].files}
    assert pull(tmp_path, "small", "wespeaker", "small") == (
        0,
        [
            f"small is in {tmp_path}/small (licence: MIT, huggingface.co/Systran/faster-whisper-small)",
            f"wespeaker is in {tmp_path}/wespeaker (licence: CC-BY-4.0, "
            "huggingface.co/Wespeaker/wespeaker-voxceleb-resnet34-LM)",
        ],
    )
    assert pull(tmp_path, "small") == (0, [f"small is in {tmp_path}/small"])


def test_auto_pulls_all_that_auto_uses(hub: FakeHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CALLSCRIBE_ASR_DEVICE", "cpu")
    needed = [name for model in ("gigaam-v3-e2e-rnnt", "wespeaker") for name in MODELS[model].files]
    hub.files |= {name: name.encode() for name in needed}
    code, lines = pull(tmp_path, "auto")
    assert code == 0
    assert [line.split()[0] for line in lines] == ["gigaam-v3-e2e-rnnt", "small", "wespeaker"]
    assert all(catalog.local_folder(line.split()[0], tmp_path) for line in lines)


def test_names_are_looked_up_before_anything_is_downloaded(hub: FakeHub, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no speech model called `giant`"):
        pull(tmp_path, "small", "giant")
    assert hub.asked == []
