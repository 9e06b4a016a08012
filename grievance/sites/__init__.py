"""Operators, sites, companies, units, areas, phone lines, categories and external routes. Not for: cases or staff."""
