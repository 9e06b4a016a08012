"""What became of the cases: confirmed, balanced, resolved, reopened, still open, and what was promised since. Pure."""

from typing import Final

from grievance.cases.states import Channel
from grievance.metrics.inputs import ACTION_KINDS, ACTION_STATES, FOLLOWED_DAYS, LEFT, TOLD_WAYS, AgeCount
from grievance.metrics.people import CHANNEL_TABLE, shows
from grievance.metrics.results import Basis, Hidden, Number, Result, share

TEXT_CHANNELS: Final = (Channel.SMS.value,)
"""Channels that a receipt by text answers: its number would tell a hidden cell of the channel table."""
RECEIPTS: Final = ("receipts_texted", "receipts_delivered")
STATED_DAYS: Final = FOLLOWED_DAYS[0]
"""The days in the headline of the resolution rate; the others stand beside it."""
NINETIETH: Final = (9, 10)
"""The share below the ninetieth percentile, as a fraction: no rounding decides which case it is."""


class AccountDoesNotBalance(Exception):
    """What came and what left does not lead from the opening to the closing: the counts are wrong, nothing goes out."""


def acknowledged_on_time(basis: Basis) -> Result:
    """Count the acknowledgements that a person gave and that were told by their date, of all that fell due.

    Left out: cases that had left before the date (their reason for leaving was the answer), and merged ones, whose
    acknowledgement is that of the case they became part of. Sent without confirmation is not told.
    """
    found = basis.counts.acknowledgement
    by_way = {f"on_time_{way.value}": found[f"on_time_{way.value}"] for way in TOLD_WAYS}
    on_time = sum(by_way.values())
    not_in_time = {name: found[name] for name in ("late", "sent_unconfirmed", "not_told")}
    channels = basis.tables.get(CHANNEL_TABLE)
    is_shown = channels is None or shows(channels, *TEXT_CHANNELS)
    receipts: dict[str, Number] = {name: found[name] if is_shown else None for name in RECEIPTS}
    return Result(
        on_time,
        on_time + sum(not_in_time.values()),
        {name: found[name] for name in ("ended_before_due", "merged")},
        {**by_way, **not_in_time, **receipts},
        None if is_shown else Hidden.HIDDEN_CELL,
    )


def volume(basis: Basis) -> Result:
    """Count what left of what came, with the whole account from opening to closing. May exceed one: clearance.

    Beside the cases stand the filings and the people, which are two other numbers.

    Raises:
        AccountDoesNotBalance: opening, movements and closing do not agree.
    """
    account = basis.counts.account
    left = sum(account[status.value] for status in LEFT)
    if account["opening"] + account["received"] + account["reopened"] - left != account["closing"]:
        raise AccountDoesNotBalance(dict(account))
    return Result(
        left,
        account["received"],
        {"spam_or_test": account["spam_or_test"], **dict(basis.counts.apart)},
        {name: number for name, number in account.items() if name != "spam_or_test"} | {"people_behind": basis.behind},
    )


def resolved_within_target(basis: Basis) -> Result:
    """Count the cases durably resolved by their target, of all targets that fell in the quarter.

    Left out: withdrawn and out of scope, and merged ones. Whatever is open past its target, from whenever, stands
    beside it.
    """
    found = basis.counts.resolution
    parts = {name: found[name] for name in ("within", "late", "unresolved_open", "unresolved_ended")}
    return Result(
        found["within"],
        sum(parts.values()),
        {name: found[name] for name in ("withdrawn", "out_of_scope", "merged")},
        {
            **{name: number for name, number in parts.items() if name != "within"},
            "open_past_target": found["open_past_target"],
        },
    )


def resolution_rate(basis: Basis) -> Result:
    """Count the cases durably resolved by day 30, of those of twelve months that came 30 days before the end or more.

    Beside it the same for 60 and 90 days. What was withdrawn, referred or out of scope by that day stays in what it is
    out of: it was received, and not resolved. A case is followed for whole days: one that came 30 days before the last
    day of the quarter has had its day 30.
    """
    found = basis.counts.followed
    parts: dict[str, Number] = {}
    for day in FOLLOWED_DAYS:
        fates = {f"{fate}_{day}": found[f"{fate}_{day}"] for fate in ("resolved", "left", "unresolved")}
        cohort = sum(fates.values())
        parts |= {f"cohort_{day}": cohort, **fates, f"rate_{day}": share(fates[f"resolved_{day}"], cohort)}
    cohort = sum(found[f"{fate}_{STATED_DAYS}"] for fate in ("resolved", "left", "unresolved"))
    return Result(found[f"resolved_{STATED_DAYS}"], cohort, {"merged": found["merged"]}, parts)


def reopened_after_resolution(basis: Basis) -> Result:
    """Count the resolutions after which the case was reopened within 90 days, of those whose 90 days have passed.

    Of closings in twelve months. Those whose 90 days run are left out and shown; what was reopened of them too.
    """
    found = basis.counts.reopenings
    return Result(
        found["reopened"],
        found["followed"],
        {"running": found["running"]},
        {"running_reopened": found["running_reopened"]},
    )


def appealed(basis: Basis) -> Result:
    """Count the outcomes told against which somebody appealed, of those whose 30 days to appeal have passed.

    Of closings in twelve months. Those whose days run are left out and shown; what was appealed of them too.
    """
    found = basis.counts.appeals
    return Result(
        found["appealed"],
        found["notices"],
        {"appeal_running": found["running"], "no_window": found["no_window"]},
        {"running_appealed": found["running_appealed"]},
    )


def appeals_upheld(basis: Basis) -> Result:
    """Count the appeals in which the person was right, in whole or in part, of those decided in twelve months."""
    found = basis.counts.appeals
    upheld = found["upheld"] + found["partly_upheld"]
    return Result(
        upheld,
        upheld + found["dismissed"],
        {"appeals_waiting": found["waiting"]},
        {f"appeal_{result}": found[result] for result in ("upheld", "partly_upheld", "dismissed")},
    )


def backlog_age(basis: Basis) -> Result:
    """Count the cases open for more than 90 days at the end of the quarter, of all that were open.

    Median and ninetieth percentile (nearest rank) are days since receipt, as is the oldest.
    """
    ages = basis.counts.backlog
    cases = sum(row.cases for row in ages)
    over = {f"over_{limit}": sum(row.cases for row in ages if row.day > limit) for limit in FOLLOWED_DAYS}
    return Result(
        over[f"over_{FOLLOWED_DAYS[-1]}"],
        cases,
        {},
        {
            **over,
            "median_age_days": _median(ages, cases),
            "p90_age_days": _nearest_rank(ages, cases, *NINETIETH) if cases else None,
            "oldest_days": max((row.day for row in ages), default=None),
        },
    )


def corrective_actions(basis: Basis) -> Result:
    """Count the corrective actions done by their day, of those whose day fell in the quarter; by kind beside it."""
    found = basis.counts.actions
    totals = {state: sum(found[f"{kind}_{state}"] for kind in ACTION_KINDS) for state in ACTION_STATES}
    return Result(
        totals["on_time"],
        sum(totals.values()),
        {},
        {"actions_late": totals["late"], "actions_not_done": totals["not_done"], **dict(found)},
    )


def _median(ages: tuple[AgeCount, ...], cases: int) -> Number:
    """Return the middle age, or the mean of the two in the middle."""
    if not cases:
        return None
    low, high = _nearest_rank(ages, cases, 1, 2), _ranked(ages, cases // 2 + 1)
    total = low + high
    return total / 2 if total % 2 else total // 2


def _nearest_rank(ages: tuple[AgeCount, ...], cases: int, part: int, whole: int) -> int:
    """Return the age at rank ceil(cases × part / whole), counted from 1."""
    return _ranked(ages, -(-cases * part // whole))


def _ranked(ages: tuple[AgeCount, ...], rank: int) -> int:
    seen = 0
    for row in sorted(ages):
        seen += row.cases
        if seen >= rank:
            return row.day
    raise IndexError(rank)
