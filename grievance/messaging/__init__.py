"""Messages in and out: what was received, what is to be sent, and what became of it.

Knows no case and no account: an outgoing message carries an opaque reference to what it is about.
"""
