"""Mail: the server that takes what we send, and the mailbox of the demo. Not for: what is written (`messaging`)."""
