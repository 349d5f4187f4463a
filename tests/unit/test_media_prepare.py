"""The whole way of a file through `pipeline.run`, format by format; the child process has a test file of its own."""

from collections.abc import Callable
from math import ceil
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from callscribe.errors import BadMedia
from callscribe.media.events import Cut, Event, Prepared, Probed
from callscribe.media.pipeline import Request, run
from callscribe.models import MediaFacts
from tests.media_files import CALL_EN, Samples, encode, speech, tone, truncate, write_wav

SECONDS = 6.0
#: MP3 without tags and headers, which can be spliced as recorders do.
PLAIN = {"write_xing": "0", "id3v2_version": "0"}


class Result:
    """What the events of a run add up to."""

    def __init__(self, events: list[Event]) -> None:
        first, last = events[0], events[-1]
        assert isinstance(first, Probed)
        assert isinstance(last, Prepared)
        self.facts: MediaFacts = first.facts
        self.notices = [notice.code for notice in first.notices + last.notices]
        self.duration, self.playback = last.duration, last.playback
        self.cuts = [event for event in events if isinstance(event, Cut)]
        self.samples: Samples = np.concatenate([np.zeros(0, np.int16), *(_read(cut.audio) for cut in self.cuts)])


def prepared(source: Path, *, window_s: float = 20, resume_at: float = 0.0, first_index: int = 0) -> Result:
    folder = source.parent / "out"
    folder.mkdir(exist_ok=True)
    return Result(list(run(Request(source, folder, window_s, 2 * window_s, resume_at, first_index))))


def _read(path: Path) -> Samples:
    samples, rate = soundfile.read(path, dtype="int16", always_2d=True)
    assert rate == 16000
    return np.asarray(samples.mean(axis=1), np.int16)


def lag(heard: Samples, expected: Samples) -> float:
    """Seconds by which `heard` is late."""
    size = 2 * max(len(heard), len(expected))
    product = np.fft.rfft(heard.astype(float), size) * np.fft.rfft(expected.astype(float), size).conj()
    shift = int(np.argmax(np.fft.irfft(product)))
    return (shift if shift < size // 2 else shift - size) / 16000


@pytest.mark.parametrize(
    ("name", "codec", "facts", "copied"),
    [
        ("call.mp3", "libmp3lame", ("mp3", "mp3"), False),
        ("call.wav", "pcm_s16le", ("wav", "pcm_s16le"), True),
        ("mulaw.wav", "pcm_mulaw", ("wav", "pcm_mulaw"), True),
        ("alaw.wav", "pcm_alaw", ("wav", "pcm_alaw"), True),
        ("vorbis.ogg", "vorbis", ("ogg", "vorbis"), True),
        ("opus.ogg", "libopus", ("ogg", "opus"), True),
        ("call.m4a", "aac", ("mov,mp4,m4a,3gp,3g2,mj2", "aac"), False),
        ("call.flac", "flac", ("flac", "flac"), False),
        ("call.amr", "libopencore_amrnb", ("amr", "amr_nb"), True),
        ("call.wma", "wmav2", ("asf", "wmav2"), True),
    ],
)
def test_audio_formats(tmp_path: Path, name: str, codec: str, facts: tuple[str, str], copied: bool) -> None:
    source = encode(CALL_EN, tmp_path / name, codec, seconds=SECONDS)
    result = prepared(source.rename(tmp_path / "upload.bin"))
    assert (result.facts.container, result.facts.codec) == facts
    assert not result.facts.has_video
    assert result.notices == []
    assert result.duration == pytest.approx(SECONDS, abs=0.1)
    assert len(result.samples) == round(result.duration * 16000)
    assert abs(lag(result.samples, speech(seconds=SECONDS))) < 0.05
    assert (result.playback is not None) == copied


@pytest.mark.parametrize(
    ("name", "codec", "video"),
    [
        ("a.mp4", "aac", "libx264"),
        ("a.mkv", "aac", "libx264"),
        ("a.webm", "libopus", "libvpx"),
        ("a.mov", "aac", "mpeg4"),
    ],
)
@pytest.mark.parametrize("start_at", [0.0, 5.0])
def test_sound_of_videos_is_where_the_video_has_it(
    tmp_path: Path, name: str, codec: str, video: str, start_at: float
) -> None:
    result = prepared(encode(CALL_EN, tmp_path / name, codec, seconds=SECONDS, video=video, start_at=start_at))
    assert result.facts.has_video
    assert result.notices == []
    assert lag(result.samples, speech(seconds=SECONDS)) == pytest.approx(start_at, abs=0.03)
    assert result.playback
    assert lag(_decoded(result.playback), result.samples) == pytest.approx(0, abs=0.03)


def _decoded(path: Path) -> Samples:
    with av.open(str(path)) as container:
        resampler = av.AudioResampler("s16", "mono", 16000)
        frames = [*container.decode(container.streams.audio[0]), None]
        parts = [part.to_ndarray()[0] for frame in frames for part in resampler.resample(frame)]
    return np.concatenate(parts).astype(np.int16)


def test_audio_alone_that_starts_late(tmp_path: Path) -> None:
    result = prepared(encode(CALL_EN, tmp_path / "a.webm", "libopus", seconds=SECONDS, start_at=5.0))
    assert lag(result.samples, speech(seconds=SECONDS)) == pytest.approx(5, abs=0.03)
    assert result.cuts[0].window.speech[0].start == pytest.approx(5.3, abs=0.2)


def test_a_start_in_many_hours_is_not_believed(tmp_path: Path) -> None:
    result = prepared(encode(CALL_EN, tmp_path / "a.webm", "libopus", seconds=SECONDS, start_at=50_000.0))
    assert result.duration == pytest.approx(SECONDS, abs=0.1)
    assert result.notices == ["time_stamps"]


def test_the_first_of_two_tracks_is_used_and_said(tmp_path: Path) -> None:
    result = prepared(encode(CALL_EN, tmp_path / "a.mkv", "aac", seconds=SECONDS, audio_tracks=2))
    assert result.facts.audio_tracks == 2
    assert result.notices == ["second_audio_track"]


def test_a_stereo_mp3_that_goes_on_as_mono_loses_nothing(tmp_path: Path) -> None:
    first = encode(CALL_EN, tmp_path / "1.mp3", "libmp3lame", seconds=SECONDS, options=PLAIN)
    other = encode(CALL_EN, tmp_path / "2.mp3", "libmp3lame", seconds=SECONDS, channels=1, rate=22050, options=PLAIN)
    spliced = tmp_path / "spliced.mp3"
    spliced.write_bytes(first.read_bytes() + other.read_bytes())
    result = prepared(spliced)
    assert result.duration == pytest.approx(2 * SECONDS, abs=0.3)
    assert lag(result.samples[round(SECONDS * 16000) :], speech(seconds=SECONDS)) == pytest.approx(0, abs=0.15)
    assert result.playback


@pytest.mark.parametrize("channels", [3, 6])
def test_more_channels_are_mixed_down(tmp_path: Path, channels: int) -> None:
    soundfile.write(tmp_path / "a.wav", np.repeat(tone(1)[:, None], channels, axis=1), 16000, subtype="PCM_U8")
    result = prepared(tmp_path / "a.wav")
    assert result.facts.channels == channels
    assert np.abs(result.samples).max() > 2000


def test_a_clip_of_ten_milliseconds_is_one_window_without_speech(tmp_path: Path) -> None:
    result = prepared(write_wav(tmp_path / "a.wav", tone(0.01)))
    assert [(cut.window.end, cut.window.speech) for cut in result.cuts] == [(0.01, ())]


def test_each_window_tells_how_loud_it_is(tmp_path: Path) -> None:
    loud_then_silent = np.concatenate([tone(25), np.zeros(25 * 16000, np.int16)])
    cuts = prepared(write_wav(tmp_path / "a.wav", loud_then_silent)).cuts
    assert [len(cut.peaks) for cut in cuts] == [ceil(10 * (cut.window.end - cut.window.start)) for cut in cuts]
    levels = [level for cut in cuts for level in cut.peaks]
    assert min(levels[:240]) > 100
    assert set(levels[260:]) == {0}


def test_a_retry_goes_on_at_the_end_of_the_last_window(tmp_path: Path) -> None:
    whole = prepared(_copy_of_call(tmp_path))
    for last, cut in enumerate(whole.cuts[:-1]):
        resumed = prepared(tmp_path / "call.flac", resume_at=cut.window.end, first_index=last + 1)
        assert [cut.window for cut in resumed.cuts] == [cut.window for cut in whole.cuts[last + 1 :]]
        assert np.array_equal(resumed.samples, whole.samples[-len(resumed.samples) :])
        assert resumed.duration == whole.duration


def test_a_retry_after_the_last_window_finds_nothing_more(tmp_path: Path) -> None:
    whole = prepared(_copy_of_call(tmp_path))
    resumed = prepared(tmp_path / "call.flac", resume_at=whole.duration, first_index=len(whole.cuts))
    assert (resumed.cuts, resumed.duration) == ([], whole.duration)


def _copy_of_call(folder: Path) -> Path:
    path = folder / "call.flac"
    path.write_bytes(CALL_EN.read_bytes())
    return path


@pytest.mark.parametrize(
    ("name", "codec", "options"),
    [
        ("a.mp3", "libmp3lame", None),
        ("a.wav", "pcm_s16le", None),
        ("a.flac", "flac", None),
        ("a.amr", "libopencore_amrnb", None),
        ("a.webm", "libopus", None),
        ("a.m4a", "aac", {"movflags": "faststart"}),
    ],
)
def test_half_a_file_is_used_and_said(tmp_path: Path, name: str, codec: str, options: dict[str, str] | None) -> None:
    source = encode(CALL_EN, tmp_path / name, codec, seconds=2 * SECONDS, options=options)
    result = prepared(truncate(source, 0.5))
    assert result.duration == pytest.approx(SECONDS, abs=1.5)
    assert result.notices == ["damaged"]
    assert abs(lag(result.samples[: 3 * 16000], speech(seconds=3))) < 0.05


def test_damage_in_the_middle_becomes_silence_of_the_same_length(tmp_path: Path) -> None:
    source = encode(CALL_EN, tmp_path / "a.ogg", "libopus", seconds=4 * SECONDS)
    content = bytearray(source.read_bytes())
    middle, length = len(content) // 2, len(content) // 20
    content[middle : middle + length] = np.random.default_rng(0).bytes(length)
    source.write_bytes(content)
    result = prepared(source)
    assert result.notices == ["damaged"]
    assert result.duration == pytest.approx(4 * SECONDS, abs=0.1)
    last = round(3 * SECONDS * 16000)
    assert abs(lag(result.samples[last:], speech(seconds=4 * SECONDS)[last:])) < 0.05


def test_a_variable_bit_rate_mp3_gets_a_copy_because_players_seek_it_badly(tmp_path: Path) -> None:
    rates = [
        encode(CALL_EN, tmp_path / f"{rate}.mp3", "libmp3lame", bit_rate=rate, seconds=SECONDS, options=PLAIN)
        for rate in (64000, 128000)
    ]
    source = tmp_path / "a.mp3"
    source.write_bytes(b"".join(path.read_bytes() for path in rates))
    result = prepared(source)
    assert result.playback
    assert result.notices == []


def test_the_playback_copy_keeps_both_channels_and_has_its_index_in_front(tmp_path: Path) -> None:
    stereo = np.stack([tone(3), np.zeros(3 * 16000, np.int16)], axis=1)
    playback = prepared(encode(write_wav(tmp_path / "a.wav", stereo), tmp_path / "a.ogg", "libopus")).playback
    assert playback
    content = playback.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")
    with av.open(str(playback)) as container:
        (track,) = container.streams.audio
        assert (track.codec.canonical_name, track.rate, track.channels) == ("aac", 24000, 2)
        left, right = np.concatenate([frame.to_ndarray() for frame in container.decode(track)], axis=1)
    assert np.abs(right).max() < 0.02 < np.abs(left).max()


def _text(path: Path) -> None:
    path.write_bytes(b"Dear all, these are the minutes.\n" * 500)


def _noise(path: Path) -> None:
    path.write_bytes(np.random.default_rng(0).bytes(200_000))


def _empty(path: Path) -> None:
    path.touch()


def _no_index(path: Path) -> None:
    truncate(encode(CALL_EN, path, "aac", seconds=SECONDS), 0.5)


def _mute(path: Path) -> None:
    encode(CALL_EN, path, "", seconds=1, audio_tracks=0, video="libx264")


def _no_time(path: Path) -> None:
    write_wav(path, tone(0))


def _absurd_rate(path: Path) -> None:
    write_wav(path, tone(1), rate=10)


def _playlist(path: Path) -> None:
    write_wav(path.parent / "secret.wav", tone(2))
    path.write_text(f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{path.parent}/secret.wav\n#EXT-X-ENDLIST\n")


def _list(path: Path) -> None:
    write_wav(path.parent / "secret.wav", tone(2))
    path.write_text("ffconcat version 1.0\nfile secret.wav\n")


def _subtitles(path: Path) -> None:
    path.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n\n" * 20)


@pytest.mark.parametrize(
    ("make", "name", "message"),
    [
        (_text, "a.mp3", "not an audio or video file"),
        (_noise, "a.mp3", "not an audio or video file"),
        (_empty, "a.wav", "is empty"),
        (_no_index, "a.m4a", "index is missing"),
        (_mute, "a.mp4", "no sound in this video"),
        (_no_time, "a.wav", "0 seconds long"),
        (_absurd_rate, "a.wav", "cannot be decoded"),
        (_playlist, "a.m3u8", "not an audio or video file"),
        (_list, "a.ffconcat", "not an audio or video file"),
        (_list, "a.mp3", "not an audio or video file"),
        (_subtitles, "a.srt", "not an audio or video file"),
    ],
)
def test_what_cannot_be_used_is_refused_in_its_own_words(
    tmp_path: Path, make: Callable[[Path], None], name: str, message: str
) -> None:
    make(tmp_path / name)
    with pytest.raises(BadMedia, match=message):
        prepared(tmp_path / name)
