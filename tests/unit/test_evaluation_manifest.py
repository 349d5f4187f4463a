"""Lists of recordings: what is read, and what is refused and where."""

from collections.abc import Callable
from pathlib import Path

import pytest

from callscribe.errors import BadRequest
from callscribe.evaluation import manifest
from callscribe.evaluation.corpora import Source, read
from callscribe.evaluation.manifest import Item, SpokenTurn
from callscribe.models import LanguageChoice

GOOD = '{"audio": "a.wav", "text": "Hello."}'


def manifest_of(folder: Path, *lines: str | bytes) -> Path:
    (folder / "a.wav").touch()
    file = folder / "list.jsonl"
    file.write_bytes(b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines) + b"\n")
    return file


def test_what_a_line_can_say(tmp_path: Path) -> None:
    file = manifest_of(
        tmp_path,
        "\ufeff" + GOOD,
        "",
        f'{{"audio": "{tmp_path / "a.wav"}", "text": "", "language": "ru", "id": "Ё\u2028", '
        '"turns": [{"start": 0, "end": 1.5, "speaker": "Анна"}]}\r',
    )
    assert manifest.read(file) == (
        Item("a.wav", tmp_path / "a.wav", "Hello."),
        Item("Ё\u2028", tmp_path / "a.wav", "", LanguageChoice.RU, (SpokenTurn(0.0, 1.5, "Анна"),)),
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "this is not JSON"),
        ("audio,text", "this is not JSON"),
        ('{"audio": "a.wav", "text": "\\ud800"}', "this is not JSON"),
        ("[" * 10_000, "this is not JSON"),
        (b"\xff\xfe", "not text in UTF-8"),
        ("[]", "this is no object"),
        ("null", "this is no object"),
        ("{}", "there is no `audio`"),
        ('{"audio": "a.wav"}', "there is no `text`"),
        ('{"audio": "a.wav", "text": 5}', "`text` is wrong"),
        ('{"audio": 5, "text": ""}', "`audio` is wrong"),
        ('{"audio": "", "text": ""}', "`audio` is wrong"),
        ('{"audio": "a.wav", "text": "", "id": 7}', "`id` is wrong"),
        ('{"audio": "a.wav", "text": "", "language": "de"}', "`language` is wrong"),
        ('{"audio": "a.wav", "text": "", "turn": []}', "there is no field `turn`"),
        ('{"audio": "a.wav", "text": "", "turns": {}}', "`turns` is wrong"),
        ('{"audio": "a.wav", "text": "", "turns": [{"start": 0, "end": 1}]}', "there is no `turns.0.speaker`"),
        ('{"audio": "a.wav", "text": "", "turns": [{"start": -1, "end": 1, "speaker": "A"}]}', "`turns.0.start` is"),
        ('{"audio": "a.wav", "text": "", "turns": [{"start": 0, "end": 1e999, "speaker": "A"}]}', "turns.0.end"),
        ('{"audio": "a.wav", "text": "", "turns": [{"start": 2, "end": 1, "speaker": "A"}]}', "ends before it starts"),
        ('{"audio": "b.wav", "text": ""}', "there is no file"),
        ('{"audio": ".", "text": ""}', "there is no file"),
        ('{"audio": "a\\u0000.wav", "text": ""}', "there is no file"),
        (f'{{"audio": "{"a" * 5000}", "text": ""}}', "there is no file"),
        ('{"audio": "a.wav/b", "text": ""}', "there is no file"),
        (GOOD, "another item has the id a.wav"),
    ],
)
def test_a_line_that_is_wrong_is_named(tmp_path: Path, line: str | bytes, words: str) -> None:
    file = manifest_of(tmp_path, GOOD, "", line)
    with pytest.raises(BadRequest) as caught:
        manifest.read(file)
    message = str(caught.value)
    assert message.startswith(f"{file}, line 3: ")
    assert words in message
    assert message.endswith(".")
    assert "\n" not in message


def test_a_list_that_is_not_there_or_empty(tmp_path: Path) -> None:
    with pytest.raises(BadRequest, match="cannot be read"):
        manifest.read(tmp_path / "none.jsonl")
    with pytest.raises(BadRequest, match="cannot be read"):
        manifest.read(tmp_path)
    with pytest.raises(BadRequest, match="nothing to transcribe"):
        manifest.read(manifest_of(tmp_path, "", " "))


def librispeech(folder: Path) -> Path:
    chapter = folder / "LibriSpeech" / "test-clean" / "1089" / "134686"
    chapter.mkdir(parents=True)
    (chapter / "1089-134686.trans.txt").write_text("1089-134686-0000 HE HOPED\n1089-134686-0001 STUFF IT\n")
    for number in range(2):
        (chapter / f"1089-134686-000{number}.flac").touch()
    return chapter.parents[1]


def russian_librispeech(folder: Path) -> Path:
    part = folder / "ruls_data" / "test"
    audio = part / "audio" / "9014" / "6382"
    audio.mkdir(parents=True)
    (audio / "cossacks_01.wav").touch()
    (part / "manifest.json").write_text(
        '{"audio_filepath": "audio/9014/6382/cossacks_01.wav", "text": "всё затихло", "duration": 3.5}\n'
    )
    return part


def fleurs(folder: Path) -> Path:
    audio = folder / "ru_ru" / "audio" / "test"
    audio.mkdir(parents=True)
    (audio / "10.wav").touch()
    table = folder / "ru_ru" / "test.tsv"
    table.write_text('1904\t10.wav\tОн сказал: "Да".\tон сказал да\tо н | с к\t189120\tMALE\n')
    return table


def common_voice(folder: Path) -> Path:
    (folder / "en" / "clips").mkdir(parents=True)
    (folder / "en" / "clips" / "common_voice_en_1.mp3").touch()
    table = folder / "en" / "test.tsv"
    table.write_text(
        "client_id\tpath\tsentence_id\tsentence\tsentence_domain\tup_votes\tdown_votes\tage\tgender\taccents\tvariant\t"
        'locale\tsegment\nab\tcommon_voice_en_1.mp3\tcd\t"Yes, he said.\t\t2\t0\t\t\t\t\ten\t\n'
    )
    return table


def test_librispeech(tmp_path: Path) -> None:
    part = librispeech(tmp_path)
    chapter = part / "1089" / "134686"
    assert read(Source.LIBRISPEECH, part) == (
        Item("1089-134686-0000", chapter / "1089-134686-0000.flac", "HE HOPED", LanguageChoice.EN),
        Item("1089-134686-0001", chapter / "1089-134686-0001.flac", "STUFF IT", LanguageChoice.EN),
    )


@pytest.mark.parametrize(
    ("source", "make", "item"),
    [
        (
            Source.RUSSIAN_LIBRISPEECH,
            russian_librispeech,
            ("ruls_data/test/audio/9014/6382/cossacks_01.wav", "всё затихло", "ru"),
        ),
        (Source.FLEURS, fleurs, ("ru_ru/audio/test/10.wav", 'Он сказал: "Да".', "ru")),
        (Source.COMMON_VOICE, common_voice, ("en/clips/common_voice_en_1.mp3", '"Yes, he said.', "en")),
    ],
)
def test_other_corpora(
    tmp_path: Path, source: Source, make: Callable[[Path], Path], item: tuple[str, str, str]
) -> None:
    (found,) = read(source, make(tmp_path))
    assert (str(found.audio.relative_to(tmp_path)), found.text, found.language) == item


def test_a_manifest_is_one_of_them(tmp_path: Path) -> None:
    file = manifest_of(tmp_path, GOOD)
    assert read(Source.MANIFEST, file) == manifest.read(file)


@pytest.mark.parametrize(
    ("source", "name", "content", "words"),
    [
        (Source.RUSSIAN_LIBRISPEECH, "manifest.json", "[1]\n", "line 1: there is no `audio_filepath`"),
        (Source.RUSSIAN_LIBRISPEECH, "manifest.json", "oh\n", "line 1: there is no `audio_filepath`"),
        (
            Source.RUSSIAN_LIBRISPEECH,
            "manifest.json",
            '{"audio_filepath": "x", "text": "y"}',
            "line 1: there is no file",
        ),
        (Source.FLEURS, "test.tsv", "1\t2\n", "line 1: there are fewer than three columns"),
        (Source.COMMON_VOICE, "test.tsv", "id\tpath\n", "line 1: there is no column `path` or `sentence`"),
        (Source.COMMON_VOICE, "test.tsv", "path\tsentence\nx\n", "line 2: there are fewer columns"),
        (Source.COMMON_VOICE, "test.tsv", "path\tsentence\n", "nothing to transcribe"),
        (Source.LIBRISPEECH, "other.txt", "", "nothing to transcribe"),
    ],
)
def test_a_corpus_that_is_not_as_it_was_published(
    tmp_path: Path, source: Source, name: str, content: str, words: str
) -> None:
    (tmp_path / name).write_text(content)
    is_table = source in (Source.FLEURS, Source.COMMON_VOICE)
    with pytest.raises(BadRequest) as caught:
        read(source, tmp_path / name if is_table else tmp_path)
    assert words in str(caught.value)
