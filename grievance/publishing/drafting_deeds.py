"""Drafts of what the site did, what is late, what changed and what it promised, from the figures."""

from grievance.core.i18n import Locale, plural_in, text_in
from grievance.metrics.indicators import Hidden
from grievance.publishing import wording
from grievance.publishing.bulletin import Bulletin, Figure
from grievance.publishing.drafting_appeals import appealed, decided, reopened
from grievance.publishing.drafting_paragraphs import if_any, paragraph, paragraphs
from grievance.publishing.wording import whole


def did(found: Bulletin, locale: Locale) -> str:
    """Return what was confirmed, resolved and closed, and how long it took."""
    account = found.figures["M2"]
    return paragraphs(
        _confirmed(found.figures["M1"], locale),
        _resolved(found.figures["M3"], locale),
        paragraph(*_left(account, locale), wording.still_open(account, locale)),
        paragraph(_time(found.figures["M5"], locale), reopened(found.figures.get("M6"), locale)),
        paragraph(appealed(found.figures.get("M6.appealed"), locale), *decided(found.figures.get("M6.upheld"), locale)),
    )


def late(found: Bulletin, locale: Locale) -> str:
    """Return what missed its date and what has waited long; if anything did, a prompt asks why."""
    confirmations, answers = found.figures["M1"], found.figures["M3"]
    actions = found.figures.get("M14.actions")
    missed = paragraphs(
        paragraph(
            _missed_confirmations(confirmations, locale),
            _missed_answers(answers, locale),
            wording.open_past_target(answers, locale) if answers.part("open_past_target") else "",
        ),
        paragraph(*_actions_late(actions, locale)),
    )
    waiting = paragraph(*_waiting(found.figures.get("M6b"), locale))
    if missed:
        why = text_in(locale, "[Write here why it is late, and what you do about it.]")
        return paragraphs(missed, waiting, why)
    due = confirmations.denominator + answers.denominator + (actions.denominator if actions else 0)
    if due == 0:
        return paragraphs(text_in(locale, "Nothing was due this quarter."), waiting)
    return paragraphs(text_in(locale, "Everything that was due this quarter was done on time."), waiting)


def changed(found: Bulletin, locale: Locale) -> str:
    """Return what was done so that it does not happen again, and a prompt for what is different now."""
    return paragraphs(
        paragraph(*_actions_done(found.figures.get("M14.actions"), locale)),
        text_in(
            locale,
            "[Write here what is different because people complained: what you did, where, and since when. "
            "If nothing is different, say so.]",
        ),
    )


def promised(found: Bulletin, locale: Locale) -> str:
    """Return what is still to be done, and a prompt for what the site promises."""
    actions = found.figures.get("M14.actions")
    return paragraphs(
        paragraph(
            if_any(
                locale,
                "%(number)s open case is still to be resolved.",
                "%(number)s open cases are still to be resolved.",
                found.figures["M2"].part("closing"),
            ),
            if_any(
                locale,
                "%(number)s measure has passed its date and is still to be done.",
                "%(number)s measures have passed their date and are still to be done.",
                actions.part("actions_not_done") if actions else 0,
            ),
        ),
        text_in(
            locale,
            "[Write here each promise: what will be done, by whom, and by which day. Also say what came of last "
            "time's promises.]",
        ),
    )


def _confirmed(figure: Figure, locale: Locale) -> str:
    due = figure.denominator
    if due == 0:
        return text_in(locale, "No confirmation fell due in the quarter.")
    return paragraph(
        _confirmed_on_time(figure.numerator or 0, due, locale),
        text_in(locale, "To confirm is to tell the person: we have it, and this comes next."),
    )


def _confirmed_on_time(on_time: int, due: int, locale: Locale) -> str:
    of = {"of": whole(due, locale)}
    if on_time == due:
        return plural_in(
            locale,
            "We confirmed the only grievance that was due, on time.",
            "We confirmed all %(of)s grievances that were due, on time.",
            due,
            **of,
        )
    if on_time == 0:
        return plural_in(
            locale,
            "The only grievance that was due was not confirmed on time.",
            "Of %(of)s grievances we confirmed none on time.",
            due,
            **of,
        )
    return if_any(
        locale,
        "Of %(of)s grievances we confirmed %(number)s on time.",
        "Of %(of)s grievances we confirmed %(number)s on time.",
        on_time,
        **of,
    )


def _resolved(figure: Figure, locale: Locale) -> str:
    due = figure.denominator
    if due == 0:
        return text_in(locale, "No answer fell due in the quarter.")
    return paragraph(
        _resolved_on_time(figure.numerator or 0, due, locale),
        text_in(locale, "Resolved means: answered, with all that was promised done and checked."),
    )


def _resolved_on_time(on_time: int, due: int, locale: Locale) -> str:
    of = {"of": whole(due, locale)}
    if on_time == due:
        return plural_in(
            locale,
            "We resolved the only case that was due, on time.",
            "We resolved all %(of)s cases that were due, on time.",
            due,
            **of,
        )
    if on_time == 0:
        return _none_resolved(due, locale)
    return if_any(
        locale,
        "Of %(of)s cases that were due, %(number)s was resolved on time.",
        "Of %(of)s cases that were due, %(number)s were resolved on time.",
        on_time,
        **of,
    )


def _none_resolved(due: int, locale: Locale) -> str:
    return plural_in(
        locale,
        "The only case that was due was not resolved on time.",
        "Of %(of)s cases that were due, none was resolved on time.",
        due,
        of=whole(due, locale),
    )


def _left(account: Figure, locale: Locale) -> list[str]:
    """Return how cases ended or were opened again in the quarter; a way in which none did is left out."""
    closed = if_any(
        locale,
        "In the quarter we answered and closed %(number)s case.",
        "In the quarter we answered and closed %(number)s cases.",
        account.part("closed"),
    )
    return [
        closed or text_in(locale, "In the quarter we closed no case."),
        if_any(
            locale,
            "%(number)s was taken back by whoever complained.",
            "%(number)s were taken back by whoever complained.",
            account.part("withdrawn"),
        ),
        if_any(
            locale,
            "%(number)s was passed on to somebody else who can help.",
            "%(number)s were passed on to somebody else who can help.",
            account.part("referred"),
        ),
        if_any(
            locale,
            "%(number)s was not ours to deal with.",
            "%(number)s were not ours to deal with.",
            account.part("out_of_scope"),
        ),
        if_any(
            locale,
            "%(number)s case was opened again.",
            "%(number)s cases were opened again.",
            account.part("reopened"),
        ),
    ]


def _time(figure: Figure, locale: Locale) -> str:
    """Return how long cases of twelve months took, open ones counted too."""
    if figure.denominator == 0:
        return ""
    share = figure.parts.get("day_30")
    if figure.hidden == Hidden.TOO_FEW_CASES or share is None:
        return if_any(
            locale,
            "In the last 12 months %(number)s case came: too few to say how long they take.",
            "In the last 12 months %(number)s cases came: too few to say how long they take.",
            figure.denominator,
        )
    return paragraph(
        text_in(
            locale,
            "Of every 100 cases of the last 12 months, %(number)s were resolved within 30 days.",
            number=wording.share_of_hundred(float(share), locale),
        ),
        wording.half_resolved(figure, locale),
    )


def _missed_confirmations(figure: Figure, locale: Locale) -> str:
    due = figure.denominator
    missed = due - (figure.numerator or 0)
    of = {"of": whole(due, locale)}
    if missed == due > 0:
        return plural_in(
            locale,
            "The only confirmation that was due came late, or did not come.",
            "All %(of)s confirmations that were due came late, or did not come.",
            due,
            **of,
        )
    return if_any(
        locale,
        "Of %(of)s confirmations, %(number)s came late or did not come.",
        "Of %(of)s confirmations, %(number)s came late or did not come.",
        missed,
        **of,
    )


def _missed_answers(figure: Figure, locale: Locale) -> str:
    due = figure.denominator
    if due and not figure.numerator:
        return _none_resolved(due, locale)
    return if_any(
        locale,
        "Of %(of)s cases that were due, %(number)s was not resolved on time.",
        "Of %(of)s cases that were due, %(number)s were not resolved on time.",
        due - (figure.numerator or 0),
        of=whole(due, locale),
    )


def _waiting(figure: Figure | None, locale: Locale) -> list[str]:
    """Return how long open cases have waited; nothing when none is older than 30 days."""
    if figure is None or figure.part("over_30") == 0:
        return []
    old, of = figure.part("over_30"), {"of": whole(figure.denominator, locale)}
    if old == figure.denominator:
        first = plural_in(
            locale,
            "The only open case has waited for more than 30 days.",
            "All %(of)s open cases have waited for more than 30 days.",
            old,
            **of,
        )
    else:
        first = if_any(
            locale,
            "Of %(of)s open cases, %(number)s has waited for more than 30 days.",
            "Of %(of)s open cases, %(number)s have waited for more than 30 days.",
            old,
            **of,
        )
    very_old = if_any(
        locale,
        "%(number)s has waited for more than 90 days.",
        "%(number)s have waited for more than 90 days.",
        figure.part("over_90"),
    )
    oldest = if_any(
        locale,
        "The oldest has waited for %(number)s day.",
        "The oldest has waited for %(number)s days.",
        figure.part("oldest_days"),
    )
    # Of a single case the first sentence and the days say it all.
    return [first, very_old if figure.denominator > 1 else "", oldest]


def _actions_late(figure: Figure | None, locale: Locale) -> list[str]:
    if figure is None:
        return []
    done_late, not_done = figure.part("actions_late"), figure.part("actions_not_done")
    if figure.denominator == 1:
        return [
            text_in(locale, "The only measure that was due was done late.") if done_late else "",
            text_in(locale, "The only measure that was due is not done.") if not_done else "",
        ]
    return [
        if_any(
            locale,
            "This quarter %(number)s measure was due.",
            "This quarter %(number)s measures were due.",
            figure.denominator if done_late or not_done else 0,
        ),
        if_any(locale, "%(number)s was done late.", "%(number)s were done late.", done_late),
        if_any(locale, "%(number)s is not done yet.", "%(number)s are not done yet.", not_done),
    ]


def _actions_done(figure: Figure | None, locale: Locale) -> list[str]:
    if figure is None or figure.denominator == 0:
        return [text_in(locale, "No measure of ours was due this quarter.")]
    done = [
        if_any(
            locale,
            "We did %(number)s on time.",
            "We did %(number)s on time.",
            figure.numerator or 0,
        ),
        if_any(
            locale,
            "We did %(number)s late.",
            "We did %(number)s late.",
            figure.part("actions_late"),
        ),
    ]
    return [
        if_any(
            locale,
            "So that it does not happen again, %(number)s measure was due in this quarter.",
            "So that it does not happen again, %(number)s measures were due in this quarter.",
            figure.denominator,
        ),
        *(done if any(done) else [_none_done(figure.denominator, locale)]),
    ]


def _none_done(due: int, locale: Locale) -> str:
    return plural_in(locale, "We have not done it.", "We have done none of them.", due)
