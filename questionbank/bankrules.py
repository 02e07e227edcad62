"""What makes one item of a bank's files fit to be asked: one function per rule, each yielding (code, detail). Pure.

The import enforces them all; what makes a whole bank a good mixture is in `bankbalance`."""

import re
from collections.abc import Callable, Iterator

from questionbank import interactions, markup, mediafiles
from questionbank.bankfiles import Bank, BankItem, Problem
from schools.grades import Stage

DIFFICULTIES = ("easy", "medium", "hard")
COGNITIONS = ("remember", "understand", "apply")
STAGES = tuple(stage.value for stage in Stage)
CHOICE_COUNTS = {"single_choice": range(3, 6), "multiple_choice": range(4, 6), "true_false": range(1)}
MOST_KEYS = 4
EXPLANATION_LENGTH = range(25, 121)
MOST_AUDIO_SECONDS = 30
LENGTH_RATIO, LENGTH_SURPLUS = 1.8, 6

_LAZY_CHOICE = re.compile(r"以上(都|皆|均|全|选项|说法)|^(都|均|全部?)(是|对|不对|不是|可以|正确|错误|不正确)$")
_COMBINED_CHOICE = re.compile(r"^[A-Fa-f]\s*[、和与及]\s*[A-Fa-f]")
_NEGATION = re.compile(
    r"(不正确|不恰当|不合适|不妥|不属于|不包括|不符合|不应当?|不要|不该|不能|不宜|不是|错误|有误|无关)[^，。？?]{0,8}[？?]?$"
)
_REASON = re.compile(r"为什么|为何|原因|理由")
_BASIS = re.compile(r"按照|根据|依据")
_ARTICLE = re.compile(r"第[一二三四五六七八九十百零\d]+条")
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)

ItemRule = Callable[[BankItem, Bank], Iterator[tuple[str, str]]]


def item_problems(bank: Bank) -> list[Problem]:
    """Everything that ITEM_RULES and the shape of the files find."""
    found = list(bank.problems)
    for item in bank.items:
        for rule in ITEM_RULES:
            found += [Problem(item.file, item.code, code, detail) for code, detail in rule(item, bank)]
    return found


def words_are_known(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """Kind, stage, difficulty and cognition are words of the glossary."""
    known = {"kind": interactions.kinds(), "stage": STAGES, "difficulty": DIFFICULTIES, "cognition": COGNITIONS}
    yield from (
        ("word_unknown", getattr(item, name)) for name, words in known.items() if getattr(item, name) not in words
    )


def content_is_sound(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """What the kind's own module wants of stem, choices and key."""
    if item.kind in interactions.kinds():
        yield from ((code, "") for code in interactions.of(item.kind).problems(item.content))


def number_of_choices(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """3 to 5 in a single choice, 4 or 5 in a multiple choice of at most 4 keys."""
    if item.kind in CHOICE_COUNTS and len(item.choices) not in CHOICE_COUNTS[item.kind]:
        yield "choice_count", str(len(item.choices))
    if len(item.content["key"]) > MOST_KEYS:
        yield "too_many_keys", str(len(item.content["key"]))


def facts_are_known(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """At least one fact, each of the fact files; a contested one only where the stem names what it goes by."""
    status = {fact.id: fact.status for fact in bank.facts}
    named = bool(_BASIS.search(item.stem))
    if not item.facts:
        yield "no_facts_named", ""
    yield from (("fact_unknown", fact) for fact in item.facts if fact not in status)
    yield from (("fact_contested", fact) for fact in item.facts if status.get(fact) == "contested" and not named)


def citation_names_a_source(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """A law's article or a source in words, never a bare address."""
    if not item.citation:
        yield "no_citation", ""
    if _ADDRESS.search(item.citation):
        yield "citation_is_address", item.citation


def explanation_explains(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """25 to 120 characters."""
    length = len(markup.plain(item.explanation))
    if length not in EXPLANATION_LENGTH:
        yield "explanation_length", str(length)


def choices_stand_alone(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """No "all of the above" and no "A and B": the client shuffles the choices."""
    for choice in map(markup.plain, item.choices):
        if _LAZY_CHOICE.search(choice):
            yield "all_of_the_above", choice
        if _COMBINED_CHOICE.search(choice):
            yield "combined_choice", choice


def choices_have_like_length(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """In a single choice the longest is at most 1.8 times the shortest, or at most 6 characters more."""
    lengths = [len(markup.plain(choice)) for choice in item.choices if not markup.media_names(choice)]
    if item.kind != "single_choice" or len(lengths) < 2:
        return
    if max(lengths) > max(LENGTH_RATIO * min(lengths), LENGTH_SURPLUS + min(lengths)):
        yield "choice_lengths", f"{min(lengths)}-{max(lengths)}"


def negation_is_bold(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """A stem that asks for what is wrong says so in bold."""
    if is_negated(item) and "**" not in item.stem:
        yield "negation_not_bold", markup.plain(item.stem)


def media_are_there(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """Every picture and sound lies in media/, has words for who cannot see or hear it, and comes from nowhere else."""
    for text in item.texts:
        yield from (("media_missing", name) for name in markup.media_names(text) if name not in bank.media)
        yield from (("media_outside", source) for source in markup.outside_sources(text))
        yield from (("media_without_words", "") for words in markup.alternatives(text) if not words)


def sounds_are_short(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """Sounds that a student must hear to answer last at most 30 s."""
    for name in by_ear(item, bank):
        seconds = mediafiles.mp3_seconds(bank.media[name])
        if seconds > MOST_AUDIO_SECONDS:
            yield "sound_too_long", f"{name} {seconds:.1f} s"


def children_read_no_articles(item: BankItem, bank: Bank) -> Iterator[tuple[str, str]]:
    """Primary pupils are not asked by the number of an article."""
    if item.stage == Stage.PRIMARY and any(_ARTICLE.search(text) for text in [item.stem, *item.choices]):
        yield "article_for_children", ""


def by_ear(item: BankItem, bank: Bank) -> list[str]:
    """Sounds that stem and choices play."""
    return [name for name in _shown(item) if name in bank.media and name.endswith(".mp3")]


def by_picture(item: BankItem, bank: Bank) -> list[str]:
    """Pictures that stem and choices show."""
    return [name for name in _shown(item) if name in bank.media and not name.endswith(".mp3")]


def is_negated(item: BankItem) -> bool:
    """Whether the stem of a choice asks for what is wrong or missing."""
    words = item.stem.replace("**", "").partition("\n")[0].strip()
    return item.kind != "true_false" and bool(_NEGATION.search(words)) and not _REASON.search(words)


def _shown(item: BankItem) -> list[str]:
    return [name for text in item.texts[:-1] for name in markup.media_names(text)]


ITEM_RULES: list[ItemRule] = [
    words_are_known,
    content_is_sound,
    number_of_choices,
    facts_are_known,
    citation_names_a_source,
    explanation_explains,
    choices_stand_alone,
    choices_have_like_length,
    negation_is_bold,
    media_are_there,
    sounds_are_short,
    children_read_no_articles,
]
