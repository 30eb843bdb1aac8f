"""What comments are about: words weighted by TF-IDF, grouped by non-negative matrix factorisation."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from crm_analytics.errors import NotEnoughData

if TYPE_CHECKING:
    import numpy.typing as npt

#: Words of one or two letters and bare numbers name no theme; letters of any alphabet count.
_TOKENS = r"(?u)\b[^\W\d_]{3,}\b"

#: Words that bind sentences together in the languages that comments come in. They name no theme.
_BINDING = frozenset(
    """
    the and for that this with was were has have had not but you your our are they them their from very all who what when which
    would could should will can been being its just too also more than then there here out about into only
    que los las del una por con para como pero muy mas más todo esta este está son fue sin sobre qui les des une pour avec pas
    est sont mais dans sur tout très tres vous nous leur plus cette ces aux par und der die das den dem ein eine einen mit für
    fur nicht auch sehr ist war sind von auf zu zum zur bei sich aber uma não nao dos das com por mais muito foi são sao seu sua
    per con una gli che non sono della delle molto это что как для все так был была они мне
    """.split()  # noqa: SIM905 (a paragraph of words reads better than a list of 150)
)


@dataclass(frozen=True)
class ThemeModel:
    """NMF (Lee and Seung 1999) of the TF-IDF matrix of comments (Salton and Buckley 1988), seeded.

    themes: how many are looked for; None takes one for each 15 comments, from 2 to 8. fewest: comments a fit must
    stand on. A word counts as one when at least `least_comments` comments hold it.
    """

    themes: int | None = None
    fewest: int = 30
    least_comments: int = 3
    words: int = 6
    seed: int = 7

    def fit(self, comments: Sequence[str]) -> FittedThemes:
        """Find the themes. `NotEnoughData` below `fewest` comments, or where no two words come back."""
        if len(comments) < self.fewest:
            raise NotEnoughData("Grouping comments by theme", self.fewest, len(comments), "comments")
        from sklearn.decomposition import NMF
        from sklearn.exceptions import ConvergenceWarning
        from sklearn.feature_extraction.text import TfidfVectorizer

        weigh = TfidfVectorizer(
            token_pattern=_TOKENS, lowercase=True, stop_words=sorted(_BINDING),
            min_df=self.least_comments, max_features=2000, sublinear_tf=True,
        )  # fmt: skip
        try:
            weights = weigh.fit_transform(comments)
        except ValueError:  # every word is rare or a binding one
            raise NotEnoughData("Grouping comments by theme", 2, 0, "words that come back in several") from None
        wanted = self.themes or int(np.clip(len(comments) // 15, 2, 8))
        count = min(wanted, weights.shape[1])
        nmf = NMF(count, init="nndsvd", solver="cd", max_iter=600, random_state=self.seed, tol=1e-3)
        with warnings.catch_warnings():
            # stopped at the last step it is still a grouping, only not the tightest one
            warnings.simplefilter("ignore", ConvergenceWarning)
            strength = nmf.fit_transform(weights)
        names = weigh.get_feature_names_out()
        order = np.argsort(-nmf.components_, axis=1, kind="stable")[:, : self.words]
        words = tuple(
            tuple(str(names[place]) for place in places if part[place] > 0)
            for part, places in zip(nmf.components_, order, strict=True)
        )
        theme = np.where(strength.max(axis=1) > 0, strength.argmax(axis=1), -1)
        return FittedThemes(words, theme.astype(np.int64), strength.max(axis=1))


@dataclass(frozen=True)
class FittedThemes:
    """words: those that carry each theme, strongest first. theme: of each comment, -1 for none of them.

    strength: how much of its theme a comment is; the highest are the examples.
    """

    words: tuple[tuple[str, ...], ...]
    theme: npt.NDArray[np.int64]
    strength: npt.NDArray[np.float64]

    def examples(self, theme: int, comments: Sequence[str], most: int = 3) -> tuple[str, ...]:
        """The comments that are most of the theme, each text once, strongest first; equal ones in the order given."""
        places = np.flatnonzero(self.theme == theme)
        best = places[np.argsort(-self.strength[places], kind="stable")]
        return tuple(dict.fromkeys(comments[place] for place in best))[:most]
