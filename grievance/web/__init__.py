"""The HTML side: three audiences (complainants, staff, everyone) over the same operations. No SQL and no rule here."""
