"""The workbook of a class, opened again by another program."""

import io
from typing import Any

import openpyxl
import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from exams import scoring
from reports import findings
from reports.documents import workbook
from schools.models import Student
from tests import world as cast
from tests.pages import sign_in
from tests.reports.sheets import CLOSED, after_closing, sat_exam, sit
from tests.world import World

__all__ = ["after_closing"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("after_closing")]
NASTY = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "http://example.org", "00123", "1e5"]


def download(world: World, sitting: Any) -> Any:
    return sign_in(world.ada).get(reverse("class_workbook", args=[sitting.exam.pk, world.class_71.pk]))


def opened(response: Any) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(response.content))


def test_a_class_is_a_table_with_codes_as_text_and_scores_as_numbers(world: World) -> None:
    response = download(world, sat_exam(world))
    assert response["Content-Type"] == workbook.CONTENT_TYPE
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert "no-store" in response["Cache-Control"]
    sheet = opened(response).worksheets[0]
    assert sheet.title == "七年级(1)班"
    assert sheet.freeze_panes == "C2"
    rows = [[cell.value for cell in row] for row in sheet.rows]
    assert rows[0] == ["学生编号", "姓名", "等级", "得分", "满分", "得分率", "状态", "交卷时间"]
    assert rows[1] == ["N0701", "本小江", "优秀", 8, 8, 1, "已评分", "2026-10-20 09:30"]
    assert rows[2][:6] == ["N0702", "柯小海", "再学一学", 4, 8, 0.5]
    assert sheet["F3"].number_format == "0.0%"
    assert sheet.column_dimensions["A"].width > 10


def test_who_has_no_result_has_a_word_and_no_number(world: World) -> None:
    sitting = sat_exam(world)
    cast.make_student(world.class_71, "戊小井", "N0703")
    second = cast.make_sitting(world, sitting.exam, organizations=[world.class_71])
    sheet = opened(download(world, second)).worksheets[0]
    row = [cell.value for cell in list(sheet.rows)[3]]
    assert row == ["N0703", "戊小井", None, None, None, None, "缺测", None]


def test_nothing_that_a_person_typed_becomes_a_formula_or_a_link(world: World) -> None:
    for number, nasty in enumerate(NASTY):
        cast.make_student(world.class_71, nasty, f"={number}")
    sitting = cast.make_sitting(world, cast.make_exam(world, title="=HYPERLINK(1)"))
    for attempt in sitting.attempts.all():
        sit(attempt, 2)
    scoring.score_sitting(sitting, CLOSED)
    book = opened(download(world, sitting))
    names = {str(row[1].value) for row in book.worksheets[0].rows}
    # a carriage return is kept, in the escape of the format, as openpyxl shows it
    assert {nasty.replace("\r", "_x000D_") for nasty in NASTY} <= {name.replace("\r", "_x000D_") for name in names}
    for sheet in book.worksheets:
        for row in sheet.rows:
            for cell in row:
                assert cell.data_type in ("s", "n")
                assert cell.hyperlink is None
                if cell.row > 1 and cell.data_type == "s":
                    assert cell.number_format == "@"
                    assert cell.quotePrefix
    assert book.worksheets[1]["B1"].value == "=HYPERLINK(1)"


def test_a_code_keeps_its_leading_zeros(world: World) -> None:
    Student.objects.filter(pk=world.ben.pk).update(student_code="00701")
    cell = opened(download(world, sat_exam(world))).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == ("00701", "s")


def test_the_second_sheet_says_what_it_is(world: World) -> None:
    sitting = sat_exam(world)
    findings.refresh_due(CLOSED)
    facts = {row[0].value: row[1].value for row in opened(download(world, sitting)).worksheets[1].rows}
    assert facts["测评"] == sitting.exam.title
    assert facts["学校"] == "北校（示例）"
    assert facts["班级"] == "七年级(1)班"
    assert facts["制表时间"] == "2026-10-20 11:00"


@given(st.text(max_size=60))
def test_any_name_gives_a_sheet_name_that_excel_takes(wanted: str) -> None:
    name = workbook.sheet_name(wanted, "成绩")
    assert 0 < len(name) <= 31
    assert not set(name) & set("[]:*?/\\")
    assert not name.startswith("'")
    assert not name.endswith("'")


@pytest.mark.parametrize(("wanted", "name"), [("", "成绩"), ("''", "成绩"), ("History", "成绩"), ("7/1", "7 1")])
def test_a_name_that_excel_refuses_is_replaced(wanted: str, name: str) -> None:
    assert workbook.sheet_name(wanted, "成绩") == name
