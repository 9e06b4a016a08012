"""Encrypted files by key: a local folder by default, an S3-compatible bucket by setting. Not for: what a file means."""
