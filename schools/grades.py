"""School years, stages and grades, computed from a class's entry year. Pure; the year starts on 1 September."""

from datetime import date
from enum import StrEnum


class Stage(StrEnum):
    """A school stage; grades 1-6, 7-9 and 10-12."""

    PRIMARY = "primary"
    JUNIOR = "junior"
    SENIOR = "senior"


FIRST_GRADE = {Stage.PRIMARY: 1, Stage.JUNIOR: 7, Stage.SENIOR: 10}
YEARS = {Stage.PRIMARY: 6, Stage.JUNIOR: 3, Stage.SENIOR: 3}
GRADE_NAMES = (
    "一年级 二年级 三年级 四年级 五年级 六年级 七年级 八年级 九年级 高一 高二 高三".split()  # noqa: SIM905 - reads as a list
)


def school_year(on: date) -> int:
    """The year in which the school year that contains `on` began."""
    return on.year if on.month >= 9 else on.year - 1


def grade(stage: Stage, entry_year: int, on: date) -> int | None:
    """Grade 1-12 of a class that entered `stage` in `entry_year`; None before entry and after leaving."""
    years = school_year(on) - entry_year
    if not 0 <= years < YEARS[stage]:
        return None
    return FIRST_GRADE[stage] + years


def stage_of(grade_number: int) -> Stage:
    """The stage a grade 1-12 belongs to."""
    if grade_number < 7:
        return Stage.PRIMARY
    return Stage.JUNIOR if grade_number < 10 else Stage.SENIOR


def entry_year(grade_number: int, on: date) -> int:
    """The year in which those who are in `grade_number` (1-12) on that day entered the stage."""
    return school_year(on) - (grade_number - FIRST_GRADE[stage_of(grade_number)])


def class_name(stage: Stage, entered: int, number: int, on: date) -> str:
    """ "八年级(3)班"; "2019级3班" for a class that has left or not yet begun."""
    current = grade(stage, entered, on)
    if current is None:
        return f"{entered}级{number}班"
    return f"{GRADE_NAMES[current - 1]}({number})班"
