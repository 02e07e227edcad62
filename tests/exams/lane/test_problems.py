"""Refusals in two languages, every one complete."""

import pytest

from exams.lane import problems
from exams.lane.problems import DETAILS, EN, KINDS, ZH, Problem


@pytest.mark.parametrize("type_", KINDS)
def test_every_problem_speaks_both_languages_and_ends_its_sentences(type_: str) -> None:
    kind = KINDS[type_]
    assert 400 <= kind.status < 600
    assert kind.detail.endswith("。")
    assert kind.detail_en.endswith(".")
    assert kind.title.isascii() is False
    assert kind.title_en.isascii()
    assert kind.detail_en.isascii()


def test_details_speak_both_languages() -> None:
    for chinese, english in DETAILS.values():
        assert chinese.endswith("。")
        assert english.endswith(".")


def test_a_document_has_what_the_standard_wants_and_the_clock() -> None:
    problem = Problem("too_early", starts_at=5)
    assert problem.document(EN, 7) == {
        "type": "too_early",
        "title": "Too early",
        "status": 425,
        "detail": "It has not begun for you yet. Please wait.",
        "starts_at": 5,
        "now": 7,
    }
    assert Problem("voided", status=410).document(ZH, 1)["status"] == 410
    assert Problem("no_such_card", detail="mistyped_card").document(ZH, 1)["detail"].startswith("卡号有误")


@pytest.mark.parametrize(
    ("headers", "field", "expected"),
    [
        ({}, None, ZH),
        ({b"accept-language": b"en-GB,en;q=0.9,zh;q=0.8"}, None, EN),
        ({b"accept-language": b"fr, zh-CN"}, None, ZH),
        ({b"accept-language": b"zh-CN,en"}, None, ZH),
        ({b"accept-language": b"\xff\xfe;;,,"}, None, ZH),
        ({b"cookie": b"a=b; lang=en", b"accept-language": b"zh"}, None, EN),
        ({b"cookie": b"lang=zh-hans", b"accept-language": b"en"}, None, ZH),
        ({b"cookie": b"lang=xx", b"accept-language": b"en"}, None, ZH),
        ({b"cookie": b"lang=zh"}, "en", EN),
        ({b"accept-language": b"en"}, 7, EN),
    ],
)
def test_the_language_is_the_fields_the_cookies_or_the_headers(
    headers: dict[bytes, bytes], field: object, expected: str
) -> None:
    assert problems.language(headers, field) == expected
