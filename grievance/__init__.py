"""Grievance: a grievance and stakeholder-engagement case system for mine sites.

The house has one order; a package may import only what stands to its right:

app → registry → web | sms | mail | cli → runtime → publishing → metrics | dialogue
    → registers | privacy → rounds | desk → complainants → referrals → cases → accounts
    → messaging | deadlines → sites → storage → crypto → core

This module imports nothing, so that no cycle can start at the root.
"""
