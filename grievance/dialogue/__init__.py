"""What a text message means and what is done about it, whatever the provider that carried it."""
