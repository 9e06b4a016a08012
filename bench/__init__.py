"""Speed as ratios against a floor measured in the same run; the last results stand in docs/performance.md.

Not tests: no number here fails a build. The driver counts only right answers and checks the rows afterwards.
"""
