import hashlib
import io
import json
import platform
import zipfile
from pathlib import Path

import pytest

from tools import get_uv


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package index with two wheels of uv 1.2.3, of which the second is for this machine."""
    libc = "manylinux_2_17" if platform.libc_ver()[0] == "glibc" else "musllinux_1_1"
    files = []
    for tag in ("win32", f"{libc}_{platform.machine()}"):
        content = wheel(f"the program for {tag}")
        name = f"uv-1.2.3-py3-none-{tag}.whl"
        (tmp_path / name).write_bytes(content)
        files.append({"filename": name, "url": name, "hashes": {"sha256": hashlib.sha256(content).hexdigest()}})
    (tmp_path / "index.json").write_text(json.dumps({"files": files}))
    monkeypatch.setattr(get_uv, "INDEX", (tmp_path / "index.json").as_uri())
    return tmp_path


def wheel(program: str) -> bytes:
    """A wheel with the parts that matter."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("uv/__init__.py", "")
        archive.writestr("uv-1.2.3.data/scripts/uvx", "another")
        archive.writestr("uv-1.2.3.data/scripts/uv", program)
    return file.getvalue()


@pytest.mark.usefixtures("index")
def test_the_program_for_this_machine_is_taken_out_of_its_wheel() -> None:
    assert get_uv.by_hand("1.2.3").decode().endswith(platform.machine())


def test_a_wheel_with_another_checksum_is_refused(index: Path) -> None:
    for file in index.glob("*.whl"):
        file.write_bytes(wheel("something else"))
    with pytest.raises(get_uv.CannotInstall, match="checksum"):
        get_uv.by_hand("1.2.3")


@pytest.mark.usefixtures("index")
def test_a_version_that_is_not_there_is_told() -> None:
    with pytest.raises(get_uv.CannotInstall, match="no wheel"):
        get_uv.by_hand("1.2.4")


def test_an_index_that_cannot_be_read_is_told(index: Path) -> None:
    (index / "index.json").unlink()
    with pytest.raises(get_uv.CannotInstall, match="check the network"):
        get_uv.by_hand("1.2.3")
