"""What happens because time passes, whether or not anybody looks: sweeps, escalation, reminders, mail, leavers.

Not for: the rules of a clock (`deadlines`), nor the clocks of one case (`cases.clocks`).
"""
