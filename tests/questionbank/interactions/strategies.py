"""Contents, responses and points that hypothesis draws for every kind with choices."""

from decimal import Decimal

from hypothesis import strategies as st

LETTERS = "ABCDEF"

points = st.decimals(min_value=Decimal("0.5"), max_value=Decimal(100), places=2)
policies = st.sampled_from(["missing_half", "all_or_nothing", "proportional"])


@st.composite
def choice_contents(draw, fewest_keys=1, most_keys=1):
    """A sound content with 2 to 6 choices (one more than keys at least)."""
    count = draw(st.integers(fewest_keys + 1, 6))
    letters = list(LETTERS[:count])
    keys = draw(
        st.lists(st.sampled_from(letters), min_size=fewest_keys, max_size=min(most_keys, count - 1), unique=True)
    )
    return {
        "stem": "听到什么？",
        "choices": [{"id": letter, "content": f"选项{letter}"} for letter in letters],
        "key": keys,
    }


@st.composite
def answered(draw, fewest_keys=1, most_keys=1):
    """(offered ids, key, response), all in the paper's ids."""
    content = draw(choice_contents(fewest_keys, most_keys))
    renamed = renaming(content)
    offered = list(renamed.values())
    key = [renamed[letter] for letter in content["key"]]
    return offered, key, draw(st.lists(st.sampled_from(offered), unique=True))


def renaming(content):
    """As a paper renames: A becomes c-something that says nothing about its place."""
    letters = [choice["id"] for choice in content["choices"]]
    return {letter: f"c{len(letters) - place}" for place, letter in enumerate(letters)}
