"""A liaison's desk: lists by what is due next, the case page, work on many cases at once.

Not for: what is done to one case (`cases`).
"""
