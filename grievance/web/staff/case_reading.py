"""Reading a case for a page: through the viewer, and with a line in the audit trail where it is restricted."""

from __future__ import annotations

from grievance.cases.page import CasePage
from grievance.deadlines.queries import site_calendar
from grievance.deadlines.working_days import Calendar, local_date
from grievance.desk.case_page import case_page
from grievance.web.staff.access import viewer
from grievance.web.unit import current


def read_case(reference: str) -> CasePage:
    """Return the page of a case.

    Raises:
        CaseNotFound: there is none, or not for this viewer.
    """
    unit = current()
    return case_page(unit.session, viewer(), reference, now=unit.now, writing=unit.write)


def calendar_for(page: CasePage) -> Calendar:
    """Return the calendar of the site of a case, around today."""
    unit = current()
    year = local_date(unit.now, page.time_zone).year
    return site_calendar(unit.session, page.site_id, time_zone=page.time_zone, year=year)
