"""The command line: serving, the worker, set-up, keys, backup, figures. Not for: rules, which operations hold."""
