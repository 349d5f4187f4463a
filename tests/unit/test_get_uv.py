import hashlib
import io
import zipfile

import pytest

from tools import get_uv


def wheel() -> bytes:
    """A wheel with the parts that matter."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("uv/__init__.py", "")
        archive.writestr("uv-1.2.3.data/scripts/uv", "the program")
        archive.writestr("uv-1.2.3.data/scripts/uvx", "another")
    return file.getvalue()


def test_the_program_is_taken_out_of_the_wheel() -> None:
    content = wheel()
    assert get_uv.program(content, hashlib.sha256(content).hexdigest()) == b"the program"


def test_a_wheel_with_another_checksum_is_refused() -> None:
    with pytest.raises(get_uv.CannotInstall, match="checksum"):
        get_uv.program(wheel(), hashlib.sha256(b"").hexdigest())


def test_a_closed_network_is_told_in_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")
    with pytest.raises(get_uv.CannotInstall, match="check the network"):
        get_uv.by_hand("1.2.3")
