"""Ground that every room stands on: settings, database, clock, languages, numbers, logs. No domain words in here."""
