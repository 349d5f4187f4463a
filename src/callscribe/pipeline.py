"""What a worker does for a job: load what the stage needs, run the stage, and say how to save what it gave.

The last save is left to the worker, which does it in the transaction that finishes the job.
"""

import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from callscribe.errors import StageFailed
from callscribe.jobs import lifecycle, queue
from callscribe.jobs.queue import Job
from callscribe.media.events import Probed, Progress
from callscribe.models import DEFAULT_TEMPLATE, Brief, LanguageChoice, Stage, Summary, Transcript, Voice
from callscribe.ports import Drafts, MediaStore, Report, SpeakerEmbedder, Transcriber
from callscribe.scratch import own_folder
from callscribe.settings import Settings
from callscribe.stages.assemble import Wanted, assemble
from callscribe.stages.prepare import Finished, StoredWindow, prepare
from callscribe.stages.transcribe import listen, transcribe
from callscribe.store import calls, drafts, transcripts, voices
from callscribe.telemetry import metrics

T = TypeVar("T")

#: Writes what a stage gave, in the caller's transaction.
Save = Callable[[Session], None]


class Transact(Protocol):
    """Runs an action in a transaction of its own, and again if the database goes away meanwhile."""

    def __call__(self, action: Callable[[Session], T]) -> T:
        """What the action returns."""


#: Runs a job's stage.
Handler = Callable[[Job, Report, Transact], Save]


@dataclass(frozen=True)
class Preparing:
    """Stores windows as they are cut, so that transcription begins while the rest is still being decoded."""

    store: MediaStore
    settings: Settings
    #: Folder for temporary files.
    scratch: Path

    def __call__(self, job: Job, report: Report, transact: Transact) -> Save:
        """Returns the save that completes the preparation."""
        call = transact(lambda session: lifecycle.begin(session, job.call_id, Stage.PREPARE))
        first_index, resume_at = transact(lambda session: transcripts.stored_windows(session, job.call_id))
        length: float | None = None
        with own_folder(self.scratch) as scratch:
            steps = prepare(
                self.store,
                call.media_key,
                calls.media_folder(job.call_id),
                Path(scratch),
                window_s=self.settings.window_s,
                window_max_s=self.settings.window_max_s,
                first_index=first_index,
                resume_at=resume_at,
            )
            with closing(steps):
                for step in steps:
                    match step:
                        case Probed(facts, notices):
                            length = facts.duration
                            transact(lambda session: lifecycle.probed(session, job.call_id, facts, notices))
                        case Progress(seconds):
                            report(min(seconds / length, 1.0) if length else 0.0)
                        case StoredWindow() as stored:
                            transact(lambda session: self._save_window(session, job, stored))
                        case Finished(duration, playback_key, notices):
                            return lambda session: lifecycle.prepared(
                                session, job.call_id, duration, playback_key, notices
                            )
        raise StageFailed("The recording could not be read to its end; try again.")

    @staticmethod
    def _save_window(session: Session, job: Job, stored: StoredWindow) -> None:
        lifecycle.window_cut(session, job.call_id, stored.window, stored.audio_key, stored.peaks)
        queue.check(session, job)


@dataclass(frozen=True)
class Transcribing:
    """Turns one window into segments."""

    store: MediaStore
    engine: Transcriber
    #: What tells voices apart now; None: nothing.
    embedder: Callable[[], SpeakerEmbedder | None]

    def __call__(self, job: Job, report: Report, transact: Transact) -> Save:
        """Returns the save that replaces the window's segments."""
        call = transact(lambda session: lifecycle.begin(session, job.call_id, Stage.TRANSCRIBE))
        index = job.window_index or 0
        window, key = transact(lambda session: transcripts.window(session, job.call_id, index))
        begun = time.monotonic()
        with self.store.local(key) as audio:
            heard = transcribe(
                audio,
                window,
                LanguageChoice(call.language_asked),
                report,
                engine=self.engine,
                embedder=self.embedder(),
                vocabulary=call.vocabulary,
            )
        metrics.transcribed(window, heard, time.monotonic() - begun)
        return lambda session: lifecycle.transcribed(session, job.call_id, index, heard)


@dataclass(frozen=True)
class Assembling:
    """Finds out who speaks, over all windows at once."""

    store: MediaStore
    embedder: Callable[[], SpeakerEmbedder | None]

    def __call__(self, job: Job, report: Report, transact: Transact) -> Save:
        """Returns the save that completes the transcript."""
        call = transact(lambda session: lifecycle.begin(session, job.call_id, Stage.ASSEMBLE))
        heard = transact(lambda session: transcripts.transcript(session, job.call_id, None))
        wanted = Wanted(LanguageChoice(call.language_asked), call.speakers_asked, tuple(call.channel_names))
        embedder = self.embedder()
        known = self._voices(job, embedder, heard, report, transact) if embedder else []
        complete, notices = assemble(heard.segments, known, wanted, embedder=embedder)
        return lambda session: lifecycle.assembled(session, job.call_id, complete, notices)

    def _voices(
        self, job: Job, embedder: SpeakerEmbedder, heard: Transcript, report: Report, transact: Transact
    ) -> list[Voice]:
        """Those of all windows; where another embedder was at work, they are made anew: they cannot be compared."""
        for index in transact(lambda session: voices.windows_of_others(session, job.call_id, embedder.name)):
            report(0.0)
            self._listen_again(job, index, embedder, heard, transact)
        return transact(lambda session: voices.of_call(session, job.call_id, embedder.name))

    def _listen_again(
        self, job: Job, index: int, embedder: SpeakerEmbedder, heard: Transcript, transact: Transact
    ) -> None:
        window, key = transact(lambda session: transcripts.window(session, job.call_id, index))
        own = [segment for segment in heard.segments if window.start <= segment.start < window.end]
        with self.store.local(key) as audio:
            found = listen(audio, window, own, embedder)
        transact(lambda session: voices.replace(session, job.call_id, index, found, embedder.name))


@dataclass(frozen=True)
class StoredDrafts:
    """What was worked out for the summary of a job's call, each in a transaction of its own."""

    job: Job
    transact: Transact

    def get(self, key: str) -> str | None:
        """What was kept under the key."""
        return self.transact(lambda session: drafts.get(session, self.job.call_id, key))

    def put(self, key: str, text: str) -> None:
        """Keep a text, unless the job is no longer this worker's. Raises `Stopped`."""
        self.transact(lambda session: self._put(session, key, text))

    def _put(self, session: Session, key: str, text: str) -> None:
        queue.check(session, self.job)
        drafts.put(session, self.job.call_id, key, text)


@dataclass(frozen=True)
class Summarizing:
    """Writes the summary of a complete transcript."""

    summarize: Callable[[Transcript, Report, Brief, Drafts], Summary]

    def __call__(self, job: Job, report: Report, transact: Transact) -> Save:
        """Returns the save that completes the call."""
        call = transact(lambda session: lifecycle.begin(session, job.call_id, Stage.SUMMARIZE))
        heard = transact(lambda session: transcripts.transcript(session, job.call_id, call.language))
        brief = Brief(
            template=call.template or DEFAULT_TEMPLATE,
            language=call.summary_language,
            model=call.summary_model,
            called_on=calls.day(call),
        )
        summary = self.summarize(heard, report, brief, StoredDrafts(job, transact))
        metrics.summarized(summary)
        return lambda session: lifecycle.summarized(session, job.call_id, summary)
