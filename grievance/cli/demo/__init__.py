"""The fictional demo: an invented operator whose cases are played by the real operations, as if they had just happened.

`commands` loads it, `play` puts everything in the order of time. What happens stands in `stories_*` (told in full) and
in `cases.csv` (one line a case, see `rows`); who does what is in `*_acts`.
"""
