from datetime import UTC, datetime, timedelta, timezone
from email.message import Message

import pytest

from callscribe.api.disposition import attachment
from callscribe.export.names import dated, numbering, stem


def saved_as(header: str) -> str | None:
    """The name under which a mail program, which knows the same header, would save the file."""
    message = Message()
    message["Content-Disposition"] = header
    return message.get_filename()


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Release planning", "Release planning"),
        ("Планёрка: релиз 2.0", "Планёрка_ релиз 2.0"),
        ("Version 1.2", "Version 1.2"),
        ("call.mp3", "call"),  # the recording's own name
        ("../../etc/passwd", "_.._etc_passwd"),
        ("C:\\Windows\\notes", "C__Windows_notes"),
        ("..", "call"),
        (" . ", "call"),
        ("", "call"),
        (".hidden.", "hidden"),
        ("a\r\nSet-Cookie: b\x00\x1b", "a Set-Cookie_ b"),
        ("evil\u202egpj.exe", "evilgpj.exe"),
        ('What? "Now" <b>|*', "What_ _Now_ _b___"),
        ("е\u0308лка", "ёлка"),
        ("я" * 300, "я" * 100),
        ("a" + "я" * 300, "a" + "я" * 99),
        ("\ud800", "call"),
    ],
)
def test_a_title_becomes_a_name_that_every_file_system_takes(title: str, name: str) -> None:
    assert stem(title, "call.mp3") == name


def test_the_day_is_that_of_universal_time() -> None:
    moscow = timezone(timedelta(hours=3))
    assert dated(datetime(2026, 11, 23, 1, tzinfo=moscow), "a") == "2026-11-22 a"
    assert dated(datetime(2026, 11, 22, 1, tzinfo=UTC), "a") == "2026-11-22 a"


def test_names_are_unique_also_where_case_means_nothing() -> None:
    unique = numbering()
    given = ["a", "A", "b", "A (2)", "a", "a (2)", "Ё", "ё"]
    assert [unique(name) for name in given] == ["a", "A (2)", "b", "A (2) (2)", "a (3)", "a (2) (3)", "Ё", "ё (2)"]


@pytest.mark.parametrize(
    ("name", "fallback"),
    [
        ("Release planning.docx", "Release planning.docx"),
        ("Планёрка 2.txt", "________ 2.txt"),
        ('a"; filename="b.exe', "a__ filename__b.exe"),
        ("a\r\nX-Evil: 1", "a__X-Evil_ 1"),
        ("100%25 \\ é 👍.md", "100_25 _ _ _.md"),
    ],
)
def test_a_download_has_its_name_in_ascii_and_in_unicode(name: str, fallback: str) -> None:
    header = attachment(name)
    assert header.isascii()
    assert header.isprintable()
    assert f'filename="{fallback}"' in header
    plain, encoded = header.split("; filename*=")
    assert saved_as(plain) == fallback
    assert saved_as(f"attachment; filename*={encoded}") == name
