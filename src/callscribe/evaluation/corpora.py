"""Well-known corpora of speech as lists of recordings with their words, from the folders that they are unpacked to."""

import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path

from callscribe.errors import BadRequest
from callscribe.evaluation import manifest
from callscribe.evaluation.manifest import Item, checked, lines
from callscribe.models import LanguageChoice


class Source(StrEnum):
    """What a list of recordings is read from."""

    MANIFEST = "manifest"
    LIBRISPEECH = "librispeech"
    RUSSIAN_LIBRISPEECH = "russian-librispeech"
    FLEURS = "fleurs"
    COMMON_VOICE = "common-voice"


def read(source: Source, path: Path) -> tuple[Item, ...]:
    """The items of a manifest or a corpus. Raises `BadRequest` where one cannot be understood, or has no recording."""
    if source is Source.MANIFEST:
        return manifest.read(path)
    readers: dict[Source, Callable[[Path], Iterator[tuple[str, Item]]]] = {
        Source.LIBRISPEECH: librispeech,
        Source.RUSSIAN_LIBRISPEECH: russian_librispeech,
        Source.FLEURS: fleurs,
        Source.COMMON_VOICE: common_voice,
    }
    return checked(readers[source](path), path)


def librispeech(folder: Path) -> Iterator[tuple[str, Item]]:
    """A part such as `LibriSpeech/test-clean`: 1089/134686/1089-134686.trans.txt beside 1089-134686-0000.flac.

    Panayotov et al. 2015, OpenSLR 12.
    """
    for file in sorted(folder.rglob("*.trans.txt")):
        for place, line in lines(file):
            name, _, text = line.partition(" ")
            yield place, Item(name, file.parent / f"{name}.flac", text, LanguageChoice.EN)


def russian_librispeech(folder: Path) -> Iterator[tuple[str, Item]]:
    """A part such as `ruls_data/test`: manifest.json, an object a line, with paths relative to it. OpenSLR 96."""
    for place, line in lines(folder / "manifest.json"):
        try:
            entry = json.loads(line)
            path, text = str(entry["audio_filepath"]), str(entry["text"])
        except (ValueError, TypeError, KeyError) as exc:
            raise BadRequest(f"{place}: there is no `audio_filepath` or `text`; give the corpus as it is.") from exc
        yield place, Item(path, folder / path, text, LanguageChoice.RU)


def fleurs(table: Path) -> Iterator[tuple[str, Item]]:
    """A table such as `ru_ru/test.tsv`: id, file, text as written, and more; recordings are in `ru_ru/audio/test`.

    Conneau et al. 2022, arXiv 2205.12446.
    """
    language = _language(table.absolute().parent.name.partition("_")[0])
    folder = table.parent / "audio" / table.stem
    for place, line in lines(table):
        match line.split("\t"):
            case [_, name, text, *_]:
                yield place, Item(name, folder / name, text, language)
            case _:
                raise BadRequest(f"{place}: there are fewer than three columns; give a .tsv of the corpus as it is.")


def common_voice(table: Path) -> Iterator[tuple[str, Item]]:
    """A table such as `ru/test.tsv`: columns `path`, `sentence`, `locale` among others; recordings are in `ru/clips`.

    Ardila et al. 2020.
    """
    header: list[str] = []
    for place, line in lines(table):
        cells = line.split("\t")
        if not header:
            header = cells
            if not {"path", "sentence"} <= set(header):
                raise BadRequest(f"{place}: there is no column `path` or `sentence`; give a .tsv of the corpus.")
            continue
        if len(cells) < len(header):
            raise BadRequest(f"{place}: there are fewer columns than in the first line; give the corpus as it is.")
        row = dict(zip(header, cells, strict=False))
        language = _language(row.get("locale", ""))
        yield place, Item(row["path"], table.parent / "clips" / row["path"], row["sentence"], language)


def _language(code: str) -> LanguageChoice:
    return LanguageChoice(code) if code in set(LanguageChoice) else LanguageChoice.AUTO
