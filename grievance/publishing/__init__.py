"""What may leave: frozen figures, summaries, public pages' content, exports. Not for: reading cases one by one."""
