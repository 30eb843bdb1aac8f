"""Themes of comments: known groups are found again, alike on every run, and too little is refused."""

from __future__ import annotations

import pytest

from crm_analytics.errors import NotEnoughData
from crm_analytics.models.themes import ThemeModel

DELIVERY = ("The parcel came late", "Parcel late again, courier never rang", "late parcel and no word of the courier")
PRICE = ("Prices are too high", "The price went up again, high prices", "too expensive, high price")
ADVICE = ("Friendly advice in the shop", "good advice, friendly staff", "staff gave friendly advice")
COMMENTS = [text for _ in range(8) for texts in zip(DELIVERY, PRICE, ADVICE, strict=True) for text in texts]


def test_known_groups_are_found_again() -> None:
    found = ThemeModel(themes=3).fit(COMMENTS)
    groups = {text: {int(found.theme[n]) for n, each in enumerate(COMMENTS) if each == text} for text in set(COMMENTS)}
    assert all(len(themes) == 1 for themes in groups.values())
    of = [{theme for text in texts for theme in groups[text]} for texts in (DELIVERY, PRICE, ADVICE)]
    assert [len(each) for each in of] == [1, 1, 1]
    assert len(set.union(*of)) == 3
    delivery = next(iter(of[0]))
    assert {"parcel", "late"} <= set(found.words[delivery])
    assert set(found.examples(delivery, COMMENTS)) <= set(DELIVERY)


def test_the_same_comments_give_the_same_themes() -> None:
    first, second = ThemeModel().fit(COMMENTS), ThemeModel().fit(COMMENTS)
    assert first.words == second.words
    assert (first.theme == second.theme).all()


def test_other_alphabets_are_words_too() -> None:
    found = ThemeModel(themes=2).fit(["Доставка опоздала", "Très satisfaite du conseil", "Хорошая доставка"] * 12)
    assert any("доставка" in words for words in found.words)
    assert any("satisfaite" in words for words in found.words)


def test_too_little_is_refused() -> None:
    with pytest.raises(NotEnoughData, match="at least 30 comments"):
        ThemeModel().fit(COMMENTS[:29])
    with pytest.raises(NotEnoughData, match="words that come back"):
        ThemeModel().fit([f"{chr(97 + n % 26) * 4}{chr(97 + n // 26) * 3}" for n in range(40)])


def test_a_comment_of_binding_words_belongs_to_no_theme() -> None:
    found = ThemeModel(themes=2).fit([*COMMENTS, "and so it was"])
    assert found.theme[-1] == -1
