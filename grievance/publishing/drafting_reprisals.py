"""Drafts of what people say who are asked whether they were treated worse for complaining; never that nobody is."""

from grievance.core.i18n import Locale, plural_in, text_in
from grievance.metrics.indicators import Hidden
from grievance.publishing.bulletin import Figure
from grievance.publishing.drafting_paragraphs import if_any, paragraph
from grievance.publishing.wording import share_of_hundred, whole


def treated_worse(figure: Figure | None, locale: Locale) -> str:
    """Return how many were asked, answered and said yes, with what chance alone could do; nothing of old releases."""
    if figure is None:
        return ""
    question = text_in(locale, "30 and 90 days after our answer we ask: has anybody treated you worse for complaining?")
    if figure.part("asked") == 0:
        return paragraph(question, text_in(locale, "In this quarter nobody was due to be asked."))
    return paragraph(
        question,
        _answered(figure, locale),
        *_said(figure, locale),
        if_any(
            locale,
            "%(number)s grievance of this quarter is about reprisals.",
            "%(number)s grievances of this quarter are about reprisals.",
            int(figure.parts.get("reprisal_cases") or 0),
        ),
    )


def _answered(figure: Figure, locale: Locale) -> str:
    asked = figure.part("asked")
    of = {"of": whole(asked, locale)}
    if figure.denominator == 0:
        return plural_in(
            locale, "The only person asked did not answer.", "Of %(of)s people asked, none answered.", asked, **of
        )
    if figure.denominator == asked:
        return plural_in(locale, "The only person asked answered.", "All %(of)s people asked answered.", asked, **of)
    return if_any(
        locale,
        "Of %(of)s people asked, %(number)s answered.",
        "Of %(of)s people asked, %(number)s answered.",
        figure.denominator,
        **of,
    )


def _said(figure: Figure, locale: Locale) -> list[str]:
    if figure.denominator == 0:
        return [text_in(locale, "So we do not know what they think.")]
    if figure.hidden == Hidden.FEW_ANSWERS:
        return [text_in(locale, "With so few we do not show what they said, so that nobody can be recognised.")]
    if figure.hidden == Hidden.ONE_TO_FOUR:
        return [
            text_in(locale, "At least one said yes."),
            text_in(locale, "They are so few that we do not show how many: somebody could be recognised."),
            *_chance(figure, locale),
        ]
    yes = if_any(
        locale,
        "%(number)s said that somebody treated them worse for it.",
        "%(number)s said that somebody treated them worse for it.",
        figure.numerator or 0,
    )
    if yes:
        return [yes, *_chance(figure, locale)]
    return [
        text_in(locale, "None of them said yes."),
        text_in(locale, "That does not show that it does not happen."),
        text_in(
            locale,
            "Chance plays a part: it may happen to up to %(high)s of every 100.",
            high=share_of_hundred(float(figure.parts.get("high") or 0), locale),
        ),
    ]


def _chance(figure: Figure, locale: Locale) -> list[str]:
    low, high = (share_of_hundred(float(figure.parts.get(name) or 0), locale) for name in ("low", "high"))
    return [
        text_in(
            locale,
            "Chance plays a part: the true share may be from %(low)s to %(high)s of every 100.",
            low=low,
            high=high,
        )
    ]
