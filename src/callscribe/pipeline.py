"""What a worker does for a job: load what the stage needs, run the stage, and say how to save what it gave.

The last save is left to the worker, which does it in the transaction that finishes the job.
"""

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
from callscribe.models import LanguageChoice, Stage, Summary, Template, Transcript
from callscribe.ports import MediaStore, Report, Transcriber
from callscribe.scratch import own_folder
from callscribe.settings import Settings
from callscribe.stages.assemble import assemble
from callscribe.stages.prepare import Finished, StoredWindow, prepare
from callscribe.stages.transcribe import transcribe
from callscribe.store import calls, transcripts

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

    def __call__(self, job: Job, report: Report, transact: Transact) -> Save:
        """Returns the save that replaces the window's segments."""
        call = transact(lambda session: lifecycle.begin(session, job.call_id, Stage.TRANSCRIBE))
        index = job.window_index or 0
        window, key = transact(lambda session: transcripts.window(session, job.call_id, index))
        with self.store.local(key) as audio:
            heard = transcribe(
                audio,
                window,
                LanguageChoice(call.language_asked),
                report,
                engine=self.engine,
                vocabulary=call.vocabulary,
            )
        return lambda session: lifecycle.transcribed(session, job.call_id, index, heard)


def assembling(job: Job, _report: Report, transact: Transact) -> Save:
    """Returns the save that completes the transcript."""
    call = transact(lambda session: lifecycle.begin(session, job.call_id, Stage.ASSEMBLE))
    heard = transact(lambda session: transcripts.transcript(session, job.call_id, None))
    complete = assemble(heard.segments, LanguageChoice(call.language_asked))
    return lambda session: lifecycle.assembled(session, job.call_id, complete.language)


@dataclass(frozen=True)
class Summarizing:
    """Writes the summary of a complete transcript."""

    summarize: Callable[[Transcript, Report, Template], Summary]

    def __call__(self, job: Job, report: Report, transact: Transact) -> Save:
        """Returns the save that completes the call."""
        call = transact(lambda session: lifecycle.begin(session, job.call_id, Stage.SUMMARIZE))
        heard = transact(lambda session: transcripts.transcript(session, job.call_id, call.language))
        summary = self.summarize(heard, report, Template(call.template or Template.MEETING))
        return lambda session: lifecycle.summarized(session, job.call_id, summary)
