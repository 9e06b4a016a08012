"""Drafts of what came after an answer: cases opened again, answers appealed, and what was decided of the appeals."""

from grievance.core.i18n import Locale, plural_in, text_in
from grievance.publishing.bulletin import Figure
from grievance.publishing.drafting_paragraphs import if_any
from grievance.publishing.wording import whole


def reopened(figure: Figure | None, locale: Locale) -> str:
    """Return how many resolved cases were opened again within their 90 days."""
    if figure is None or figure.denominator == 0:
        return ""
    again, of = figure.numerator or 0, {"of": whole(figure.denominator, locale)}
    if again == 0:
        return plural_in(
            locale,
            "The only resolved case was not opened again within 90 days.",
            "Of %(of)s resolved cases none was opened again within 90 days.",
            figure.denominator,
            **of,
        )
    if again == figure.denominator:
        return plural_in(
            locale,
            "The only resolved case was opened again within 90 days.",
            "All %(of)s resolved cases were opened again within 90 days.",
            again,
            **of,
        )
    return if_any(
        locale,
        "Of %(of)s resolved cases, %(number)s was opened again within 90 days.",
        "Of %(of)s resolved cases, %(number)s were opened again within 90 days.",
        again,
        **of,
    )


def appealed(figure: Figure | None, locale: Locale) -> str:
    """Return how many outcomes were appealed within their 30 days."""
    if figure is None or figure.denominator == 0:
        return ""
    number, of = figure.numerator or 0, {"of": whole(figure.denominator, locale)}
    if number == 0:
        return plural_in(
            locale,
            "Nobody appealed the only answer within 30 days.",
            "Of %(of)s answers none was appealed within 30 days.",
            figure.denominator,
            **of,
        )
    if number == figure.denominator:
        return plural_in(
            locale,
            "The only answer was appealed within 30 days.",
            "All %(of)s answers were appealed within 30 days.",
            number,
            **of,
        )
    return if_any(
        locale,
        "Of %(of)s answers, %(number)s was appealed within 30 days.",
        "Of %(of)s answers, %(number)s were appealed within 30 days.",
        number,
        **of,
    )


def decided(figure: Figure | None, locale: Locale) -> tuple[str, ...]:
    """Return what was decided of the appeals by somebody who had not handled the case."""
    if figure is None or figure.denominator == 0:
        return ()
    right, of = figure.numerator or 0, {"of": whole(figure.denominator, locale)}
    if right == 0:
        said = plural_in(
            locale,
            "The only appeal decided did not change the answer.",
            "Of %(of)s appeals decided none changed the answer.",
            figure.denominator,
            **of,
        )
    elif right == figure.denominator:
        said = plural_in(
            locale,
            "In the only appeal decided the person was right, at least in part.",
            "In all %(of)s appeals decided the person was right, at least in part.",
            right,
            **of,
        )
    else:
        said = if_any(
            locale,
            "Of %(of)s appeals decided, in %(number)s the person was right, at least in part.",
            "Of %(of)s appeals decided, in %(number)s the person was right, at least in part.",
            right,
            **of,
        )
    return said, text_in(locale, "Somebody who had not handled the case decided.")
