"""The media store of many machines: a bucket of an S3-compatible store."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store as Bucket

from callscribe.errors import ConfigError, NotFound, Unavailable
from callscribe.ports import StoredFile
from callscribe.scratch import own_folder
from callscribe.settings import Settings
from callscribe.store.files import GONE, MEDIA_URL, key_parts

if TYPE_CHECKING:
    from obstore import ObjectMeta
    from obstore.store import S3Config, S3Credential

_PART = 5 * 2**20  # bytes: the least that S3 takes
_PARTS = 2  # in memory at once
_CHUNK = 2**20  # bytes of a fetched file in memory
_BATCH = 1000  # objects: the most that S3 deletes at once

# A store that is being restarted gets some seconds; one that says nothing is given up within half a minute. Two parts
# must be sent within that silence, so a line of less than 6 Mbit/s does not do.
_CONNECT = timedelta(seconds=5)
_SILENCE = timedelta(seconds=15)
_RETRY = timedelta(seconds=10)
_RETRIES = 4
_BACKOFF = timedelta(milliseconds=250)
# A large file over a slow line takes its time; `_SILENCE` finds the one that does not go on.
_REQUEST = timedelta(hours=1)

_BUCKET = re.compile(r"[A-Za-z0-9._-]{3,63}")
_CODE = re.compile(r"(?:<Code>|\(code: )([A-Za-z]{1,60})[<)]")
_STATUS = re.compile(r"status code: (\d{3})")

_KEYS = "CALLSCRIBE_S3_ACCESS_KEY and CALLSCRIBE_S3_SECRET_KEY"
_CREDENTIALS = f"{{store}} does not accept the credentials; correct {_KEYS}."
_REGION = "The bucket {bucket} lies in another region; correct CALLSCRIBE_S3_REGION."
#: What a user can do, by the store's code of the error.
_ADVICE = {
    "NoSuchBucket": "{store} has no bucket {bucket}; create it or correct CALLSCRIBE_MEDIA_URL.",
    "InvalidAccessKeyId": _CREDENTIALS,
    "SignatureDoesNotMatch": _CREDENTIALS,
    "InvalidToken": _CREDENTIALS,
    "ExpiredToken": _CREDENTIALS,
    "AccessDenied": f"{{store}} does not let us use the bucket {{bucket}}; allow reading, writing, listing and "
    f"deleting there, or correct {_KEYS}.",
    "AuthorizationHeaderMalformed": _REGION,
    "PermanentRedirect": _REGION,
    "RequestTimeTooSkewed": "The clocks of this machine and of the media store differ; set them.",
}


class S3Store:
    """Objects below the prefix that `media_url` names. Raises `ConfigError` for settings that cannot be right.

    Fetched files lie in `scratch` while they are used. A key that could lead elsewhere is a bug: `ValueError`.
    """

    def __init__(self, settings: Settings, scratch: Path) -> None:
        self._name, prefix = _bucket_and_prefix(settings.media_url or "")
        self._where = f"The media store at {settings.s3_endpoint}" if settings.s3_endpoint else "Amazon S3"
        self._scratch = scratch
        self._bucket = _connected(self._name, prefix, settings)

    def put(self, key: str, file: Path | BinaryIO) -> None:
        """Store a copy of a local file, read from its start; it appears under its key when it is complete."""
        key_parts(key)
        with self._translated():
            if not isinstance(file, Path):
                file.seek(0)
            obstore.put(self._bucket, key, file, chunk_size=_PART, max_concurrency=_PARTS)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        """A copy in the folder for temporary files."""
        name = key_parts(key)[-1]
        with self._translated():
            folder = own_folder(self._scratch)
        with folder:
            path = Path(folder.name) / name
            with self._translated():
                self._fetch(key, path)
            yield path

    def stat(self, key: str) -> StoredFile:
        """Its version is the store's own, or the time of the upload where it has none."""
        key_parts(key)
        with self._translated():
            found = self._head(key)
        return StoredFile(found["size"], found["e_tag"] or found["last_modified"].isoformat())

    def read(self, key: str, start: int, length: int) -> bytes:
        """`length` bytes from `start` on, fewer where the object ends before."""
        key_parts(key)
        with self._translated():
            return obstore.get_range(self._bucket, key, start=start, length=length).to_bytes()

    def delete(self, prefix: str) -> None:
        """Remove every object below the folder `prefix`."""
        key_parts(prefix)
        with self._translated():
            for found in obstore.list(self._bucket, prefix, chunk_size=_BATCH):
                obstore.delete(self._bucket, [each["path"] for each in found])

    def _head(self, key: str) -> "ObjectMeta":
        try:
            return obstore.head(self._bucket, key)
        except (BaseError, OSError) as exc:
            if _STATUS.search(str(exc)):
                obstore.get(self._bucket, key)  # only an answer to GET says what is wrong
            raise

    def _fetch(self, key: str, path: Path) -> None:
        with path.open("wb") as file:
            for chunk in obstore.get(self._bucket, key).stream(_CHUNK):
                file.write(chunk)

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except (BaseError, OSError) as exc:
            text = str(exc)
            if _code(text) == "NoSuchKey":
                raise NotFound(GONE) from exc
            # A missing object or bucket is an OSError too, but then the store has answered.
            if isinstance(exc, OSError) and not _STATUS.search(text):
                raise Unavailable(
                    f"A temporary file cannot be read or written; check disk space and permissions of {self._scratch}."
                ) from exc
            raise Unavailable(self._sentence(text)) from exc

    def _sentence(self, text: str) -> str:
        code, status = _code(text), _STATUS.search(text)
        if code in _ADVICE:
            return _ADVICE[code].format(store=self._where, bucket=self._name)
        if "/latest/api/token" in text:  # the machine was asked for its role
            return f"There are no credentials for the media store; set {_KEYS}."
        if error := code or (status and status[1]):
            return f"{self._where} reports an error ({error}); look into its log or correct CALLSCRIBE_S3_ENDPOINT."
        return f"{self._where} does not answer; look whether it runs, or correct CALLSCRIBE_S3_ENDPOINT."


def _code(text: str) -> str | None:
    if "incorrectly configured region" in text:  # all that is left of a redirection
        return "PermanentRedirect"
    found = _CODE.search(text)
    return found and found[1]


def _connected(name: str, prefix: str | None, settings: Settings) -> Bucket:
    endpoint = settings.s3_endpoint
    if endpoint and not _is_address(endpoint):
        raise ConfigError("CALLSCRIBE_S3_ENDPOINT must look like http://host:9000 or https://host.")
    key = settings.s3_access_key and settings.s3_access_key.get_secret_value()
    # Both go into a header.
    for setting, value in (("CALLSCRIBE_S3_ACCESS_KEY", key), ("CALLSCRIBE_S3_REGION", settings.s3_region)):
        if value and not value.isprintable():
            raise ConfigError(f"{setting} must be one line of printable characters.")
    return Bucket(
        name,
        prefix=prefix,
        config=_config(settings),
        credential_provider=_provider(settings),
        client_options={
            "allow_http": bool(endpoint and endpoint.startswith("http://")),
            "connect_timeout": _CONNECT,
            "read_timeout": _SILENCE,
            "timeout": _REQUEST,
        },
        retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRY, "backoff": {"init_backoff": _BACKOFF}},
    )


def _config(settings: Settings) -> "S3Config":
    config: S3Config = {"region": settings.s3_region, "virtual_hosted_style_request": False}
    if settings.s3_endpoint:
        # This one, since it goes before what AWS_* variables of the environment say.
        config["aws_endpoint_url_s3"] = settings.s3_endpoint
    return config


def _provider(settings: Settings) -> "Callable[[], S3Credential] | None":
    """Credentials given as a whole: a token in the environment, which belongs to another key, would spoil ours."""
    if settings.s3_access_key is None or settings.s3_secret_key is None:
        return None
    key, secret = settings.s3_access_key, settings.s3_secret_key
    return lambda: {
        "access_key_id": key.get_secret_value(),
        "secret_access_key": secret.get_secret_value(),
        "token": None,
        "expires_at": None,
    }


def _bucket_and_prefix(url: str) -> tuple[str, str | None]:
    scheme, _, rest = url.partition("://")
    name, _, prefix = rest.partition("/")
    prefix = prefix.strip("/")
    if scheme != "s3" or not _BUCKET.fullmatch(name) or not prefix.isprintable():
        raise ConfigError(MEDIA_URL)
    if prefix:
        try:
            key_parts(prefix)
        except ValueError as exc:
            raise ConfigError(MEDIA_URL) from exc
    return name, prefix or None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        has_port = parts.port != 0
    except ValueError:
        return False
    return bool(
        parts.scheme in {"http", "https"}
        and has_port
        and re.fullmatch(r"[A-Za-z0-9._:\[\]-]+", parts.netloc)
        and not parts.query
        and not parts.fragment
    )
