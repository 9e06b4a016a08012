"""The words themselves: for every code that a person may read, its English text, marked for translation.

Read through `words`, which answers in the language of the page. Not for: texts that are sent (messaging.wording).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from grievance.core.i18n import mark
from grievance.web.data_word_tables import DATA_TABLES
from grievance.web.said_word_tables import SAID_TABLES
from grievance.web.task_tables import NOTICE, TASK

STATUS: Final = {
    "received": mark("Received"),
    "acknowledged": mark("Acknowledged"),
    "under_review": mark("Under review"),
    "response_proposed": mark("Waiting for the person"),
    "remedy_underway": mark("Remedy underway"),
    "closed": mark("Closed"),
    "referred": mark("Referred elsewhere"),
    "withdrawn": mark("Withdrawn"),
    "out_of_scope": mark("Out of scope"),
    "merged": mark("Joined to another case"),
}

OUTCOME: Final = {
    "upheld": mark("Upheld: the person was right"),
    "partly_upheld": mark("Partly upheld: right in part"),
    "not_upheld": mark("Not upheld: it was found otherwise"),
    "not_established": mark("Could not be established"),
    "referred": mark("Referred to somebody else"),
    "withdrawn": mark("Withdrawn by the person"),
    "out_of_scope": mark("Outside what we can deal with"),
    "duplicate": mark("The same as another case"),
}

VERDICT: Final = {
    "satisfied": mark("Satisfied"),
    "partly": mark("Partly satisfied"),
    "not_satisfied": mark("Not satisfied"),
    "no_answer": mark("No answer"),
    "unreachable": mark("Could not be reached"),
}

SOURCE: Final = {
    "sms": mark("Said by text"),
    "web_code": mark("Said on the web with the code"),
    "signed_paper": mark("Signed on paper"),
    "witnessed": mark("Read back before a witness"),
    "silence": mark("No answer within the days given"),
}

ANSWER: Final = {
    "accepted": mark("Accepts the response"),
    "partly": mark("Accepts it in part"),
    "rejected": mark("Does not accept the response"),
    "no_answer": mark("Did not answer in time"),
}

TYPE: Final = {
    "danger": mark("Imminent danger or spill"),
    "harassment": mark("Harassment or violence at work"),
    "retaliation": mark("Reprisals"),
    "human_rights": mark("Severe human rights, security forces"),
    "integrity": mark("Integrity"),
    "labour": mark("Labour conditions, pay, camp, contractor"),
    "safety": mark("Safety, not urgent"),
    "environment": mark("Dust, noise, blasting, traffic, water"),
    "land_heritage": mark("Land, heritage, Indigenous rights"),
    "supplier": mark("Supplier payment or contract"),
    "nuisance": mark("Minor nuisance, local jobs, purchasing"),
    "question": mark("Question or suggestion"),
    "unclassified": mark("Not classified yet"),
    "data_rights": mark("Request about personal data"),
}

SEVERITY: Final = {
    "": mark("Not rated yet"),
    "1": mark("1, minor"),
    "2": mark("2, moderate"),
    "3": mark("3, serious"),
    "4": mark("4, severe"),
    "5": mark("5, danger to life"),
}

GROUP: Final = {
    "direct_worker": mark("Worker of the company"),
    "contractor_worker": mark("Worker of a contractor"),
    "supplier": mark("Supplier"),
    "neighbour": mark("Neighbour"),
    "fisher_or_farmer": mark("Fishing or farming family"),
    "organisation": mark("Organisation"),
    "authority": mark("Public authority"),
    "other": mark("Somebody else"),
    "not_said": mark("Rather not say"),
}

CHANNEL: Final = {
    "sms": mark("Text message"),
    "web": mark("Web"),
    "walk_in": mark("In person at the office"),
    "call": mark("Telephone call"),
    "letter": mark("Letter"),
    "meeting": mark("Meeting"),
    "suggestion_box": mark("Suggestion box"),
    "not_said": mark("Not known"),
}

CONFIDENTIALITY: Final = {
    "anonymous": mark("Anonymous"),
    "confidential": mark("Confidential"),
    "named": mark("With name"),
}

REACH: Final = {
    "texts": mark("By text message"),
    "notices": mark("On the follow-up page, with a notice by text"),
    "mail": mark("On the follow-up page, with a notice by e-mail"),
    "page": mark("Only on the follow-up page"),
    "in_person": mark("Comes back in person"),
}

TOLD: Final = {
    "": mark("Not sent yet"),
    "delivered": mark("Delivered to the phone"),
    "seen": mark("Seen on the follow-up page"),
    "handed_over": mark("Told in person"),
    "posted": mark("On the follow-up page; nothing could be sent"),
    "sent": mark("Sent; no confirmation yet that it arrived"),
    "failed": mark("Could not be delivered"),
}

MESSAGE_KIND: Final = {
    "message": mark("Message"),
    "acknowledgement": mark("Acknowledgement"),
    "response": mark("Proposed response"),
    "reason": mark("Reason"),
    "closure": mark("Closing message"),
    "appeal": mark("About your appeal"),
    "delay": mark("News of a delay"),
    "receipt": mark("Receipt"),
    "notice": mark("Notice"),
    "status": mark("Automatic message: how it stands"),
}

EVENT: Final = {
    "received": mark("Grievance received"),
    "submission_added": mark("Another filing added to this case"),
    "submission_removed": mark("A filing that came by a join code was removed"),
    "join_code": mark("The code to join was made or closed"),
    "read_back": mark("The person said whether what was written down is right"),
    "joined_answered": mark("One of several people gave an opinion"),
    "acknowledged": mark("Acknowledged by a person"),
    "classified": mark("Classified"),
    "restricted": mark("Restricted to triagers and named investigators"),
    "unrestricted": mark("Restriction lifted"),
    "investigator_named": mark("Investigator named"),
    "investigator_removed": mark("Investigator removed"),
    "hidden_from": mark("Hidden from a staff member"),
    "shown_to": mark("Hiding lifted for a staff member"),
    "owner_changed": mark("Somebody else answers for measures or actions"),
    "assigned": mark("Assigned"),
    "summarised": mark("Title or summary written"),
    "review_started": mark("Review started"),
    "message_to_person": mark("Message to the person"),
    "status_message": mark("Told by itself that the case is open"),
    "message_from_person": mark("Message from the person"),
    "told": mark("The person was told"),
    "note_added": mark("Internal note added"),
    "file_added": mark("File added"),
    "response_proposed": mark("Response proposed"),
    "response_accepted": mark("Response accepted"),
    "response_rejected": mark("Response not accepted"),
    "response_unanswered": mark("No answer to the response in time"),
    "remedy_promised": mark("Remedy promised"),
    "remedy_done": mark("Remedy recorded as done"),
    "remedy_verified": mark("Remedy verified"),
    "corrective_action_added": mark("Corrective action added"),
    "corrective_action_done": mark("Corrective action done"),
    "corrective_action_verified": mark("Corrective action verified"),
    "measure_added": mark("Protective measure noted"),
    "measure_done": mark("Protective measure recorded as done"),
    "measure_verified": mark("Protective measure verified"),
    "track_step": mark("Ley Karin"),
    "data_step": mark("Personal data"),
    "referral_step": mark("Sending to an outside body"),
    "identity_given": mark("Identity given to a company"),
    "closed": mark("Case closed"),
    "reopened": mark("Case reopened"),
    "referred": mark("Case referred elsewhere"),
    "withdrawn": mark("Case withdrawn"),
    "out_of_scope": mark("Case found out of scope"),
    "merged": mark("Case joined to another"),
    "verdict_given": mark("The person gave an opinion"),
    "survey_asked": mark("Opinion asked for"),
    "rated": mark("The person rated us"),
    "opinion_left": mark("The ratings are no longer kept with the case"),
    "identity_opened": mark("Identity opened"),
    "contact_added": mark("Contact added"),
    "contact_deleted": mark("Contact deleted by the person"),
    "erased": mark("Words and personal data erased"),
    "unreachable_by_text": mark("Cannot be reached by text"),
    "reachable_by_text": mark("Can be reached by text again"),
    "code_issued": mark("One-use web code sent"),
    "slip_code": mark("Code of the slip"),
    "person_described": mark("The person said something about who they are"),
    "clock_reminded": mark("Reminder: a date is near"),
    "clock_breached": mark("A date was missed"),
    "interim_notice_given": mark("The person was told of a delay and a new date"),
    "extension_asked": mark("A later date was asked for"),
    "extension_granted": mark("A later date was granted"),
    "extension_refused": mark("A later date was refused"),
    "appealed": mark("Appeal filed"),
    "reviewer_named": mark("Reviewer named for the appeal"),
    "appeal_acknowledged": mark("Appeal acknowledged by a person"),
    "appeal_decided": mark("Appeal decided"),
    "check_asked": mark("Asked how things stand since"),
    "check_answered": mark("Answered how things stand since"),
    "escalated": mark("A missed date moved it one rung up"),
    "paused": mark("Paused: it waits for the person"),
    "resumed": mark("Taken up again after the pause"),
    "marked_spam": mark("Marked as not a grievance"),
    "unmarked_spam": mark("No longer marked as not a grievance"),
    "import_undone": mark("Taken back with the register that brought it"),
}

ACTOR: Final = {
    "complainant": mark("The person"),
    "staff": mark("Staff member"),
    "system": mark("The system"),
}

HIDDEN: Final = {
    "handled_origin": mark("Handled the case for which the person was treated worse"),
    "data_origin": mark("Works the case that the request is about, or may not see it"),
    "named_in_words": mark("Named in the words, until a triager has looked"),
    "respondent": mark("The person complained about"),
    "commands_respondent": mark("Commands the person complained about"),
    "reports_to_respondent": mark("Reports to the person complained about"),
    "accused_unit": mark("Works in the unit complained about"),
}

ACTION_KIND: Final = {
    "corrective": mark("Corrective: so that it does not happen again"),
    "compensatory": mark("Compensatory: makes up for what was lost"),
    "transformative": mark("Transformative: changes how things are done"),
}

APPEAL_RESULT: Final = {
    "upheld": mark("The appeal is right: the case opens again"),
    "partly_upheld": mark("The appeal is right in part: the case opens again"),
    "dismissed": mark("The answer stands"),
}

MEASURE: Final = {
    "separate_spaces": mark("Separate the places of work"),
    "other_shift": mark("Other shift or hours"),
    "other_boss": mark("Another person in charge"),
    "remote_work": mark("Work from elsewhere"),
    "paid_leave": mark("Leave with pay"),
    "support": mark("Psychological support"),
    "transport": mark("Other transport or camp"),
    "no_contact": mark("No contact with the person"),
    "safe_place": mark("Make the place safe, or leave it"),
    "watch": mark("Somebody watches over it"),
    "other": mark("Another measure"),
}

ROUTE: Final = {
    "internal": mark("Investigate it here"),
    "labour_office": mark("Refer it to the Dirección del Trabajo"),
}

TRACK_STEP: Final = {
    "invited": mark("The person was invited to say who they are"),
    "identified": mark("The person said who they are: the record became a complaint"),
    "none_needed": mark("No measure needed now: the person was asked"),
    "uncovered": mark("Nobody who may know of the case answers for a protective measure any more"),
    "unprotected": mark("A day passed without a protective measure: an alert went out"),
    "internal": mark("Investigated here, and the Dirección del Trabajo was notified"),
    "labour_office": mark("Referred to the Dirección del Trabajo"),
    "informed": mark("The other company was informed"),
    "concluded": mark("The investigation ended"),
    "reported": mark("The report was sent to the Dirección del Trabajo"),
    "dt_spoke": mark("The Dirección del Trabajo spoke"),
    "dt_silent": mark("The days of the Dirección del Trabajo passed without its word"),
    "sanctioned": mark("Measures and sanctions were applied"),
}

STATEMENT: Final = {
    "complainant": mark("The person who complains"),
    "respondent": mark("The person complained about"),
    "witness": mark("A witness"),
    "companion": mark("A companion or representative"),
    "other": mark("Somebody else"),
}

BASIS: Final = {
    "consent": mark("The person agreed"),
    "track": mark("The law's way asks for it: people of different companies"),
}

DELAY: Final = {
    "more_to_find_out": mark("More has to be found out"),
    "waiting_for_others": mark("Somebody outside has to answer first"),
    "takes_time_to_do": mark("What has to be done takes time"),
    "nobody_free": mark("Nobody was free to work on it"),
    "other": mark("Another reason"),
    "set_by_law": mark("The law sets the date for this kind of case"),
}

SLIP_STEP: Final = {
    "exchanged": mark("exchanged for a code of the person’s own"),
    "saved": mark("it ended, because the person saved their own"),
    "printed_again": mark("a new slip was printed, and the one before died"),
    "lapsed": mark("its days passed"),
}

READ_BACK: Final = {
    "confirmed": mark("Read back, and the person confirmed the words"),
    "not_possible": mark("Could not be read back to the person"),
    "asked": mark("Asked by text whether these words are right"),
    "right": mark("The person answered by text that these words are right"),
    "wrong": mark("The person answered by text that these words are not right"),
}

TABLES: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "status": STATUS,
        "outcome": OUTCOME,
        "verdict": VERDICT,
        "source": SOURCE,
        "answer": ANSWER,
        "case_type": TYPE,
        "severity": SEVERITY,
        "group": GROUP,
        "channel": CHANNEL,
        "confidentiality": CONFIDENTIALITY,
        "reach": REACH,
        "told": TOLD,
        "message_kind": MESSAGE_KIND,
        "event": EVENT,
        "actor": ACTOR,
        "task": TASK,
        "notice": NOTICE,
        "hidden_reason": HIDDEN,
        "action_kind": ACTION_KIND,
        "appeal_result": APPEAL_RESULT,
        "delay_reason": DELAY,
        "measure": MEASURE,
        "route": ROUTE,
        "track_step": TRACK_STEP,
        "slip_step": SLIP_STEP,
        "statement_of": STATEMENT,
        "basis": BASIS,
        **DATA_TABLES,
        "read_back": READ_BACK,
        **SAID_TABLES,
    }
)
"""Every table by the name of its function: tests walk them, each code in each language."""
