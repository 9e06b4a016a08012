"""Pages for the person who complains: file, keep the receipt, follow up. No account, no script needed, ever."""
