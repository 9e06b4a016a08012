"""Old registers: reading a company's own list, checking each line, and taking it over as cases. Not for: pages."""
