"""Imports every models module once, for mappers and migrations."""

from sqlalchemy.orm import configure_mappers

from grievance.accounts import absence_models as absences
from grievance.accounts import models as accounts
from grievance.cases import check_record as cases_check
from grievance.cases import delay_record as cases_delay
from grievance.cases import filing_record as cases_filing
from grievance.cases import mail_record as cases_mail
from grievance.cases import models as cases
from grievance.cases import record as cases_record
from grievance.cases import rights_record as cases_rights
from grievance.cases import track_record as cases_track
from grievance.complainants import models as complainants
from grievance.core.db import Base
from grievance.deadlines import models as deadlines
from grievance.desk import models as cases_desk
from grievance.messaging import mail_models as mails
from grievance.messaging import models as messaging
from grievance.privacy import breach_record as privacy_breaches
from grievance.privacy import models as privacy
from grievance.privacy import request_record as privacy_requests
from grievance.publishing import models as publishing
from grievance.referrals import models as cases_referral
from grievance.registers import record as registers
from grievance.sites import models as sites

__all__ = ["MODULES", "configure_mappers", "metadata"]

_CASES = (
    *(cases, cases_record, cases_delay, cases_rights, cases_track, cases_desk, cases_check, cases_filing),
    cases_referral,
    complainants,
)
_PRIVACY = (privacy, privacy_breaches, privacy_requests)
_MAIL = (mails, cases_mail)
MODULES = (sites, deadlines, messaging, accounts, absences, *_CASES, *_MAIL, *_PRIVACY, registers, publishing)
metadata = Base.metadata
