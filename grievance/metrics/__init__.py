"""Figures that a stranger can recompute, and the rules for showing them without exposing anyone.

Not for wording or pages: those are in `publishing`.
"""
