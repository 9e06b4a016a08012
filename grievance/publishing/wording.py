"""Figures as sentences, per language: natural frequencies, plurals and agreement of each language, no jargon.

Every number comes with what it is out of; a hidden one says why it is hidden. No sentence is built from pieces: where
two counts meet, there are two sentences. Not for: what a figure means (metrics.definitions).
"""

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

from grievance.core.i18n import ENGLISH, Locale, formats, plural_in, text_in
from grievance.metrics.definitions import name_of_part
from grievance.metrics.indicators import Hidden
from grievance.publishing.bulletin import Bulletin, Figure

HUNDRED = 100


def whole(value: float, locale: Locale) -> str:
    """Return a whole number as it is written in the language: "1.200", "1,200"."""
    return str(format_decimal(value, "#,##0", locale=formats(locale)))


def month(on: date, locale: Locale) -> str:
    """Return the name of a month inside a sentence."""
    return str(format_date(on, "LLLL" if locale == ENGLISH else "MMMM", locale=formats(locale)))


def day(on: date, locale: Locale) -> str:
    """Return "30 de septiembre de 2026" or "30 September 2026"."""
    pattern = "d MMMM y" if locale == ENGLISH else "d 'de' MMMM 'de' y"
    return str(format_date(on, pattern, locale=formats(locale)))


def period(first_on: date, last_on: date, locale: Locale) -> str:
    """Return "julio a septiembre de 2026" or "July to September 2026"."""
    return text_in(
        locale,
        "%(first)s to %(last)s %(year)s",
        first=month(first_on, locale),
        last=month(last_on, locale),
        year=last_on.year,
    )


def quarter_name(found: Bulletin, locale: Locale) -> str:
    """Return the quarter as a heading begins with it: "Julio a septiembre de 2026"."""
    text = period(found.first_on, found.last_on, locale)
    return text[:1].upper() + text[1:]


def share_of_hundred(share: float, locale: Locale) -> str:
    """Return a share as a whole number of every hundred."""
    return whole(round(share * HUNDRED), locale)


def lead(found: Bulletin, locale: Locale) -> str:
    """Return the first sentences of the page: what came, what is left open, what was late."""
    account = found.figures["M2"]
    sentences = [
        received(found, locale),
        filed(account, locale),
        behind(account, locale),
        still_open(account, locale),
        late_answers(found.figures["M3"], locale),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def received(found: Bulletin, locale: Locale) -> str:
    """Return how many grievances came in the quarter."""
    number = found.figures["M2"].denominator
    when = {
        "first": month(found.first_on, locale),
        "last": month(found.last_on, locale),
        "year": found.last_on.year,
    }
    if number == 0:
        return text_in(locale, "Between %(first)s and %(last)s %(year)s no grievance reached us.", **when)
    return plural_in(
        locale,
        "Between %(first)s and %(last)s %(year)s we received %(number)s grievance.",
        "Between %(first)s and %(last)s %(year)s we received %(number)s grievances.",
        number,
        number=whole(number, locale),
        **when,
    )


def filed(account: Figure, locale: Locale) -> str:
    """Return in how many filings they came, where somebody filed twice or several filed the same; nothing elsewhere."""
    submissions = account.part("submissions")
    if submissions <= account.denominator:
        return ""
    return plural_in(
        locale,
        "It was filed in %(number)s messages or visits.",
        "They were filed in %(number)s messages or visits.",
        account.denominator,
        number=whole(submissions, locale),
    )


def behind(account: Figure, locale: Locale) -> str:
    """Return how many people stand behind the cases received, where not one behind each; else nothing."""
    number = account.part("people_behind") if "people_behind" in account.parts else 0
    if number in {0, account.denominator}:
        return ""
    return plural_in(
        locale,
        "Behind them stands %(number)s person, by what those say who filed.",
        "Behind them stand %(number)s people, by what those say who filed.",
        number,
        number=whole(number, locale),
    )


def received_and_open(account: Figure, locale: Locale) -> str:
    """Return what stands beside the number of grievances received."""
    came = plural_in(locale, "grievance received.", "grievances received.", account.denominator)
    return f"{came} {still_open(account, locale)}"


def still_open(account: Figure, locale: Locale) -> str:
    """Return how many cases were open at the end of the quarter."""
    number = account.part("closing")
    if number == 0:
        return text_in(locale, "At the end of the quarter none was open.")
    return plural_in(
        locale,
        "At the end of the quarter %(number)s was open.",
        "At the end of the quarter %(number)s were open.",
        number,
        number=whole(number, locale),
    )


def late_answers(figure: Figure, locale: Locale) -> str:
    """Return how many of the dates promised for an answer were missed; nothing when none fell due."""
    missed = figure.denominator - (figure.numerator or 0)
    if figure.denominator == 0:
        return ""
    of = {"of": whole(figure.denominator, locale)}
    if missed == 0:
        return plural_in(
            locale,
            "The one that was due was resolved on time.",
            "All %(of)s that were due were resolved on time.",
            figure.denominator,
            **of,
        )
    return plural_in(
        locale,
        "Of %(of)s that were due, %(number)s was not resolved on time.",
        "Of %(of)s that were due, %(number)s were not resolved on time.",
        missed,
        number=whole(missed, locale),
        **of,
    )


def acknowledged(figure: Figure, locale: Locale) -> str:
    """Return what stands beside the number of acknowledgements on time."""
    if figure.denominator == 0:
        return text_in(locale, "No confirmation fell due in the quarter.")
    return plural_in(
        locale,
        "was confirmed on time by a person",
        "were confirmed on time by a person",
        figure.numerator or 0,
    )


def receipts(figure: Figure, locale: Locale) -> str:
    """Return the sentence about automatic receipts, which count as no confirmation; nothing where it is hidden."""
    if figure.parts.get("receipts_delivered") is None:
        return ""
    number = figure.part("receipts_delivered")
    return plural_in(
        locale,
        "Apart from that, %(number)s automatic receipt arrived by text. It does not count as a confirmation.",
        "Apart from that, %(number)s automatic receipts arrived by text. They do not count as a confirmation.",
        number,
        number=whole(number, locale),
    )


def resolved(figure: Figure, locale: Locale) -> str:
    """Return what stands beside the number of cases resolved within their target."""
    if figure.denominator == 0:
        return text_in(locale, "No answer fell due in the quarter.")
    return plural_in(locale, "was resolved on time", "were resolved on time", figure.numerator or 0)


def open_past_target(figure: Figure, locale: Locale) -> str:
    """Return how many cases are open past their date; an honest line beside the rate."""
    number = figure.part("open_past_target")
    if number == 0:
        return text_in(locale, "No case was open past its date at the end of the quarter.")
    return plural_in(
        locale,
        "%(number)s case was still open past its date at the end of the quarter.",
        "%(number)s cases were still open past their date at the end of the quarter.",
        number,
        number=whole(number, locale),
    )


def satisfied(figure: Figure, locale: Locale) -> str:
    """Return what stands beside the number of satisfied answers: out of whom, and how many were asked."""
    asked = figure.part("asked")
    if asked == 0:
        return text_in(locale, "Nobody was due to be asked in the quarter.")
    if figure.hidden == Hidden.FEW_AND_ALIKE:
        return few_and_alike(figure, locale)
    if figure.denominator == 0:
        return plural_in(
            locale,
            "We asked %(number)s person. Nobody answered.",
            "We asked %(number)s people. Nobody answered.",
            asked,
            number=whole(asked, locale),
        )
    return plural_in(
        locale,
        "of those who answered was satisfied with the result. We asked %(asked)s.",
        "of those who answered were satisfied with the result. We asked %(asked)s.",
        figure.numerator or 0,
        asked=whole(asked, locale),
    )


def answers(figure: Figure, locale: Locale) -> str:
    """Return the finding of a question as a natural frequency: "24 of 60 people answered; 18 were satisfied."."""
    said = plural_in(
        locale,
        "%(number)s of %(of)s people answered.",
        "%(number)s of %(of)s people answered.",
        figure.denominator,
        number=whole(figure.denominator, locale),
        of=whole(figure.part("asked"), locale),
    )
    if figure.denominator == 0:
        return said
    if figure.numerator is None:
        alike = plural_in(
            locale,
            "We do not show what, so that nobody can be recognised.",
            "All alike: with so few we do not show what, so that nobody can be recognised.",
            figure.denominator,
        )
        return f"{said} {alike}"
    content = plural_in(
        locale,
        "%(number)s was satisfied.",
        "%(number)s were satisfied.",
        figure.numerator,
        number=whole(figure.numerator, locale),
    )
    return f"{said} {content}"


def few_and_alike(figure: Figure, locale: Locale) -> str:
    """Return why a number is not shown."""
    return plural_in(
        locale,
        "One person answered: we do not show what, so that nobody can be recognised.",
        "%(number)s people answered, all alike: with so few we do not show what, so that nobody can be recognised.",
        figure.denominator,
        number=whole(figure.denominator, locale),
    )


def by_day_thirty(figure: Figure, locale: Locale) -> str:
    """Return the finding about the time until cases are resolved."""
    share = figure.parts.get("day_30")
    if share is None:
        return resolved_of_all(figure, locale)
    return text_in(
        locale,
        "After 30 days %(number)s of every 100 were resolved",
        number=share_of_hundred(float(share), locale),
    )


def resolved_of_all(figure: Figure, locale: Locale) -> str:
    """Return how many cases of twelve months were resolved, where there are too few for shares."""
    return plural_in(
        locale,
        "%(number)s of %(of)s case of the last 12 months was resolved",
        "%(number)s of %(of)s cases of the last 12 months were resolved",
        figure.denominator,
        number=whole(figure.numerator or 0, locale),
        of=whole(figure.denominator, locale),
    )


def half_resolved(figure: Figure, locale: Locale) -> str:
    """Return by which day half of the cases were resolved."""
    if figure.hidden == Hidden.TOO_FEW_CASES:
        return text_in(locale, "With fewer than 10 cases, or fewer than 5 resolved, we show no shares.")
    median_days = figure.parts.get("median_days")
    if median_days is None:
        return text_in(locale, "Half of them have not been resolved yet.")
    return plural_in(
        locale,
        "Half of them were resolved within %(number)s day.",
        "Half of them were resolved within %(number)s days.",
        int(median_days),
        number=whole(median_days, locale),
    )


def opening_differs(found: Bulletin, locale: Locale) -> str:
    """Return why the account does not begin where the last published one ended; nothing when it does."""
    account = found.figures["M2"]
    if found.closing_before is None or found.closing_before == account.part("opening"):
        return ""
    late = account.part("recorded_late")
    before = text_in(
        locale,
        "The figures published for the quarter before ended with %(before)s open.",
        before=whole(found.closing_before, locale),
    )
    if late == 0:
        after = text_in(locale, "Since then some turned out to be questions, tests or another site's.")
        return f"{before} {after}"
    after = plural_in(
        locale,
        "Since then %(number)s case of before was recorded late.",
        "Since then %(number)s cases of before were recorded late.",
        late,
        number=whole(late, locale),
    )
    return f"{before} {after}"


def part_name(code: str, locale: Locale) -> str:
    """Return the name of a part or exclusion in a table or file."""
    name, values = name_of_part(code)
    return text_in(locale, name, **values)
