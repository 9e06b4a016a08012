"""Working days, service standards and the due dates that follow from them.

Not for deciding what happens when a date is missed: that is `rounds.timers`.
"""
