"""Keys and what is done with them: sealing columns, keyed digests, references and codes. Not for: password hashing."""
