"""Staff, their duties at each site, and the audit trail. Not for: complainants, who never have an account."""
