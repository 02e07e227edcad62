"""What each code of a problem says to its reader: what is wrong, and what to do. Rules give codes, edges ask here."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from questionbank.bankfiles import Problem

SAYS: dict[str, Promise] = {
    # an item, wherever it comes from
    "no_stem": _("题干是空的，请写出要问的问题。"),
    "too_few_choices": _("选项太少，请至少写出两个选项。"),
    "too_many_choices": _("选项太多，最多六个，请删去几个。"),
    "empty_choice": _("有一个选项被设为答案却没有内容，请补上内容或取消勾选。"),
    "same_choice_twice": _("有两个选项内容相同，请改写其中一个。"),
    "same_choice_id": _("有两个选项用了同一个字母，请改正。"),
    "no_key": _("还没有指定正确答案，请勾选。"),
    "same_key_twice": _("同一个答案写了两次，请删去一个。"),
    "key_not_among_choices": _("答案不在选项之中，请改正答案或补上选项。"),
    "two_keys": _("只能有一个正确答案：请只勾选一个，或把题型改为多项选择题。"),
    "one_key": _("多项选择题至少要有两个正确答案：请再勾选一个，或把题型改为单项选择题。"),
    "all_keys": _("不能所有选项都是正确答案，请加上一个错误的选项。"),
    "choices_not_wanted": _("判断题没有选项，请删去选项。"),
    "no_explanation": _("还没有写解析，请说明答案为什么对、最容易选错的一项为什么错。"),
    "no_citation": _("还没有写依据，请写出法律条文或资料的名称。"),
    "media_missing": _("找不到图片或声音“%(detail)s”，请先上传，或改正文件名。"),
    "media_outside": _("图片只能来自题库，不能引用“%(detail)s”，请先上传。"),
    "media_without_words": _("图片或声音缺少替代文字，请在方括号里描述它，但不要说出答案。"),
    # files of media
    "file_empty": _("文件是空的，请另选一个。"),
    "file_broken": _("文件已损坏，请重新导出后再上传。"),
    "file_type_unknown": _("只接受 SVG、PNG、JPEG 图片和 MP3 声音，请转换后再上传。"),
    "file_too_large": _("文件太大：SVG 不超过 100 KB，图片不超过 500 KB，声音不超过 1 MB。请压缩后再上传。"),
    "svg_not_harmless": _("这个 SVG 含有脚本、样式表、链接或外部内容，请导出为只含图形的 SVG，或改用 PNG。"),
    # files of a bank
    "no_topics": _("文件夹里没有 topics/*.yaml，请检查路径。"),
    "not_yaml": _("不是正确的 YAML，请改正：%(detail)s"),
    "no_items": _("文件里没有 items 列表，请补上。"),
    "no_facts": _("文件应当是事实的列表，请改正。"),
    "not_an_item": _("这一项不是题目（%(detail)s），请写成字段和值。"),
    "field_missing": _("缺少字段 %(detail)s，请补上。"),
    "field_unknown": _("不认识字段 %(detail)s，请改正拼写或删去。"),
    "field_not_text": _("字段 %(detail)s 应当是文字；数字和真假值请加引号。"),
    "field_not_list": _("字段 %(detail)s 应当是列表，例如 [A]。"),
    "fact_incomplete": _("事实要有 id、statement、source、status 四个字段，请补上。"),
    "fact_twice": _("这个事实编号用了两次，请改掉一个。"),
    "fact_unknown": _("事实 %(detail)s 不在 facts/ 里，请补上或改正编号。"),
    "fact_contested": _("事实 %(detail)s 有争议：请在题干里写明“按照”哪一版本或教材，或换一题。"),
    "no_facts_named": _("没有写出依据的事实编号，请在 facts 里至少写一个。"),
    "word_unknown": _("“%(detail)s”不是规定的词，请按格式说明改正。"),
    "choice_count": _("有 %(detail)s 个选项；单项选择题要 3 到 5 个，多项选择题要 4 或 5 个。"),
    "too_many_keys": _("有 %(detail)s 个答案，最多 4 个。"),
    "citation_is_address": _("依据不能只是网址，请写出法律条文或资料的名称。"),
    "explanation_length": _("解析有 %(detail)s 个字，应当在 25 到 120 个字之间。"),
    "all_of_the_above": _("选项会被打乱，不能用“%(detail)s”，请换成具体内容。"),
    "combined_choice": _("选项会被打乱，不能写“%(detail)s”，请换成具体内容。"),
    "choice_lengths": _("选项长短悬殊（%(detail)s 个字），请改写得相近。"),
    "negation_not_bold": _("题干问的是错误的一项，请把否定词加粗：**不**。"),
    "sound_too_long": _("声音超过 30 秒（%(detail)s），请截取一段。"),
    "article_for_children": _("给小学生的题不要问第几条，请换一种问法。"),
    # a bank as a whole
    "code_twice": _("这个编号用了两次，请改掉一个。"),
    "topic_twice": _("主题 %(detail)s 有两个文件，请合并。"),
    "topic_file_name": _("文件名应当是 %(detail)s.yaml，请改名。"),
    "topic_missing": _("没有主题 %(detail)s 的题目，请补上。"),
    "too_few_items": _("题目太少：%(detail)s。"),
    "too_few_by_ear": _("听声音的题只有 %(detail)s 道，至少要 9 道。"),
    "too_few_by_picture": _("看图的题只有 %(detail)s 道，至少要 6 道。"),
    "out_of_balance": _("比例失当：%(detail)s。"),
    "keys_longest": _("答案最长的题太多：%(detail)s，最多三成。"),
    "stem_twice": _("与 %(detail)s 问的是同一个问题，请换一个角度。"),
    "too_many_negations": _("问“不正确”的题太多：%(detail)s，应当少于一成。"),
    "too_little_thinking": _("“理解”和“应用”的题太少：%(detail)s，至少三分之一。"),
    # loading a bank into the database
    "kind_changed": _("题型不能更改（原为 %(detail)s），请给新的题目一个新编号。"),
    "code_taken": _("这个编号已被平台上编写的题目使用，请换一个编号。"),
}


def say(code: str, detail: str = "") -> str:
    """The sentence for one code."""
    return str(SAYS[code] % {"detail": detail})


def say_where(problem: Problem) -> str:
    """The sentence for a problem of a bank's files, with file and code before it."""
    place = " ".join(part for part in (problem.file, problem.item) if part) or gettext("整个题库")
    return f"{place}: {say(problem.code, problem.detail)}"
