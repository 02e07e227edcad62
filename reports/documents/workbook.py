"""A class's results as an Excel workbook. Whatever a person has typed goes in as text, never as a formula or a link."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from exams.models import Exam
from reports import wording
from reports.classes import Line

# Nothing is guessed from what a string looks like.
OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "remove_timezone": True,
}
CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_SHEET_NAME = 31


def build(exam: Exam, class_name: str, school_name: str, lines: Sequence[Line], now: datetime) -> bytes:
    """The workbook: one sheet with a line per student, one that says what it is and when it was made."""
    target = io.BytesIO()
    with Workbook(target, OPTIONS) as book:
        _results(book, book.add_worksheet(sheet_name(class_name, _("成绩"))), lines)
        facts = [
            (_("测评"), exam.title),
            (_("学校"), school_name),
            (_("班级"), class_name),
            (_("制表时间"), _time(now)),
            (_("说明"), _("仅供本班教学使用，不排名，不公布。")),
        ]
        _about(book, book.add_worksheet(_("说明")), facts)
    return target.getvalue()


def sheet_name(wanted: str, otherwise: str) -> str:
    """A name that Excel takes: without []:*?/\\ and control characters, no apostrophe at an end, at most 31 long."""
    clean = re.sub(r"[\[\]:*?/\\\x00-\x1f]", " ", wanted)[:LONGEST_SHEET_NAME].strip().strip("'").strip()
    return clean if clean and clean.casefold() != "history" else otherwise


def file_name(class_name: str, exam: Exam) -> str:
    """A name for the file, without what a file system refuses."""
    return re.sub(r'[\\/:*?"<>|\x00-\x1f]', "_", f"{class_name} {exam.title}.xlsx")


def _results(book: Workbook, sheet: Worksheet, lines: Sequence[Line]) -> None:
    columns = [
        (_("学生编号"), 14),
        (_("姓名"), 14),
        (_("等级"), 10),
        (_("得分"), 8),
        (_("满分"), 8),
        (_("得分率"), 9),
        (_("状态"), 16),
        (_("交卷时间"), 18),
    ]
    head = book.add_format({"bold": True, "bg_color": "#e5edfb", "bottom": 1})
    words = book.add_format({"num_format": "@", "quote_prefix": True})
    points, percent = book.add_format({"num_format": "0.##"}), book.add_format({"num_format": "0.0%"})
    for place, (title, width) in enumerate(columns):
        sheet.set_column(place, place, width)
        sheet.write_string(0, place, title, head)
    for number, line in enumerate(lines, start=1):
        for place, text in _texts(line).items():
            if text:
                sheet.write_string(number, place, text, words)
        if line.result is not None:
            sheet.write_number(number, 3, float(line.result.score), points)
            sheet.write_number(number, 4, float(line.result.max_score), points)
            sheet.write_number(number, 5, line.percent or 0.0, percent)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, len(lines), len(columns) - 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)


def _texts(line: Line) -> dict[int, str]:
    student, attempt = line.attempt.student, line.attempt
    level = wording.LEVELS.get(line.result.level, "") if line.result else ""  # type: ignore[call-overload]
    return {
        0: student.student_code,
        1: student.name,
        2: str(level),
        6: str(line.word),
        7: _time(attempt.submitted_at) if attempt.submitted_at else "",
    }


def _about(book: Workbook, sheet: Worksheet, facts: Sequence[tuple[str, str]]) -> None:
    words: Any = book.add_format({"num_format": "@", "quote_prefix": True, "text_wrap": True, "valign": "top"})
    sheet.set_column(0, 0, 12)
    sheet.set_column(1, 1, 48)
    for number, (name, value) in enumerate(facts):
        sheet.write_string(number, 0, name, words)
        sheet.write_string(number, 1, value, words)


def _time(at: datetime) -> str:
    return timezone.localtime(at).strftime("%Y-%m-%d %H:%M")
