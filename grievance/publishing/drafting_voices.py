"""Drafts of what people told and say, of what nobody knows, and of how to complain."""

from collections.abc import Mapping

from grievance.core.i18n import Locale, mark, plural_in, text_in
from grievance.metrics.disclosure import TableState
from grievance.metrics.indicators import Hidden
from grievance.metrics.people import RESTRICTED
from grievance.metrics.table_definitions import CELLS
from grievance.publishing import wording
from grievance.publishing.bulletin import Bulletin, Figure, Table
from grievance.publishing.drafting_paragraphs import if_any, listed, paragraph, paragraphs
from grievance.publishing.drafting_sections import WaysText
from grievance.publishing.wording import whole

LINES_OF_A_TABLE = 4
"""The largest cells of a table are told, the rest stands in it: a text that lists everything is not read."""
_CATEGORY, _GROUP, _AREA, _EMPLOYER = "people.category", "people.group", "people.area", "people.employer"


def told(found: Bulletin, locale: Locale) -> str:
    """Return how many grievances came, what they were about and who sent them, as far as that may be shown."""
    account = found.figures["M2"]
    if account.denominator == 0:
        came = paragraph(
            wording.received(found, locale),
            text_in(locale, "That does not mean that all is well."),
            text_in(locale, "People may not know how to complain, or may be afraid to."),
        )
        return paragraphs(_corrects(found, locale), came)
    return paragraphs(
        _corrects(found, locale),
        paragraph(wording.received(found, locale), wording.filed(account, locale), wording.behind(account, locale)),
        *_about(found.tables, locale),
        paragraph(*_workers(found.figures.get("M12"), locale)),
    )


def said(found: Bulletin, locale: Locale) -> str:
    """Return what those say whose case ended: of the result, of how they were treated, and whether it is solved."""
    result = found.figures["M8.outcome"]
    asked = result.part("asked")
    if asked == 0:
        return paragraph(
            text_in(locale, "We ask everybody whose case ends what they think of it."),
            text_in(locale, "In this quarter nobody was due to be asked."),
        )
    question = plural_in(
        locale,
        "We asked %(number)s person whose case had ended what he or she thinks of it.",
        "We asked %(number)s people whose case had ended what they think of it.",
        asked,
        number=whole(asked, locale),
    )
    if all(found.figures[id_].denominator == 0 for id_ in ("M8.outcome", "M8.process", "M8.verdict")):
        nobody = text_in(locale, "Nobody answered. So we do not know what they think.")
        return paragraph(question, nobody)
    process, verdict = found.figures["M8.process"], found.figures["M8.verdict"]
    if result.numerator is None and process.numerator is None and verdict.numerator is None:
        rest = [text_in(locale, "Nor do we show what they think of how we treated them, or whether it is solved.")]
    else:
        rest = [_treated(process, locale), _solved(verdict, locale)]
    return paragraphs(
        paragraph(question, _reached(result, locale), *_satisfied(result, locale)),
        paragraph(*_certainty(result, locale)),
        *rest,
        text_in(locale, "Only they can say that it is solved. We cannot say it for them."),
    )


def unknown(found: Bulletin, locale: Locale) -> str:
    """Return what the figures cannot tell: who stayed silent, what is hidden, what was not entered."""
    return paragraphs(
        paragraph(
            text_in(locale, "These numbers say nothing of those who do not complain."),
            text_in(locale, "Some do not know how. Some do not trust us. Some are afraid."),
            _silent_places(found.tables, locale) if found.figures["M2"].denominator else "",
        ),
        paragraph(
            text_in(locale, "They also cannot show how many people were punished for complaining."),
            text_in(locale, "People who are punished often keep silent."),
        ),
        paragraph(*_no_answers(found, locale)),
        paragraph(*_missing(found, locale)),
    )


def how(ways: WaysText, locale: Locale) -> str:
    """Return how to complain, a line for each way that the site has."""
    by_text = text_in(locale, "By text: write to %(number)s what happened. Any telephone will do.", number=ways.number)
    ways_here = listed(
        by_text if ways.number else "",
        text_in(locale, "On the web: %(address)s", address=ways.report_address) if ways.report_address else "",
        text_in(locale, "In person: %(office)s", office=ways.office) if ways.office else "",
    )
    danger = text_in(locale, "If somebody is in danger, do not write. Call %(number)s.", number=ways.emergency)
    return paragraphs(
        text_in(locale, "You can complain whenever you like. It is free, and you need not give your name."),
        ways_here or text_in(locale, "How to complain here is on the page of this site."),
        danger if ways.emergency else "",
        paragraph(
            text_in(locale, "Nobody may punish you for complaining."),
            text_in(locale, "If somebody does, tell us: we look into that as a case of its own."),
            text_in(locale, "You can also go to the authorities. The page of this site says to which."),
        ),
    )


def _corrects(found: Bulletin, locale: Locale) -> str:
    """Return that this is a correction, where it is one. A version number alone does not make one."""
    carried = any(table.as_of_version is not None for table in found.tables.values())
    if not (found.reason or carried):
        return ""
    return paragraph(
        text_in(locale, "This summary corrects an earlier one of the same quarter. That one can still be read."),
        text_in(locale, "The tables of who complained are those of the earlier one.") if carried else "",
    )


def _about(tables: Mapping[str, Table], locale: Locale) -> list[str]:
    """Return what they were about and who sent them, or why that is not shown."""
    topics, groups = tables.get(_CATEGORY), tables.get(_GROUP)
    if topics and groups and not _shown(topics) and not _shown(groups):
        return [
            paragraph(
                text_in(locale, "We do not show what they were about, nor who sent them."),
                text_in(locale, "They are so few that somebody could be recognised."),
            )
        ]
    return [
        _topics(topics, locale) if topics else "",
        _groups(groups, locale) if groups else "",
    ]


def _topics(table: Table, locale: Locale) -> str:
    if not _shown(table):
        return text_in(locale, "We do not show what they were about, so that nobody can be recognised.")
    seen_by_few = if_any(
        locale,
        "%(number)s of %(of)s is seen by few people only: harassment, reprisals and the like.",
        "%(number)s of %(of)s are seen by few people only: harassment, reprisals and the like.",
        table.cells.get(RESTRICTED) or 0,
        of=whole(table.total, locale),
    )
    return paragraphs(
        text_in(locale, "This is what they were about."),
        listed(*_largest(table, locale, but=(RESTRICTED,)), seen_by_few),
        _rest(table, locale, but=(RESTRICTED,)),
        text_in(locale, "We do not show how many came on some topics, so that nobody can be recognised.")
        if table.state == TableState.PART
        else "",
    )


def _groups(table: Table, locale: Locale) -> str:
    if not _shown(table):
        return text_in(locale, "We do not show who sent them, so that nobody can be recognised.")
    return paragraphs(
        text_in(locale, "This is who sent them."),
        listed(*_largest(table, locale)),
        _rest(table, locale),
        text_in(locale, "We do not show how many came from some groups, so that nobody can be recognised.")
        if table.state == TableState.PART
        else "",
    )


def _shown(table: Table) -> list[tuple[int, str]]:
    """Return the cells that are shown and hold somebody, by number and code, in the order of the table."""
    return [(number, code) for code, number in table.cells.items() if number]


def _largest(table: Table, locale: Locale, *, but: tuple[str, ...] = ()) -> list[str]:
    """Return the largest cells that are shown, a line each; ties stay in the order of the table."""
    shown = [row for row in _shown(table) if row[1] not in but]
    return [
        text_in(
            locale,
            "%(name)s: %(number)s of %(of)s.",
            name=cell_name(table, code, locale),
            number=whole(number, locale),
            of=whole(table.total, locale),
        )
        for number, code in sorted(shown, key=lambda row: -row[0])[:LINES_OF_A_TABLE]
    ]


def _rest(table: Table, locale: Locale, *, but: tuple[str, ...] = ()) -> str:
    shown = [row for row in _shown(table) if row[1] not in but]
    return text_in(locale, "The rest is in the table.") if len(shown) > LINES_OF_A_TABLE else ""


def cell_name(table: Table, code: str, locale: Locale) -> str:
    """Return what a cell of a table is called: a row of the database as it was called then, else one of the program."""
    if code in table.names:
        return table.names[code].get(locale) or code
    return text_in(locale, CELLS[table.id][code])


def _workers(figure: Figure | None, locale: Locale) -> list[str]:
    """Return how many grievances workers sent, of how many people; nothing where that is hidden or not known."""
    if figure is None or figure.numerator is None or figure.parts.get("per_100_workers") is None:
        return []
    sent = if_any(
        locale,
        "People who work here sent %(number)s of them.",
        "People who work here sent %(number)s of them.",
        figure.numerator,
    )
    return [
        sent or text_in(locale, "People who work here sent none of them."),
        text_in(locale, "%(number)s people work here.", number=whole(figure.denominator, locale)),
        text_in(locale, "More grievances are not bad news: people may trust us more."),
    ]


def _reached(figure: Figure, locale: Locale) -> str:
    """Return how many the question reached, where not all: the worst and the best case are out of these."""
    reached = figure.part("delivered")
    if reached >= figure.part("asked"):
        return ""
    return plural_in(
        locale,
        "Our question reached %(number)s of them.",
        "Our question reached %(number)s of them.",
        reached,
        number=whole(reached, locale),
    )


def _satisfied(figure: Figure, locale: Locale) -> list[str]:
    if figure.hidden == Hidden.FEW_AND_ALIKE:
        return [wording.few_and_alike(figure, locale)]
    if figure.denominator == 0:
        return [text_in(locale, "Nobody said what they think of the result.")]
    answered = if_any(locale, "%(number)s answered.", "%(number)s answered.", figure.denominator)
    content = if_any(
        locale,
        "Of those, %(number)s is satisfied with the result.",
        "Of those, %(number)s are satisfied with the result.",
        figure.numerator or 0,
    )
    return [answered, content or text_in(locale, "None of them is satisfied with the result.")]


def _certainty(figure: Figure, locale: Locale) -> list[str]:
    """Return how far chance and silence could move the share; nothing where no share is shown."""
    ends = {name: figure.parts.get(name) for name in ("low", "high", "worst", "best")}
    if figure.numerator is None or any(value is None for value in ends.values()):
        return []
    shares = {name: wording.share_of_hundred(float(value or 0), locale) for name, value in ends.items()}
    sentences = [
        text_in(
            locale,
            "Chance plays a part: the true share may be from %(low)s to %(high)s of every 100.",
            low=shares["low"],
            high=shares["high"],
        )
    ]
    if shares["worst"] != shares["best"]:
        sentences += [
            text_in(
                locale,
                "If all who did not answer were unhappy, it would be %(worst)s of every 100.",
                worst=shares["worst"],
            ),
            text_in(locale, "If all of them were happy, it would be %(best)s.", best=shares["best"]),
        ]
    return sentences


def _treated(figure: Figure, locale: Locale) -> str:
    if figure.denominator == 0:
        return ""
    if figure.numerator is None:
        return text_in(
            locale, "We do not show what they think of how we treated them, so that nobody can be recognised."
        )
    of = {"of": whole(figure.denominator, locale)}
    content = if_any(
        locale,
        "%(number)s of %(of)s is satisfied with how we treated them.",
        "%(number)s of %(of)s are satisfied with how we treated them.",
        figure.numerator,
        **of,
    )
    return content or text_in(locale, "Of %(of)s, none is satisfied with how we treated them.", **of)


def _solved(figure: Figure, locale: Locale) -> str:
    if figure.denominator == 0:
        return ""
    if figure.numerator is None:
        return text_in(locale, "We do not show whether they call it solved, so that nobody can be recognised.")
    return paragraph(
        text_in(locale, "Is it solved?"),
        *(
            text_in(locale, words, number=whole(figure.part(f"verdict_{verdict}"), locale))
            for verdict, words in _VERDICTS
        ),
    )


def _no_answers(found: Bulletin, locale: Locale) -> list[str]:
    result, verdict = found.figures["M8.outcome"], found.figures["M8.verdict"]
    reached, silent = result.part("delivered"), result.part("no_answer")
    of = {"of": whole(reached, locale)}
    if silent == reached:
        said_nothing = (
            plural_in(
                locale,
                "The only person whom our question reached did not answer.",
                "Of %(of)s people whom our question reached, none answered.",
                reached,
                **of,
            )
            if reached
            else ""
        )
    else:
        said_nothing = if_any(
            locale,
            "Of %(of)s people whom our question reached, %(number)s did not answer.",
            "Of %(of)s people whom our question reached, %(number)s did not answer.",
            silent,
            **of,
        )
    return [
        said_nothing,
        text_in(locale, "We do not know what they think.") if said_nothing else "",
        if_any(
            locale,
            "Our question did not reach %(number)s person.",
            "Our question did not reach %(number)s people.",
            verdict.part("verdict_unreachable"),
        ),
    ]


def _missing(found: Bulletin, locale: Locale) -> list[str]:
    workers = found.figures.get("M12")
    hides = any(table.state != TableState.WHOLE for table in found.tables.values())
    return [
        text_in(locale, "We do not show numbers so small that somebody could be recognised.") if hides else "",
        text_in(locale, "Nobody entered how many people work here. So we cannot say how many of them complain.")
        if workers is not None and workers.denominator == 0
        else "",
        if_any(
            locale,
            "%(number)s older case was recorded late: the summary of that time does not count it.",
            "%(number)s older cases were recorded late: the summaries of that time do not count them.",
            found.figures["M2"].part("recorded_late"),
        ),
    ]


def _silent_places(tables: Mapping[str, Table], locale: Locale) -> str:
    """Return that silence is no good news, where a place or an employer is shown from which nothing came."""
    rows = [table for id_ in (_AREA, _EMPLOYER) if (table := tables.get(id_)) is not None]
    if not any(number == 0 and code in table.names for table in rows for code, number in table.cells.items()):
        return ""
    return text_in(locale, "From some places nothing came. That does not show that all is well there.")


_VERDICTS = (
    ("satisfied", mark("Yes: %(number)s.")),
    ("partly", mark("In part: %(number)s.")),
    ("not_satisfied", mark("No: %(number)s.")),
)
