"""The wording of every text that we send, by name: the only place where outgoing words stand.

The English source stands here, the other languages in the catalogue. Fixed texts take one part each, with the longest
values, in every language: they keep to the GSM-7 alphabet, so Spanish goes without á í ó ú (é ñ ü ¿ ¡ are inside).
Every name with its cost is listed in docs/texts.md. Not for: filling in the values (see `texts`).
"""

from collections.abc import Mapping
from types import MappingProxyType

from grievance.core.i18n import mark
from grievance.messaging.asking_wording import ASKING
from grievance.messaging.ending_wording import ENDING_TEXTS
from grievance.messaging.sending_on_wording import SENDING_ON
from grievance.messaging.standing_wording import STANDING_TEXTS
from grievance.messaging.text_names import Grows, Leads, Text, TextName

# SMS: every text below keeps within one segment, except where words or a list go in. Write Spanish without á í ó ú.
_CASE_WORDS = mark("%(site)s, case %(reference)s: %(words)s")

TEXTS: Mapping[TextName, Text] = MappingProxyType(
    {
        # SMS: keep within one segment.
        TextName.RECEIPT: Text(
            mark(
                "%(site)s: we received your grievance, case %(reference)s. Answer by %(due_on)s. "
                "Danger: call %(emergency)s. HELP: options. STOP: no SMS."
            ),
            ("site", "reference", "due_on", "emergency"),
            leads=Leads.SITE,
        ),
        # SMS: keep within one segment. The numbers are answers; do not change their order.
        TextName.WHO_ARE_YOU: Text(
            mark(
                "If you wish, tell us who you are: 1 I work here, 2 contractor, 3 I live nearby, 4 rather not say. "
                "You need not answer."
            ),
            leads=Leads.SITE,
        ),
        # SMS: the sites follow as "1 Mina Aurora, 2 Puerto Sur".
        TextName.WHICH_SITE: Text(
            mark("Which site is it about? %(choices)s. You need not answer."), ("choices",), Grows.WITH_LIST
        ),
        # SMS: keep within one segment.
        TextName.NOTED: Text(mark("Thank you. We noted it in your case %(reference)s."), ("reference",)),
        # SMS: keep within one segment. NEW is a command; in Spanish NUEVO.
        TextName.JOINED: Text(
            mark("We added it to your case %(reference)s. If it is another grievance, begin with NEW."), ("reference",)
        ),
        # SMS: keep within one segment.
        TextName.JOINED_SEVERAL: Text(
            mark(
                "We added it to your case %(reference)s. For another of your cases write its number as well; "
                "for a new one begin with NEW."
            ),
            ("reference",),
        ),
        # SMS: keep within one segment.
        TextName.WRITE_NEW: Text(mark("Write your new grievance now, in your own words.")),
        # SMS: keep within one segment. Commands in capitals: ESTADO, NUEVO, CODIGO, IDIOMA, RETIRAR, BAJA in Spanish.
        TextName.HELP: Text(
            mark(
                "%(site)s: write and it becomes a case. STATUS, NEW (another), CODE (web), LANGUAGE, WITHDRAW, "
                "STOP (no SMS). Danger: call %(emergency)s."
            ),
            ("site", "emergency"),
            leads=Leads.SITE,
        ),
        # SMS: keep within one segment. The status is a few words, such as "under review".
        TextName.STATUS_ONE: Text(
            mark("Case %(reference)s: %(status)s. Answer by %(due_on)s."), ("reference", "status", "due_on")
        ),
        # SMS: keep within one segment.
        TextName.STATUS_ENDED: Text(mark("Case %(reference)s: %(status)s."), ("reference", "status")),
        # SMS: the cases follow as "7K3Q-9F2M under review; 5WN8-R2TC closed".
        TextName.STATUS_SEVERAL: Text(
            mark("Your cases: %(cases)s. For one of them: STATUS and its number."), ("cases",), Grows.WITH_LIST
        ),
        # SMS: keep within one segment.
        TextName.STATUS_NONE: Text(
            mark("We have no case from this number. Write your grievance and we will open one.")
        ),
        # SMS: keep within one segment.
        TextName.STATUS_NOT_HERE: Text(mark("We find no such case from this number. Please check the case number.")),
        # SMS: keep within one segment.
        TextName.ASK_REFERENCE: Text(
            mark(
                "This number has not written for a long time. To go on with a case, write its number, "
                "like 7K3Q-9F2M. A new grievance: just write it."
            )
        ),
        # SMS: keep within one segment.
        TextName.MISTYPED_REFERENCE: Text(
            mark("That case number has a slip in it. It looks like this: 7K3Q-9F2M. Please check it.")
        ),
        # SMS: keep within one segment. Both languages stand in it.
        TextName.LANGUAGE_ASK: Text(mark("Which language? / ¿Qué idioma? 1 español, 2 English")),
        # SMS: keep within one segment. Name the language of this catalogue.
        TextName.LANGUAGE_SET: Text(mark("From now on we write to you in English.")),
        # SMS: keep within one segment. START stays as it is: the phone company knows only that word.
        TextName.OPTED_OUT: Text(
            mark("%(site)s will send you no more SMS. Your cases stay open. To get SMS again, send START."), ("site",)
        ),
        # SMS: keep within one segment.
        TextName.OPTED_IN: Text(mark("%(site)s can send you SMS again. Write whenever you like."), ("site",)),
        # SMS: keep within one segment. START stays as it is.
        TextName.SAY_START: Text(
            mark("%(site)s: your phone company holds back our SMS. To get them again, send the word START."), ("site",)
        ),
        # SMS: keep within one segment. Never offer the word YES: phone companies act on it.
        TextName.WITHDRAW_CONFIRM: Text(
            mark("Withdraw case %(reference)s? Answer 1 to withdraw it. If you do not answer, it stays open."),
            ("reference",),
        ),
        # SMS: the cases follow as "7K3Q-9F2M, 5WN8-R2TC". WITHDRAW is a command; in Spanish RETIRAR.
        TextName.WITHDRAW_WHICH: Text(
            mark("Which case? Write WITHDRAW and its number: %(cases)s."), ("cases",), Grows.WITH_LIST
        ),
        # SMS: keep within one segment.
        TextName.WITHDRAWN: Text(
            mark("Case %(reference)s is withdrawn, as you asked. If you want it open again, write to us here."),
            ("reference",),
        ),
        # SMS: keep within one segment.
        TextName.KEPT: Text(mark("Case %(reference)s stays open."), ("reference",)),
        # SMS: keep within one segment.
        TextName.SHARED_CASE: Text(
            mark("Others filed case %(reference)s too, so it stays open for them. STOP: no SMS."), ("reference",)
        ),
        # SMS: what a staff member wrote down follows, verbatim. The digits are answers; do not change their order.
        TextName.READ_BACK: Text(
            mark("%(reference)s: we wrote: %(words)s Answer 1 right, 2 not right."),
            ("reference", "words"),
            Grows.WITH_WORDS,
        ),
        # SMS: keep within one segment. The digits are answers; do not change their order.
        TextName.READ_BACK_LONG: Text(
            mark("Case %(reference)s: read on the web what we wrote down. Answer 1 right, 2 not right."),
            ("reference",),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment.
        TextName.READ_BACK_RIGHT: Text(
            mark("Thank you. We noted that what we wrote in case %(reference)s is right."), ("reference",)
        ),
        # SMS: keep within one segment.
        TextName.READ_BACK_WRONG: Text(
            mark("Thank you. We will set case %(reference)s right with you. Write here what is not right."),
            ("reference",),
        ),
        # SMS: keep within one segment.
        TextName.JOIN_DONE: Text(
            mark(
                "%(site)s: you have joined. Your case is %(reference)s. Nobody who joined sees who you are. "
                "Write here to add something. STOP: no SMS."
            ),
            ("site", "reference"),
        ),
        # SMS: keep within one segment.
        TextName.JOIN_ALREADY: Text(
            mark("You are part of it already: your case is %(reference)s. Write here to add something."), ("reference",)
        ),
        # SMS: keep within one segment. The same for a code that never was and for one that was closed.
        TextName.JOIN_UNKNOWN: Text(
            mark("Nobody can join with that code. Check it with whoever gave it to you. It looks like this: T5R-8WN-2Q")
        ),
        # SMS: keep within one segment. JOIN is a command; in Spanish UNIRME.
        TextName.JOIN_HOW: Text(
            mark("To join a grievance of several people, write JOIN and the code, like JOIN T5R-8WN-2Q.")
        ),
        # SMS: keep within one segment.
        TextName.JOIN_WAIT: Text(
            mark("Too many wrong codes came from this number. Try again after an hour. What you wrote is not lost.")
        ),
        # SMS: keep within one segment.
        TextName.JOIN_ANSWER_NOTED: Text(
            mark(
                "Thank you. We noted your own answer in case %(reference)s; whoever began it decides. "
                "If you wish, write us why."
            ),
            ("reference",),
        ),
        # SMS: keep within one segment.
        TextName.CODE: Text(
            mark(
                "Case %(reference)s: your code for the web is %(code)s. It works once, for 24 hours. Show it to nobody."
            ),
            ("reference", "code"),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment.
        TextName.DO_NOT_SEND_CODE: Text(
            mark("Please do not send your code by SMS: whoever sees it can open your case. We have erased it here.")
        ),
        # SMS: keep within one segment.
        TextName.AFTER_CLOSURE: Text(
            mark(
                "Case %(reference)s has ended. We keep what you wrote. To reopen it answer 1. "
                "If it is another grievance, begin with NEW."
            ),
            ("reference",),
        ),
        # SMS: keep within one segment.
        TextName.REOPENED: Text(mark("Case %(reference)s is open again. We will write to you."), ("reference",)),
        # SMS: keep within one segment.
        TextName.LINKED_CASE: Text(
            mark(
                "%(site)s: case %(earlier)s ended long ago, so we opened case %(reference)s, which follows it. "
                "Answer by %(due_on)s."
            ),
            ("site", "reference", "earlier", "due_on"),
        ),
        # SMS: keep within one segment.
        TextName.TOO_MANY: Text(
            mark("%(site)s: we keep all your messages and a person will read them. We will not answer each one."),
            ("site",),
        ),
        # SMS: keep within one segment.
        TextName.APPEALED: Text(
            mark(
                "Somebody who never handled case %(reference)s will look at it again and decide by %(due_on)s. "
                "If you like, write us why you do not agree."
            ),
            ("reference", "due_on"),
        ),
        # SMS: keep within one segment.
        TextName.NO_APPEAL: Text(
            mark(
                "Case %(reference)s cannot be appealed now. If you do not agree, write us why: a person will read it. "
                "You can go to the authorities too."
            ),
            ("reference",),
        ),
        # SMS: keep within one segment. The numbers are answers; do not change their order.
        TextName.DATA_ASK: Text(
            mark(
                "Your personal data. Answer 1 copy, 2 correct, 3 erase, 4 stop a use, 5 block, "
                "6 file to take elsewhere. To cancel, do not answer."
            )
        ),
        # SMS: keep within one segment. CODE is a command; in Spanish CODIGO.
        TextName.DATA_REQUESTED: Text(
            mark(
                "%(site)s: your request about your data is case %(reference)s. Answer by %(due_on)s. "
                "To read it on the web write CODE %(reference)s."
            ),
            ("site", "reference", "due_on"),
        ),
        # SMS: what a staff member wrote follows, verbatim.
        TextName.ACKNOWLEDGEMENT: Text(_CASE_WORDS, ("site", "reference", "words"), Grows.WITH_WORDS),
        TextName.MESSAGE: Text(_CASE_WORDS, ("site", "reference", "words"), Grows.WITH_WORDS),
        **STANDING_TEXTS,
        # SMS: the site's response stands in the middle, verbatim. The numbers are answers; do not change their order.
        TextName.RESPONSE: Text(
            mark(
                "%(site)s, case %(reference)s, our response: %(words)s\n"
                "Do you accept it? 1 yes, 2 in part, 3 no. Answer by %(until)s."
            ),
            ("site", "reference", "words", "until"),
            Grows.WITH_WORDS,
        ),
        # SMS: keep within one segment.
        TextName.RESPONSE_NOTED: Text(
            mark("Thank you. We noted in case %(reference)s that you accept our response."), ("reference",)
        ),
        # SMS: keep within one segment.
        TextName.RESPONSE_NOTED_WHY: Text(
            mark("Thank you. We noted your answer in case %(reference)s. If you wish, write us why."), ("reference",)
        ),
        **ENDING_TEXTS,
        # SMS: keep within one segment. A notice names no person and no subject.
        TextName.NOTICE_ACKNOWLEDGEMENT: Text(
            mark("%(site)s: a person has taken up your case %(reference)s. Read more on the web with your code."),
            ("site", "reference"),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment. A notice names no person and no subject.
        TextName.NOTICE_MESSAGE: Text(
            mark("%(site)s: there is a message in your case %(reference)s. Read it on the web with your code."),
            ("site", "reference"),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment. A notice names no person and no subject.
        TextName.NOTICE_RESPONSE: Text(
            mark(
                "%(site)s: there is a response in your case %(reference)s. Read and answer it on the web by %(until)s."
            ),
            ("site", "reference", "until"),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment. A notice names no person and no subject.
        TextName.NOTICE_CLOSURE: Text(
            mark("%(site)s: your case %(reference)s was closed. Read why on the web with your code."),
            ("site", "reference"),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment. A notice names no person and no subject.
        TextName.NOTICE_LEFT: Text(
            mark("%(site)s: there is a decision in your case %(reference)s. Read it on the web with your code."),
            ("site", "reference"),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment. A notice names no person and no subject.
        TextName.NOTICE_SURVEY: Text(
            mark("%(site)s: how did we do in your case %(reference)s? Tell us on the web with your code."),
            ("site", "reference"),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment.
        TextName.SURVEY_PROCESS: Text(
            mark(
                "%(site)s, case %(reference)s: how did we treat you, from 1 (very badly) to 5 (very well)? "
                "You need not answer."
            ),
            ("site", "reference"),
        ),
        # SMS: keep within one segment.
        TextName.SURVEY_REMINDER: Text(
            mark(
                "%(site)s, case %(reference)s: we ask just once more. How did we treat you, from 1 (very badly) "
                "to 5 (very well)?"
            ),
            ("site", "reference"),
        ),
        # SMS: keep within one segment.
        TextName.SURVEY_OUTCOME: Text(mark("And what came of it, from 1 (very bad) to 5 (very good)?")),
        # SMS: keep within one segment. The numbers are answers; do not change their order.
        TextName.SURVEY_VERDICT: Text(mark("Last question: was it solved? 1 yes, 2 in part, 3 no.")),
        # SMS: keep within one segment.
        TextName.SURVEY_THANKS: Text(mark("Thank you. We noted your answers in case %(reference)s."), ("reference",)),
        # SMS: keep within one segment.
        TextName.NOTICE_CHECK: Text(
            mark("%(site)s: we have a question about how you are, case %(reference)s. Answer it on the page."),
            ("site", "reference"),
            leads=Leads.FOLLOW_UP,
        ),
        # SMS: keep within one segment.
        TextName.VERIFY_NUMBER: Text(
            mark("%(site)s: %(code)s confirms that this phone is yours. If you did not ask for it, do nothing."),
            ("site", "code"),
        ),
        # SMS: keep within one segment.
        TextName.NUMBER_VERIFIED: Text(
            mark("%(site)s: from now on this phone gets the notices of case %(reference)s. STOP: no SMS."),
            ("site", "reference"),
        ),
        **SENDING_ON,
        **ASKING,
    }
)

# SMS: stands at the end of a text that has room for it; the address is that of the site's page.
MORE = mark("More: %(link)s")
