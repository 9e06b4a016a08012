"""The words of tasks and notices, marked for translation. None of them says anything of a case."""

from __future__ import annotations

from typing import Final

from grievance.core.i18n import mark

TASK: Final = {
    "take_over": mark("Whoever worked it no longer does: give it to somebody"),
    "name_owner": mark("Whoever answers for a measure or action of it has left: hand it over"),
    "reach_person": mark("A text could not be delivered: reach the person another way"),
    "slip_lapsed": mark("The slip ran out before the person had a code of their own: reach the person another way"),
    "correct_words": mark("The person says that what was recorded is not right: set it right with them"),
    "look_at_join": mark("Whoever joined this case names a staff member, from whom it is hidden now: look at it"),
    "look_at_name": mark("The person names a staff member, from whom this case is hidden now: look at it"),
    "look_at_reopening": mark("The person wrote after the case ended: look at reopening it"),
    "close_serious": mark("A serious case waits for you to close it"),
    "verify_remedy": mark("Verify that a remedy was done"),
    "name_reviewer": mark("An appeal needs a reviewer who had no part in the case"),
    "ask_again": mark("Ask the person in person how things stand since the answer"),
    "decide_extension": mark("A later date was asked for: decide"),
    "tell_delay": mark(
        "A promised date is near or has passed: if it is not kept, tell the person why and the new date"
    ),
    "decide_override": mark("Sending a case on without a yes was asked for: decide"),
    "read_first": mark("A person who agreed to a sending has written since: read it before anything is sent"),
    "ask_body": mark("An outside body has a case: ask what became of it"),
    "write_to_person": mark("Nobody has written to the person for long: write how the case is going"),
    "stuck_message": mark("A text could not be understood: look at it"),
    "do_measure": mark("A protective measure that you answer for is near its date"),
    "measure_late": mark("A protective measure that you answer for is late"),
    "verify_measure": mark("Verify that a protective measure was taken"),
    "do_action": mark("A corrective action that you answer for is near its date"),
    "action_late": mark("A corrective action that you answer for is late"),
    "verify_action": mark("Verify that a corrective action was done"),
    "decide_breach": mark("A breach of personal data: decide whether the agency and the people are told"),
    "publicise_channels": mark("Half-yearly: tell everybody at the site by which ways harassment can be reported"),
}

NOTICE: Final = {
    "urgent_waits": mark("Something urgent waits: reach a triager of the site now"),
    "sent_outside": mark("A case is yours, because everybody who triages has a part in it"),
    "handed_over": mark("Cases were handed over to you"),
    "record_broken": mark("The record does not stand as it was written: read what to do now"),
    "left_behind": mark("Somebody left cases behind: hand them over"),
    "walled_off": mark("Somebody changed post and does not see this case any more: look at who works it"),
    "clock_soon": mark("A date is near"),
    "clock_breached": mark("A date was missed"),
    "assigned": mark("A case was assigned to you"),
    "investigator_named": mark("You were named on a case"),
    "message_from_person": mark("The person wrote"),
    "response_rejected": mark("The person did not accept the response"),
    "response_accepted": mark("The person accepted the response"),
    "reopened": mark("A case was opened again"),
    "extension_granted": mark("The later date that you asked for was granted"),
    "extension_refused": mark("The later date that you asked for was refused"),
    "appealed": mark("An appeal waits for your decision"),
    "data_request": mark("Somebody asks about their personal data"),
    "did_not_hold": mark("The person says that the solution did not hold"),
    "reprisal": mark("A person says that they were treated worse after complaining"),
    "referral_moved": mark("Something moved in sending a case to an outside body"),
    "resumed": mark("A pause is over: the case goes on"),
    "danger": mark("Danger to life: a case needs somebody now"),
    "left_track": mark("A case of harassment was classified as another kind: look at why"),
    "unprotected": mark("A day has passed and no protective measure was taken"),
    "register_checked": mark("The register you brought has been checked"),
    "register_undone": mark("An old register was taken back: what it had brought is gone, but for cases worked since"),
    "register_imported": mark("An old register was imported: look through what is open and late in it"),
    **TASK,
}
