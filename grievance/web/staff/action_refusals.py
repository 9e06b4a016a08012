"""Why the domain refused, in words that say what to do next. One table; what is not in it is a bug and shows as one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask_babel import lazy_gettext as _l
from flask_babel.speaklater import LazyString

from grievance.cases.after_checks import HandledIt, NothingAsked
from grievance.cases.appeals import NoAppeal, NotAppealable, NotAReviewer
from grievance.cases.delays import (
    CannotGrantToSelf,
    DateLocked,
    DatesStandStill,
    DayOfRest,
    ExtensionNotFound,
    NothingRuns,
    NotLater,
    TooFar,
)
from grievance.cases.endings import DateWouldMove, NotMergeable, SameCase
from grievance.cases.feedback import NothingToRate, RatingOutOfRange
from grievance.cases.handling import CannotMeet, TooManyFiles
from grievance.cases.harassment_track import (
    CompaniesMissing,
    DayOutOfRange,
    ManagerNamed,
    MustBeReferred,
    NotAnonymous,
    NotOnThisTrack,
    StepNotOpen,
)
from grievance.cases.identity import ReasonMissing
from grievance.cases.identity_sharing import ConsentMissing
from grievance.cases.law_bars import BarredByLaw, ClassifyFirst, TrackWouldEnd
from grievance.cases.leaving_track import WayBegun, WhyMissing
from grievance.cases.pauses import NeverPaused, NotPaused, PausedBefore
from grievance.cases.protection import MayNotKnow, MeasureNotFound, NotAtOnce
from grievance.cases.remedies import (
    AlreadyDone,
    CorrectiveActionNotFound,
    NotDone,
    RemedyNotFound,
    SamePerson,
)
from grievance.cases.resolution import (
    NoResponseWaiting,
    NotClassified,
    OutcomeNotTold,
    RemediesUnverified,
    SourceMissing,
    TooLateToReopen,
)
from grievance.cases.second_person import MadeOtherKind, NeedsSecondPerson
from grievance.cases.states import TransitionNotAllowed
from grievance.cases.telling import MessageNotFound
from grievance.cases.track_reading import MeasuresFirst
from grievance.cases.transitions import CaseChanged, HappenedOutOfOrder
from grievance.cases.triage import NotAHandler, NotAnInvestigator, NothingHidden, RestrictedByType, SeverityOutOfRange
from grievance.cases.waiver import WaiverOfRights
from grievance.cases.wall import ConflictOfInterest
from grievance.complainants.collective import JoinNotFound, NoOpenCode, NotJoinable, TooManyCodes
from grievance.messaging.texts import TextTooLong
from grievance.privacy.holds import HeldAlready, NotHeld, PlacedBySame
from grievance.referrals.handing import MayNotOpenIdentity
from grievance.referrals.previews import BodyMissing
from grievance.referrals.sending import (
    AlreadyAsked,
    NobodyAgreed,
    NotAsked,
    NothingToSend,
    QuestionWaits,
    ReferralNotFound,
    ReferralStepNotOpen,
    SecondPersonNeeded,
    TrackHasItsOwn,
)
from grievance.referrals.words_since import WordsUnread

CHANGED: Final = _l(
    "Somebody else changed this case while you were writing. "
    "Look at what happened below, then send yours again if it still fits."
)

REFUSALS: Final[Mapping[type[Exception], LazyString]] = {
    CaseChanged: CHANGED,
    BarredByLaw: _l(
        "The law does not allow this, whoever asks. Harassment at work is never out of scope, ended by a referral or "
        "set aside, and no case whose dates are law waits or gets a later date."
    ),
    ClassifyFirst: _l("Cases of this kind are never set aside. Classify it as what it is first."),
    TrackWouldEnd: _l(
        "Harassment is joined only to harassment that was received before it: its dates are law. Join them the other "
        "way round."
    ),
    WhyMissing: _l(
        "It would no longer count as harassment. Write why: the other triagers are told, and so is the person."
    ),
    WayBegun: _l(
        "It stays harassment: who investigates was recorded, or a protective measure was taken. Go on with its steps."
    ),
    MadeOtherKind: _l(
        "It was sorted or filed as a kind that is restricted or urgent until you said otherwise, so somebody else has "
        "to say that it ends without an answer."
    ),
    TransitionNotAllowed: _l(
        "The case has moved on: this step is no longer open. Go back to the case and look at its status."
    ),
    HappenedOutOfOrder: _l("This would have happened before the last step of the case. Check the date."),
    NotClassified: _l("The case has not been classified yet. A triager does that first."),
    NoResponseWaiting: _l("No response waits for an answer any more."),
    SourceMissing: _l("Say how the person said so: on signed paper, or read back before a witness."),
    OutcomeNotTold: _l(
        "The person has not been told the outcome yet. It can be closed once the response has reached them."
    ),
    RemediesUnverified: _l(
        "Something promised is not verified yet. Somebody who did not do it has to verify it first."
    ),
    NeedsSecondPerson: _l(
        "A case of severity 3 and above is ended by a second person: not its handler, not whoever wrote the answer, "
        "and not whoever made it less serious. What was joined to it counts too. What concerns those who handle "
        "complaints is not set aside by whoever sorted it."
    ),
    TooLateToReopen: _l("More than 90 days have passed since it ended. Record a new case instead."),
    SamePerson: _l("You recorded it as done or answer for it, so somebody else has to verify it."),
    AlreadyDone: _l("Somebody recorded this before you."),
    RemedyNotFound: _l("This remedy is not promised any more. Load the page again."),
    CorrectiveActionNotFound: _l("This action is not there any more. Load the page again."),
    NotDone: _l("It has not been recorded as done yet."),
    NotJoinable: _l(
        "Nobody can join this case: it is not sorted, has ended, is restricted, or is no grievance. "
        "Load the page again."
    ),
    TooManyCodes: _l("This case has had 50 codes, which is the most. The last one stays as it is."),
    NoOpenCode: _l("The code was closed meanwhile."),
    JoinNotFound: _l("Some of these filings are no longer there. Load the page again."),
    SameCase: _l("This is the same case. Write the reference of the other one."),
    DateWouldMove: _l(
        "Whoever filed this one was promised an answer earlier than the other case is to have one. Join them the other "
        "way round."
    ),
    NotMergeable: _l(
        "These two cannot be joined: another site, an ended case, an appeal that waits, or one is restricted and the "
        "other is not."
    ),
    TrackHasItsOwn: _l("Harassment goes to the Dirección del Trabajo by its own steps, under “Say who investigates”."),
    BodyMissing: _l("Say which company, or write the name of the authority."),
    NothingToSend: _l("Choose at least one filing, and only files that people of this case sent."),
    AlreadyAsked: _l(
        "Something waits for an answer, or to be sent, already. Finish that, or record that it is not sent."
    ),
    QuestionWaits: _l("The person is being asked something else by text. Wait for that answer first."),
    NotAsked: _l("Nothing is asked of this person now."),
    NobodyAgreed: _l("Nobody agreed, and no second person decided: nothing may leave."),
    WordsUnread: _l(
        "The person has written since saying yes, and nobody has marked it as read. Read it first: it may be a no."
    ),
    SecondPersonNeeded: _l("Whoever asked, or works the case, does not decide. Another coordinator or triager does."),
    ReferralStepNotOpen: _l("This was recorded already, or another step comes first. Load the page again."),
    ReferralNotFound: _l("There is no such sending any more. Load the page again."),
    MayNotOpenIdentity: _l("The person agreed to be named, and your duties open no identity. Ask whoever does."),
    RatingOutOfRange: _l("Marks go from 1 to 5."),
    NothingToRate: _l("There is nothing to rate yet: the case has not ended."),
    TooManyFiles: _l("There are 5 files already, which is the most."),
    CannotMeet: _l("This date no longer runs, or it is only met by closing the case."),
    NotAppealable: _l("It cannot be appealed: not closed on an answer, its days are over, or the law has other ways."),
    NotAReviewer: _l("This person had a part in the case, or does not review appeals at this site."),
    NoAppeal: _l("No appeal waits any more."),
    HandledIt: _l(
        "The person was promised that whoever handled the case does not see this answer. Another triager records it."
    ),
    NothingAsked: _l("This question was answered meanwhile, or its days are over."),
    NothingRuns: _l("This date no longer runs. Load the page again."),
    NotLater: _l("The new date must be later than the one promised, and later than today."),
    TooFar: _l("The new date must lie within a year from today."),
    DayOfRest: _l("The new date falls on a Saturday, a Sunday or a holiday. Choose a business day."),
    DateLocked: _l("This date is law. Nobody can grant a later one; tell the person if it will not be kept."),
    ExtensionNotFound: _l("Somebody decided on it before you, or the date was met meanwhile."),
    CannotGrantToSelf: _l("You asked for it, so somebody else has to decide."),
    PausedBefore: _l("This case waited for the person before. That can happen once only."),
    DatesStandStill: _l("The case waits for the person, and its dates stand still. Go on with the case first."),
    NeverPaused: _l("A case of this kind never waits: its dates are law, or somebody may be in danger."),
    NotPaused: _l("The case does not wait any more."),
    ReasonMissing: _l("Write the reason. The person will read it."),
    MessageNotFound: _l("This message is not there any more. Load the page again."),
    RestrictedByType: _l("Cases of this kind are always restricted. Classify it as another kind first."),
    NotAHandler: _l(
        "This person cannot work this case: it is restricted and needs an investigator, or the duty is missing."
    ),
    NotAnInvestigator: _l("This person does not investigate at this site, or is no longer named."),
    NothingHidden: _l("The case is no longer hidden from this person."),
    SeverityOutOfRange: _l("Severity goes from 1 to 5."),
    ConflictOfInterest: _l("The case is hidden from this person, because of a part in what is complained about."),
    MeasuresFirst: _l(
        "Protective measures come first. Add one, or record that the person was asked and none is needed now."
    ),
    MustBeReferred: _l("A manager is complained about: the law has only the Dirección del Trabajo investigate that."),
    ManagerNamed: _l(
        "Whom it is about heads a unit or is a named manager: say yes. If that is wrong, correct whom it is about."
    ),
    CompaniesMissing: _l(
        "Say which is the principal company and which the contractor, two different ones, and which told the other."
    ),
    MayNotKnow: _l("This person may not know of the case. Choose a triager, or an investigator who is named on it."),
    NotAtOnce: _l("The law wants protection at once: give today, or the next business day at the latest."),
    StepNotOpen: _l("This step is recorded already, or another comes before it. Load the page again."),
    DayOutOfRange: _l("This day lies ahead, or before what it follows. Check the day."),
    NotAnonymous: _l("The person is known already."),
    NotOnThisTrack: _l("The case is no open case of harassment any more."),
    ConsentMissing: _l(
        "Nothing allows it: the person must have agreed and you say how, or Ley Karin must have the companies inform "
        "each other."
    ),
    MeasureNotFound: _l("This measure is not there any more. Load the page again."),
    WaiverOfRights: _l("The words ask the person to give up a right, or read so. Take that out; nothing was sent."),
    HeldAlready: _l("Somebody placed a hold before you."),
    NotHeld: _l("Somebody lifted the hold before you."),
    PlacedBySame: _l("You placed this hold, so somebody else has to lift it."),
    TextTooLong: _l("This is too long for a text message. Make it shorter."),
}


def refusal(error: Exception) -> LazyString:
    """Return the words for an error of the table, in the language of the page."""
    if isinstance(error, WaiverOfRights):
        return _l(
            "“%(phrase)s” asks the person to give up a right, or reads so. Nobody has to give up anything to be "
            "answered. Take it out and write it differently; nothing was sent.",
            phrase=error.phrase,
        )
    return next(words for kind, words in REFUSALS.items() if isinstance(error, kind))
