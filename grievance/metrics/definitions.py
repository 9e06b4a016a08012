"""What each figure means, in words: English here, other languages by the catalogue. Pure.

These words are published with the numbers. Whoever changes what is counted changes `indicators`, its version, and them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import mark


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure in words, each a message of the catalogue. `leaves_out` is empty where nothing is left out."""

    name: str
    says: str
    numerator: str
    denominator: str
    leaves_out: str = ""


DEFINITIONS: Final[Mapping[str, Definition]] = MappingProxyType(
    {
        "M1": Definition(
            name=mark("Confirmed on time by a person"),
            says=mark(
                "A person of the site told whoever complained, by the promised date: we have it, and this"
                " is what happens now."
            ),
            numerator=mark(
                "Cases in which that message reached the person by its date: delivered, seen, handed "
                "over, or posted on the page of somebody to whom nothing could be sent."
            ),
            denominator=mark(
                "All cases whose date for it fell in the quarter. A message that was only sent, without "
                "confirmation, counts as late."
            ),
            leaves_out=mark(
                "Cases that had ended before the date, and those joined to another. Automatic receipts "
                "never count: they stand beside it, unless the table of channels hides how many came by text."
            ),
        ),
        "M2": Definition(
            name=mark("What came and what left"),
            says=mark(
                "The account of the quarter: open at the beginning, plus received and reopened, minus "
                "closed, withdrawn, referred, out of scope and joined to another, is open at the end."
            ),
            numerator=mark("Cases that left in the quarter, in whatever way."),
            denominator=mark("Cases received in the quarter. More may leave than come in."),
            leaves_out=mark(
                "Spam and tests. Questions and requests about personal data are counted apart and enter no other "
                "figure. Beside it how often somebody filed, and how many people stand behind the cases received: as "
                "many as each filing says it speaks for, and one for each person who joined a case. Nobody can check "
                "that, and whoever filed in two ways may be in it twice."
            ),
        ),
        "M3": Definition(
            name=mark("Resolved within the promised time"),
            says=mark(
                "The outcome was told, everything promised was done and checked by a second person, and "
                "the case was not opened again."
            ),
            numerator=mark("Cases resolved in that sense by their date."),
            denominator=mark("All cases whose date for the answer fell in the quarter."),
            leaves_out=mark(
                "Withdrawn and out of scope, which are shown, and cases joined to another. Cases still "
                "open past their date, of any quarter, stand beside it."
            ),
        ),
        "M4": Definition(
            name=mark("Resolved by day 30"),
            says=mark(
                "Of the cases of the last 12 months that came at least 30 days before the end of the quarter: "
                "how many were resolved by day 30, and not opened again. Beside it the same for 60 and 90 days."
            ),
            numerator=mark("Cases resolved in that sense by day 30."),
            denominator=mark(
                "All cases received in the last 12 months, at least 30 days before the last day of the quarter, "
                "those withdrawn, passed on or out of scope included."
            ),
            leaves_out=mark(
                "Cases joined to another. Cases that came later are not due yet, and enter the next quarter. "
                "No share is out of fewer than 10 cases."
            ),
        ),
        "M5": Definition(
            name=mark("Time until it is resolved"),
            says=mark(
                "How many of every 100 cases were resolved 7, 15, 30, 60 and 90 days after they came, "
                "open ones included (Kaplan–Meier). Counting closed cases alone would hide the slow ones."
            ),
            numerator=mark("Cases resolved and not opened again."),
            denominator=mark(
                "All cases received in the last 12 months. Open ones count up to the last day of the "
                "quarter, those that left in another way up to the day they left."
            ),
            leaves_out=mark(
                "Cases joined to another. With fewer than 10 cases, or fewer than 5 resolved, no share is shown. "
                "When more than 10 of every 100 left in another way, a second curve counts them as never resolved "
                "(Aalen–Johansen): it is the lower one."
            ),
        ),
        "M6": Definition(
            name=mark("Opened again after it was resolved"),
            says=mark("Of the cases that were resolved, how many were opened again within 90 days."),
            numerator=mark("Resolved cases opened again within 90 days."),
            denominator=mark(
                "Cases closed in the last 12 months and resolved, whose 90 days had passed on the last day of the "
                "quarter. A case resolved twice counts twice."
            ),
            leaves_out=mark("Cases whose 90 days still run: they are shown, with those opened again so far."),
        ),
        "M6.appealed": Definition(
            name=mark("Appealed after the outcome was told"),
            says=mark(
                "Whoever does not agree with what was found has 30 days to say so; then somebody who never handled the "
                "case decides. How many did. Nobody is asked to, and a low number may mean that people do not know."
            ),
            numerator=mark("Outcomes against which somebody appealed within the 30 days, each once."),
            denominator=mark(
                "Outcomes told in cases closed in the last 12 months, whose 30 days had passed on the last day of the "
                "quarter. A case closed twice counts twice."
            ),
            leaves_out=mark(
                "Outcomes whose 30 days still run: they are shown, with those appealed so far. Those whose days had "
                "passed before the case was closed, or recorded here. Harassment, whose ways are the authority and the "
                "courts, and cases withdrawn, passed on or out of scope, in which nothing was found."
            ),
        ),
        "M6.upheld": Definition(
            name=mark("Appeals in which the person was right"),
            says=mark(
                "What somebody who never handled the case decided of the appeals. Where the person was right, in whole "
                "or in part, the case was opened again."
            ),
            numerator=mark("Appeals decided for the person, in whole or in part."),
            denominator=mark("All appeals decided in the last 12 months, whenever they were filed."),
            leaves_out=mark(
                "Appeals not decided on the last day of the quarter: they are shown. An appeal cannot be withdrawn."
            ),
        ),
        "M6b": Definition(
            name=mark("How long the open cases have waited"),
            says=mark(
                "The age of the cases open on the last day of the quarter, in days since they came, whenever that was."
            ),
            numerator=mark("Cases open for more than 90 days."),
            denominator=mark("All cases open on the last day of the quarter."),
            leaves_out=mark(
                "Beside it: more than 30 and more than 60 days, the age in the middle, the age that 90 of every 100 "
                "do not exceed, and the oldest."
            ),
        ),
        "M8.process": Definition(
            name=mark("Satisfied with how they were treated"),
            says=mark(
                "Everybody whose case ended is asked: how did we treat you, from 1 to 5? Of several people in one case "
                "each is asked and each counts."
            ),
            numerator=mark("Answers of 4 or 5."),
            denominator=mark("Everybody who answered, of the questions whose 30 days ended in the quarter."),
            leaves_out=mark(
                "Whoever did not answer is shown beside it, with what the share would be if all of them were "
                "satisfied, or none. With fewer than 10 answers no share is shown; when they are all alike, no "
                "number at all. Two quarters are compared only when at least half answered and the interval is "
                "no wider than 30 points. Whoever joined a case without a phone is heard and not counted: one person "
                "could join many times."
            ),
        ),
        "M8.outcome": Definition(
            name=mark("Satisfied with the result"),
            says=mark(
                "Everybody whose case ended is asked: what do you think of the result, from 1 to 5? Of several people "
                "in one case each is asked and each counts."
            ),
            numerator=mark("Answers of 4 or 5."),
            denominator=mark("Everybody who answered, of the questions whose 30 days ended in the quarter."),
            leaves_out=mark(
                "Whoever did not answer is shown beside it, with what the share would be if all of them were "
                "satisfied, or none. With fewer than 10 answers no share is shown; when they are all alike, no "
                "number at all. Two quarters are compared only when at least half answered and the interval is "
                "no wider than 30 points. Whoever joined a case without a phone is heard and not counted: one person "
                "could join many times."
            ),
        ),
        "M8.verdict": Definition(
            name=mark("Was it solved? What they say, beside what the site decided"),
            says=mark(
                "Everybody whose case ended is asked whether the problem was solved. The site cannot "
                "answer for them; what it decided of the same cases stands beside it, once for each who was asked. Of "
                "several people in one case each is asked and each counts."
            ),
            numerator=mark("People who said that it was solved."),
            denominator=mark("Everybody who said: solved, in part, or not."),
            leaves_out=mark(
                "Whoever did not answer or could not be asked is shown beside it, with what the share would be if "
                "all who did not answer said that it was solved, or none. With fewer than 10 answers no share is "
                "shown; when they are all alike, no number at all. Whoever joined a case without a phone is heard "
                "and not counted: one person could join many times."
            ),
        ),
        "M12": Definition(
            name=mark("Grievances of workers, out of how many work there"),
            says=mark(
                "How many grievances workers sent in the quarter, per 100 workers and per 200,000 hours worked. More "
                "complaints may mean more trust: a higher number is not a worse one."
            ),
            numerator=mark("Grievances received in the quarter from workers of the company or of a contractor."),
            denominator=mark("People at work at the site in the quarter, on average, own and of contractors."),
            leaves_out=mark(
                "Whoever did not say to which group he or she belongs. It is of one quarter, not of a year. Not "
                "shown where the table of groups hides either kind of worker, or where nobody entered how many work "
                "there."
            ),
        ),
        "M13": Definition(
            name=mark("Treated worse for complaining"),
            says=mark(
                "We ask everybody, 30 and 90 days after the outcome was told: has anybody treated you worse for "
                "complaining? That nobody says yes does not show that it does not happen: the interval says how many "
                "there may be all the same, and those who are afraid may keep silent."
            ),
            numerator=mark("People who said yes, to either question."),
            denominator=mark(
                "People who answered, of the questions whose 30 days ended in the quarter. Each counts once in a "
                "quarter, and everybody behind a case, those too who joined it by phone."
            ),
            leaves_out=mark(
                "Whoever did not answer. How many were asked stands beside it, and how many are known to have got the "
                "question. With fewer than 10 answers nothing is shown of what they said. From 1 to 4 who said yes are "
                "not shown: the interval is then that of all four numbers together. Beside it the cases of reprisals "
                "received, where the line of the cases that few may see allows it; a correction does not repeat them."
            ),
        ),
        "M14.actions": Definition(
            name=mark("Measures done on time, so that it does not happen again"),
            says=mark(
                "Measures that were decided because of a case, whose day fell in the quarter: done by that day, "
                "later, or not yet."
            ),
            numerator=mark("Measures done by their day."),
            denominator=mark("All measures whose day fell in the quarter."),
            leaves_out=mark(
                "Measures of spam, tests, questions and requests about personal data. Done is what was done before the "
                "quarter ended."
            ),
        ),
    }
)

PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "on_time_delivered": mark("On time: delivered as a text"),
        "on_time_seen": mark("On time: seen on the page of the case"),
        "on_time_handed_over": mark("On time: told in person"),
        "on_time_posted": mark("On time: posted on the page, nothing could be sent"),
        "late": mark("After the date"),
        "sent_unconfirmed": mark("Sent, without confirmation that it arrived"),
        "not_told": mark("Date passed and nobody told"),
        "ended_before_due": mark("Left out: ended before the date"),
        "merged": mark("Joined to another"),
        "receipts_texted": mark("Automatic receipts sent by text"),
        "receipts_delivered": mark("Automatic receipts delivered"),
        "opening": mark("Open at the beginning"),
        "received": mark("Grievances received"),
        "reopened": mark("Opened again"),
        "closed": mark("Closed with an answer"),
        "withdrawn": mark("Withdrawn by whoever complained"),
        "referred": mark("Passed on to somebody else"),
        "out_of_scope": mark("Out of scope"),
        "closing": mark("Open at the end"),
        "closed_resolved": mark("Of the closed: resolved, with everything promised done and checked"),
        "submissions": mark("Times somebody filed: texts, forms, visits, letters"),
        "people_behind": mark("People behind the grievances received, as many as they say"),
        "recorded_late": mark("Cases of earlier quarters recorded late"),
        "spam_or_test": mark("Left out: spam and tests"),
        "question_received": mark("Questions and suggestions received"),
        "question_open": mark("Questions and suggestions open at the end"),
        "data_rights_received": mark("Requests about personal data received"),
        "data_rights_open": mark("Requests about personal data open at the end"),
        "unresolved_open": mark("Date passed and still open"),
        "unresolved_ended": mark("Date passed: ended without being resolved"),
        "open_past_target": mark("Open past their date at the end, of any quarter"),
        "still_open": mark("Still open on the last day"),
        "left_otherwise": mark("Left in another way: withdrawn, referred or out of scope"),
        "median_days": mark("Days until half were resolved"),
        "left_share": mark("Share that left in another way"),
        "running": mark("Left out: resolved less than 90 days before the end"),
        "running_reopened": mark("Of those left out: opened again so far"),
        "appeal_running": mark("Left out: the days to appeal still run"),
        "running_appealed": mark("Of those left out: appealed so far"),
        "no_window": mark("Left out: the days had passed before the case was closed, or recorded here"),
        "appeals_waiting": mark("Left out: appeals not decided yet"),
        "appeal_upheld": mark("Decided: the person was right"),
        "appeal_partly_upheld": mark("Decided: right in part"),
        "appeal_dismissed": mark("Decided: the answer stands"),
        "over_30": mark("Open for more than 30 days"),
        "over_60": mark("Open for more than 60 days"),
        "over_90": mark("Open for more than 90 days"),
        "median_age_days": mark("Age in the middle, in days"),
        "p90_age_days": mark("Age that 90 of every 100 do not exceed, in days"),
        "oldest_days": mark("Age of the oldest, in days"),
        "asked": mark("People asked"),
        "delivered": mark("Questions that reached them"),
        "no_answer": mark("Did not answer"),
        "response": mark("Share that answered, of those whom the question reached"),
        "low": mark("Share: lower end (95 of 100, Wilson)"),
        "high": mark("Share: upper end (95 of 100, Wilson)"),
        "worst": mark("Share if nobody who did not answer were satisfied"),
        "best": mark("Share if everybody who did not answer were satisfied"),
        "trend_allowed": mark("May be compared with another quarter (1: yes, 0: no)"),
        "verdict_satisfied": mark("They say: solved"),
        "verdict_partly": mark("They say: in part"),
        "verdict_not_satisfied": mark("They say: not solved"),
        "verdict_no_answer": mark("They did not say"),
        "verdict_unreachable": mark("The question did not reach them"),
        "found_upheld": mark("The site decided: they were right"),
        "found_partly_upheld": mark("The site decided: right in part"),
        "found_not_upheld": mark("The site decided: they were not right"),
        "found_not_established": mark("The site decided: it could not be known"),
        "found_referred": mark("Passed on to somebody else"),
        "found_withdrawn": mark("Withdrawn by whoever complained"),
        "found_out_of_scope": mark("Out of scope"),
        "found_reopened": mark("Opened again since"),
        "reprisal_cases": mark("Grievances about reprisals received"),
        "hours": mark("Hours worked in the quarter"),
        "per_100_workers": mark("Per 100 workers, in the quarter"),
        "per_200000_hours": mark("Per 200,000 hours worked"),
        "per_200000_hours_low": mark("Per 200,000 hours worked: lower end (95 of 100, exact Poisson)"),
        "per_200000_hours_high": mark("Per 200,000 hours worked: upper end (95 of 100, exact Poisson)"),
        "actions_late": mark("Measures done after their day"),
        "actions_not_done": mark("Measures not done when the quarter ended"),
        "corrective_on_time": mark("Corrective measures done by their day"),
        "corrective_late": mark("Corrective measures done after their day"),
        "corrective_not_done": mark("Corrective measures not done"),
        "compensatory_on_time": mark("Compensatory measures done by their day"),
        "compensatory_late": mark("Compensatory measures done after their day"),
        "compensatory_not_done": mark("Compensatory measures not done"),
        "transformative_on_time": mark("Transformative measures done by their day"),
        "transformative_late": mark("Transformative measures done after their day"),
        "transformative_not_done": mark("Transformative measures not done"),
    }
)
"""Every part and exclusion that may leave the house, by its code: what is not in here is not published."""

INCIDENCE: Final = "incidence"

DAY_PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": mark("Share resolved by day %(day)s"),
        "_low": mark("Share resolved by day %(day)s: lower end (95 of 100)"),
        "_high": mark("Share resolved by day %(day)s: upper end (95 of 100)"),
        INCIDENCE: mark("Share resolved by day %(day)s, counting those that left as never resolved (Aalen–Johansen)"),
    }
)

FOLLOWED_PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "cohort": mark("Cases received at least %(day)s days before the end"),
        "resolved": mark("Of those: resolved by day %(day)s"),
        "left": mark("Of those: withdrawn, passed on or out of scope by day %(day)s"),
        "unresolved": mark("Of those: none of that by day %(day)s"),
        "rate": mark("Share of those resolved by day %(day)s"),
    }
)
"""By the beginning of the code of a part: "cohort_30"."""


def name_of_part(code: str) -> tuple[str, dict[str, str]]:
    """Return the words of a part or exclusion, with what fills them.

    Raises:
        KeyError: nobody named it.
    """
    if code in PARTS:
        return PARTS[code], {}
    kind, _, rest = code.partition("_")
    if kind in FOLLOWED_PARTS:
        return FOLLOWED_PARTS[kind], {"day": rest}
    if kind == INCIDENCE:
        return DAY_PARTS[INCIDENCE], {"day": rest.removeprefix("day_")}
    day, _, end = rest.partition("_")
    return DAY_PARTS[f"_{end}" if end else ""], {"day": day}
