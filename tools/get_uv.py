"""Put a pinned uv at .tools/uv: `python3 tools/get_uv.py VERSION`.

It needs nothing but Python: where pip is there, pip fetches uv, with the index and proxy it is set up for; else the
wheel is taken from PyPI and its checksum compared.
"""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import os
import platform
import subprocess
import sys
import tempfile
import urllib.request
import zipfile
from http.client import HTTPException
from pathlib import Path
from urllib.parse import urljoin

TOOLS = Path(__file__).resolve().parent.parent / ".tools"
UV = TOOLS / "uv"
#: All files of uv, as JSON (PEP 691).
INDEX = "https://pypi.org/simple/uv/"
#: Seconds without an answer from PyPI.
TIMEOUT = 60


class CannotInstall(Exception):
    """uv is not there and cannot be brought; the text says what to do."""


def main() -> None:
    """Do nothing if the right version is there, else install it."""
    (version,) = sys.argv[1:]
    if installed() == version:
        return
    TOOLS.mkdir(exist_ok=True)
    try:
        install(by_pip(version) if importlib.util.find_spec("pip") else by_hand(version))
    except CannotInstall as error:
        sys.exit(f"uv {version} cannot be installed: {error}")


def installed() -> str | None:
    """The version at .tools/uv; None where there is none that runs."""
    try:
        said = subprocess.run([UV, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.split()[1]


def install(binary: bytes) -> None:
    """Write .tools/uv in one step, so that an interrupted setup leaves no half of it."""
    with tempfile.NamedTemporaryFile(dir=TOOLS, delete=False) as file:
        file.write(binary)
    Path(file.name).chmod(0o755)
    Path(file.name).replace(UV)


def by_pip(version: str) -> bytes:
    """The program as pip installs it into a folder of ours, which Debian's rule against system-wide pip allows."""
    with tempfile.TemporaryDirectory(dir=TOOLS) as folder:
        options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:", "--target", folder]
        command = [sys.executable, "-m", "pip", "install", *options, f"uv=={version}"]
        done = subprocess.run(command, env={**os.environ, "PIP_ROOT_USER_ACTION": "ignore"}, check=False)
        if done.returncode:
            raise CannotInstall("pip failed as it says above; check the network and the index that pip is set up for.")
        return Path(folder, "bin", "uv").read_bytes()


def by_hand(version: str) -> bytes:
    """The program out of PyPI's wheel for this machine."""
    libc = "manylinux" if platform.libc_ver()[0] == "glibc" else "musllinux"
    for file in json.loads(fetch(INDEX))["files"]:
        name = file["filename"]
        if name.startswith(f"uv-{version}-") and libc in name and platform.machine() in name:
            return program(fetch(urljoin(INDEX, file["url"])), file["hashes"]["sha256"])
    raise CannotInstall(f"PyPI has no wheel of it for {libc} {platform.machine()}; install pip and try again.")


def fetch(url: str) -> bytes:
    """What is at the address."""
    request = urllib.request.Request(url, headers={"Accept": "application/vnd.pypi.simple.v1+json, */*;q=0.1"})
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
            content: bytes = answer.read()
            return content
    except (OSError, HTTPException) as error:
        raise CannotInstall(
            f"{url} cannot be read ({error}); check the network, the proxy and the package ca-certificates."
        ) from error


def program(wheel: bytes, sha256: str) -> bytes:
    """The file `uv` in a wheel with this checksum."""
    if hashlib.sha256(wheel).hexdigest() != sha256:
        raise CannotInstall("the wheel's checksum is not the one PyPI gives; try again, and look at who is in between.")
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".data/scripts/uv"))
        return archive.read(name)


if __name__ == "__main__":
    main()
