"""An item's way through the browser: an author writes it, a reviewer sends it back, then publishes it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from questionbank.models import Item
from tests import world

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
Devices = Callable[..., BrowserContext]
Picture = Callable[..., Path]
SIGN = Path(__file__).resolve().parents[2] / "questionbank" / "bank" / "media" / "sign-01.svg"


@pytest.fixture
def cast(stack: object, settings: Any) -> world.World:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]  # as the product reads them
    world.make_topic("shelters", "人防工程与标志")
    return world.build()


def sign_in(page: Page, username: str) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(username)
    page.locator("[name=password]").fill("correct horse battery")
    page.locator("[name=password]").press("Enter")
    expect(page.locator(".masthead summary")).to_contain_text(username.title())


def write(page: Page) -> None:
    """A single choice with a picture, and with two keys at first."""
    page.goto("/items/new/")
    page.get_by_label("主题").select_option("人防工程与标志")
    page.get_by_label("题干").fill("图中是什么标志？")
    for letter, text in {
        "A": "国际民防特殊标志",
        "B": "禁止烟火标志",
        "C": "安全出口标志",
        "D": "注意触电标志",
    }.items():
        page.get_by_label(f"选项 {letter}", exact=True).fill(text)
    page.get_by_label("设为答案 A").check()
    page.get_by_label("设为答案 B").check()
    page.get_by_label("解析").fill("橙色底上的蓝色等边三角形是国际民防特殊标志；禁止烟火标志是红色的圆圈。")
    page.get_by_label("依据").fill("1949年日内瓦公约第一附加议定书附件一第十六条")


def test_an_author_writes_and_a_reviewer_publishes(cast: world.World, open_device: Devices, picture: Picture) -> None:
    author, reviewer = open_device().new_page(), open_device(width=390, height=844).new_page()
    sign_in(author, "author")
    write(author)
    expect(author.locator("#preview")).to_contain_text("只能有一个正确答案")
    author.get_by_role("button", name="保存并提交审核").click()
    expect(author.get_by_role("alert")).to_contain_text("只能有一个正确答案")
    expect(author.get_by_label("选项 C", exact=True)).to_have_value("安全出口标志")
    author.get_by_label("设为答案 B").uncheck()
    author.get_by_text("上传图片或声音").click()
    author.locator("[name=file]").set_input_files(SIGN)
    author.get_by_label("替代文字").fill("橙色方形底上有一个蓝色等边三角形")
    author.get_by_role("button", name="上传并插入").click()
    expect(author.locator("#preview img")).to_be_visible()
    expect(author.locator("#preview")).to_contain_text("可以提交审核了")
    picture(author, "editor")
    author.get_by_role("button", name="保存并提交审核").click()
    expect(author.locator("h1")).to_contain_text("待审")
    address = author.url

    sign_in(reviewer, "reviewer")
    reviewer.goto("/items/?state=in_review")
    reviewer.get_by_role("link", name="图中是什么标志？").click()
    shown = reviewer.locator(".question img")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth > 0")
    reviewer.get_by_role("button", name="退回修改").click()
    expect(reviewer.locator("#review")).to_contain_text("请写明要改什么")
    reviewer.get_by_label("意见").fill("选项 D 换成别的标志。")
    reviewer.get_by_role("button", name="退回修改").click()
    expect(reviewer.locator("h1")).to_contain_text("草稿")

    author.goto(address)
    expect(author.locator(".history")).to_contain_text("选项 D 换成别的标志。")
    author.get_by_role("link", name="编辑").click()
    author.get_by_label("选项 D", exact=True).fill("应急避难场所标志")
    author.get_by_role("button", name="保存并提交审核").click()
    expect(author.locator("h1")).to_contain_text("待审")

    reviewer.goto(address)
    reviewer.get_by_role("button", name="通过并发布").click()
    expect(reviewer.locator("h1")).to_contain_text("已发布")
    picture(reviewer)
    item = Item.objects.with_current().get()
    assert (item.state, item.current.number, item.current.key) == ("published", 2, ["A"])
    author.goto(f"{address}versions/")
    expect(author.locator("main .card").first.locator("ins")).to_contain_text(["应急避难场所"])
    picture(author, "versions")


def test_the_list_is_narrowed_while_typing(cast: world.World, open_device: Devices, picture: Picture) -> None:
    world.make_item(cast.city, stem="空袭警报怎样鸣响？")
    world.make_item(cast.city, stem="油锅着火用什么灭火？")
    page = open_device(width=390, height=844).new_page()
    sign_in(page, "author")
    page.goto("/items/")
    expect(page.locator(".item-list li")).to_have_count(2)
    page.get_by_label("搜索").press_sequentially("空袭")
    expect(page.locator(".item-list li")).to_have_count(1)
    assert "q=%E7%A9%BA%E8%A2%AD" in page.url
    page.reload()
    expect(page.locator(".item-list li")).to_have_count(1)
    picture(page)
