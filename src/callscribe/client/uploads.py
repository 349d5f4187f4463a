"""How recordings get to the service: small files at once, larger ones in parts, which a lost connection only delays."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Any

from pydantic import TypeAdapter

from callscribe.api.schemas.tasks import Accepted
from callscribe.api.schemas.uploads import UploadState
from callscribe.client.core import Ask
from callscribe.client.parameters import Id, place
from callscribe.client.sending import CHANGED, Part, Recording, Sent, shown
from callscribe.errors import BadMedia, BadRequest, CallScribeError
from callscribe.models import PART_BYTES

#: Seconds between two attempts to go on.
PAUSE_S = 2.0
#: A service that is restarted, or a line that is down, comes back within this time.
PATIENCE_S = 120.0

# After the last byte of a large file the API still has to put it into its store.
_STORING_S = 600.0
_STATE = TypeAdapter(UploadState).validate_json
_ACCEPTED = TypeAdapter(Accepted).validate_json


class Transfer:
    """An upload under way; the clients only send what this asks for, until it is accepted.

    Raises `Unavailable` if nothing answers: at once if it never did.
    """

    def __init__(self, first: Ask[Any], path: Path, progress: Sent | None) -> None:
        self.first = first
        self.accepted: Accepted | None = None
        self._path = path
        self._progress = progress
        self._state: UploadState | None = None
        self._unsure = False  # how much has arrived
        self._stuck_since: float | None = None

    def next(self) -> Ask[Any]:
        """What to ask now. Raises `BadMedia` where the file is not the one any more that the upload began with."""
        state = self._state
        if state is None:
            return self.first
        if self._unsure:
            return upload_state(state.upload_id)
        if state.received == state.size:
            return finish_upload(state.upload_id)
        if not self._path.is_file() or self._path.stat().st_size != state.size:
            raise BadMedia(CHANGED)
        length = min(state.part_bytes, state.size - state.received)
        return send_part(state.upload_id, self._path, state.received, length, self._progress)

    def takes(self, answer: UploadState | Accepted) -> None:
        """This is the answer."""
        self._unsure = False
        if isinstance(answer, Accepted):
            self.accepted = answer
            return
        if self._state is None or answer.received > self._state.received:
            self._stuck_since = None
        self._state = answer

    def misses(self, error: CallScribeError) -> None:
        """There was no answer, or that this part is not the next one; raises the error unless it may pass."""
        now = monotonic()
        self._unsure = True
        self._stuck_since = self._stuck_since or now
        if self._state is None or now - self._stuck_since > PATIENCE_S:
            raise error


def upload(
    path: Path | str,
    language: str = "auto",
    progress: Sent | None = None,
    *,
    again: bool = False,
    idempotency_key: str | None = None,
    vocabulary: Sequence[str] = (),
    template: str | None = None,
    summary_language: str | None = None,
    speakers: int | None = None,
    channel_names: Sequence[str] = (),
) -> Transfer:
    """Upload a recording, from the disk piece by piece; a large one goes on after a connection that is lost.

    `language` is `auto`, `ru` or `en`; `progress` is called with the bytes sent so far and those of the whole file.
    A file that is there already is not processed once more unless `again` is set: then `task_id` is that of the
    earlier task, and equal to `duplicate_of`. An upload repeated with the same `idempotency_key` is one upload.
    `vocabulary`: names and terms that may be said. `template`: that of the summary, which is in
    the language of the call, or in `summary_language` (`ru` or `en`).
    `speakers`: how many there are, if that is known. `channel_names`: who is on the left and the right of stereo calls.
    Raises `BadMedia`, `TooLarge`.
    """
    path = Path(path)
    size = path.stat().st_size if path.is_file() else 0
    if size > PART_BYTES:
        first: Ask[Any] = begin_upload(
            shown(path),
            size,
            language,
            again=again,
            idempotency_key=idempotency_key,
            vocabulary=vocabulary,
            template=template,
            summary_language=summary_language,
            speakers=speakers,
            channel_names=channel_names,
        )
        return Transfer(first, path, progress)
    form = {"language": language, "again": str(again).lower()}
    form |= {"vocabulary": "\n".join(vocabulary)} if vocabulary else {}
    form |= {"template": template} if template else {}
    form |= {"summary_language": summary_language} if summary_language else {}
    form |= {"speakers": str(speakers)} if speakers else {}
    form |= {"channel_names": "\n".join(channel_names)} if channel_names else {}
    whole = Ask(
        "POST",
        "/transcribe",
        _ACCEPTED,
        headers=_headers(idempotency_key),
        recording=Recording(path, form, progress),
        silence=_STORING_S,
    )
    return Transfer(whole, path, progress)


def begin_upload(
    filename: str,
    size: int,
    language: str = "auto",
    *,
    again: bool = False,
    idempotency_key: str | None = None,
    vocabulary: Sequence[str] = (),
    template: str | None = None,
    summary_language: str | None = None,
    speakers: int | None = None,
    channel_names: Sequence[str] = (),
) -> Ask[UploadState]:
    """Announce a file of `size` bytes, to send it in parts by yourself; `upload` does that with large files.

    The other parameters are those of `upload`. Raises `BadMedia`, `TooLarge`.
    """
    wanted = {"filename": filename, "size": size, "language": language, "again": again}
    wanted |= {"vocabulary": list(vocabulary), "template": template, "summary_language": summary_language}
    wanted |= {"speakers": speakers, "channel_names": list(channel_names)}
    return Ask("POST", "/uploads", _STATE, json=wanted, headers=_headers(idempotency_key))


def upload_state(upload_id: Id) -> Ask[UploadState]:
    """How far an upload is; the next part begins with byte `received`. Raises `NotFound`."""
    return Ask("GET", place("uploads", upload_id), _STATE)


def send_part(
    upload_id: Id, path: Path | str, offset: int, length: int = PART_BYTES, progress: Sent | None = None
) -> Ask[UploadState]:
    """Send `length` bytes of the file from `offset` on, or all up to its end.

    Raises `Conflict` where another part is the next one.
    """
    return Ask(
        "PUT", place("uploads", upload_id, "parts", offset), _STATE, part=Part(Path(path), offset, length, progress)
    )


def finish_upload(upload_id: Id) -> Ask[Accepted]:
    """Queue the recording when all parts are there; asked again, the answer is the same. Raises `Conflict` before."""
    return Ask("POST", place("uploads", upload_id, "finish"), _ACCEPTED, silence=_STORING_S)


def abandon_upload(upload_id: Id) -> Ask[None]:
    """Give up an upload: its parts are removed."""
    return Ask("DELETE", place("uploads", upload_id), lambda _: None)


def _headers(key: str | None) -> Mapping[str, str]:
    if key is not None and not (key.isascii() and key.isprintable() and key and key == key.strip()):
        raise BadRequest("idempotency_key: use printable ASCII characters, without spaces at the ends.")
    return {"Idempotency-Key": key} if key else {}
