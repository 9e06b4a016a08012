"""The name of every text that we send, and what is known of a text beside its words.

A name is kept in the row of what was sent. Not for: the words (see `wording`).
"""

from dataclasses import dataclass
from enum import StrEnum


class TextName(StrEnum):
    """The texts."""

    RECEIPT = "receipt"
    WHO_ARE_YOU = "who_are_you"
    WHICH_SITE = "which_site"
    NOTED = "noted"
    NOTED_HOW = "noted_how"
    STILL_ASKED = "still_asked"
    JOINED = "joined"
    JOINED_SEVERAL = "joined_several"
    WRITE_NEW = "write_new"
    HELP = "help"
    STATUS_ONE = "status_one"
    STATUS_ENDED = "status_ended"
    STATUS_SEVERAL = "status_several"
    STATUS_NONE = "status_none"
    STATUS_NOT_HERE = "status_not_here"
    ASK_REFERENCE = "ask_reference"
    MISTYPED_REFERENCE = "mistyped_reference"
    LANGUAGE_ASK = "language_ask"
    LANGUAGE_SET = "language_set"
    OPTED_OUT = "opted_out"
    OPTED_IN = "opted_in"
    SAY_START = "say_start"
    WITHDRAW_CONFIRM = "withdraw_confirm"
    WITHDRAW_WHICH = "withdraw_which"
    WITHDRAWN = "withdrawn"
    KEPT = "kept"
    SHARED_CASE = "shared_case"
    READ_BACK = "read_back"
    READ_BACK_LONG = "read_back_long"
    READ_BACK_RIGHT = "read_back_right"
    READ_BACK_WRONG = "read_back_wrong"
    JOIN_DONE = "join_done"
    JOIN_ALREADY = "join_already"
    JOIN_UNKNOWN = "join_unknown"
    JOIN_HOW = "join_how"
    JOIN_WAIT = "join_wait"
    JOIN_ANSWER_NOTED = "join_answer_noted"
    CODE = "code"
    DO_NOT_SEND_CODE = "do_not_send_code"
    AFTER_CLOSURE = "after_closure"
    REOPENED = "reopened"
    LINKED_CASE = "linked_case"
    TOO_MANY = "too_many"
    APPEALED = "appealed"
    NO_APPEAL = "no_appeal"
    DATA_ASK = "data_ask"
    DATA_REQUESTED = "data_requested"
    ACKNOWLEDGEMENT = "acknowledgement"
    MESSAGE = "message"
    STANDING = "standing"
    STANDING_LATE = "standing_late"
    STANDING_UNDATED = "standing_undated"
    LAW_DATE = "law_date"
    LAW_DATE_MISSED = "law_date_missed"
    LAW_DATE_STOPPED = "law_date_stopped"
    RESPONSE = "response"
    RESPONSE_NOTED = "response_noted"
    RESPONSE_NOTED_WHY = "response_noted_why"
    CLOSURE = "closure"
    CLOSURE_APPEAL = "closure_appeal"
    LEFT_REFERRED = "left_referred"
    LEFT_OUT_OF_SCOPE = "left_out_of_scope"
    LEFT_WITHDRAWN = "left_withdrawn"
    LEFT_MERGED = "left_merged"
    NOTICE_ACKNOWLEDGEMENT = "notice_acknowledgement"
    NOTICE_MESSAGE = "notice_message"
    NOTICE_RESPONSE = "notice_response"
    NOTICE_CLOSURE = "notice_closure"
    NOTICE_LEFT = "notice_left"
    NOTICE_SURVEY = "notice_survey"
    SURVEY_PROCESS = "survey_process"
    SURVEY_REMINDER = "survey_reminder"
    SURVEY_OUTCOME = "survey_outcome"
    SURVEY_VERDICT = "survey_verdict"
    SURVEY_THANKS = "survey_thanks"
    CHECK_HELD = "check_held"
    CHECK_REPRISAL = "check_reprisal"
    CHECK_REPRISAL_AGAIN = "check_reprisal_again"
    CHECK_THANKS = "check_thanks"
    REPRISAL_OPENED = "reprisal_opened"
    NOTICE_CHECK = "notice_check"
    CONSENT_ASK = "consent_ask"
    CONSENT_NAME = "consent_name"
    CONSENT_NOTED = "consent_noted"
    VERIFY_NUMBER = "verify_number"
    NUMBER_VERIFIED = "number_verified"


class Grows(StrEnum):
    """What lets a text take more than one part."""

    NEVER = "never"
    WITH_WORDS = "with_words"
    """What a staff member wrote goes in, verbatim."""
    WITH_LIST = "with_list"
    """Several cases or sites are listed."""


class Leads(StrEnum):
    """Where the address at the end of a text leads, when the part still has room for one."""

    NOWHERE = "nowhere"
    FOLLOW_UP = "follow_up"
    SITE = "site"


@dataclass(frozen=True, slots=True)
class Text:
    """One text: its source and what it needs to be written."""

    source: str
    needs: tuple[str, ...] = ()
    grows: Grows = Grows.NEVER
    leads: Leads = Leads.NOWHERE
