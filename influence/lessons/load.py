"""Lessons on disk: those of the package by name, and custom ones by the path of their folder."""

from __future__ import annotations

from pathlib import Path

from influence.errors import LessonError, check_known
from influence.lessons.model import Lesson
from influence.lessons.parsing import parse_lesson
from influence.states import Registry
from influence.tables import datasets_dir
from influence.yaml_files import read_yaml

MOST_TEXT = 20_000


def lessons_dir() -> Path:
    """Folder of the bundled lessons."""
    return datasets_dir() / "lessons"


def lesson_names() -> list[str]:
    """Names of the bundled lessons, sorted."""
    return sorted(path.parent.name for path in lessons_dir().glob("*/lesson.yaml"))


def load_lesson(name: str, registry: Registry | None = None) -> Lesson:
    """A bundled lesson by name, or a folder by its path.

    Raises
    ------
    LessonError : no such lesson, a file is absent or unreadable, or lesson.yaml breaks the form.
    """
    custom = "/" in name or "\\" in name or (name not in lesson_names() and Path(name).is_dir())
    folder = Path(name) if custom else lessons_dir() / name
    if not custom:
        advice = "give a custom lesson by the path of its folder"
        check_known(name, lesson_names(), LessonError, "lesson", advice=advice)
    if not folder.is_dir():
        raise LessonError(f"{folder} is no folder; a lesson is a folder with lesson.yaml, text.md and teacher.md.")
    place = f"{folder / 'lesson.yaml'}" if custom else f"lesson {name}"
    content = read_yaml(folder / "lesson.yaml", LessonError, "lesson")
    texts = [_markdown(folder / file) for file in ("text.md", "teacher.md")]
    return parse_lesson(content, place, folder=folder, text=texts[0], notes=texts[1], registry=registry)


def _markdown(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as err:
        raise LessonError(f"{path} cannot be read: {err.strerror}.") from err
    except UnicodeDecodeError as err:
        raise LessonError(f"{path} is not UTF-8 text (byte {err.start}); save it as UTF-8.") from err
    if not text.strip() or len(text) > MOST_TEXT:
        raise LessonError(f"{path} must hold text of at most {MOST_TEXT:,} letters.")
    return text
