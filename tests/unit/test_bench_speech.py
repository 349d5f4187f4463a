"""The models and the memory of the measurement against faster-whisper."""

import subprocess
import sys
from pathlib import Path

import pytest
from faster_whisper import WhisperModel

from bench import whisper_sizes
from bench.speech import Run, peak_bytes, rows
from tests.service import CALL_EN

_HOLDER = "import time; held = bytearray(100_000_000); held[::4096] = bytes([1]) * len(held[::4096]); time.sleep(0.5)"
_PARENT = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {_HOLDER!r}], check=True)"


@pytest.mark.parametrize(
    ("token", "number"),
    [
        ("<|endoftext|>", 50257),
        ("<|startoftranscript|>", 50258),
        ("<|translate|>", 50358),
        ("<|transcribe|>", 50359),
        ("<|notimestamps|>", 50363),
        ("<|0.00|>", 50364),
        ("<|30.00|>", 51864),
    ],
)
def test_special_tokens_are_where_whisper_has_them(token: str, number: int) -> None:
    assert whisper_sizes.tokenizer().token_to_id(token) == number


def test_a_model_of_random_weights_takes_speech_for_english_and_writes_words(tmp_path: Path) -> None:
    folder = whisper_sizes.build("tiny", tmp_path / "tiny")
    model = WhisperModel(str(folder), device="cpu", compute_type="int8", cpu_threads=2)
    segments, info = model.transcribe(str(CALL_EN), clip_timestamps=[0, 5], max_new_tokens=20, without_timestamps=True)
    assert (info.language, info.language_probability > 0.9) == ("en", True)
    text = "".join(segment.text for segment in segments)
    assert len(set(text.split())) > 5


def test_the_memory_of_a_process_is_also_that_of_its_children() -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True) as child:
        peak = peak_bytes(child)
    assert 100e6 < peak < 250e6


def test_ratios_are_those_of_the_medians() -> None:
    bare = [
        Run(10.0, 11.0, 11.0, 1000.0, 5, 1),
        Run(12.0, 13.0, 13.0, 1200.0, 5, 1),
        Run(90.0, 91.0, 91.0, 1000.0, 5, 1),
    ]
    ours = [Run(12.0, 14.0, 14.0, 400.0, 5, 1), Run(15.0, 16.0, 16.0, 450.0, 5, 1), Run(9.0, 10.0, 10.0, 700.0, 5, 1)]
    bounded = [(row.measured, row.kept) for row in rows(bare, ours) if row.bound]
    assert bounded == [("1.00", True), ("0.45", True)]
