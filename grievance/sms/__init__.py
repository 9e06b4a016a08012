"""The SMS adapter: the provider's webhooks, its transport, and the handset of the demo. Not for what a text means."""
