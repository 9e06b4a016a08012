"""Sending a case to an outside body: who agreed, what goes, what came of it.

Not for: the Dirección del Trabajo in harassment, which the law brings in (`cases.harassment_track`).
"""
