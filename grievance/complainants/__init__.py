"""What a person who complained can do: get in, write, join, answer, see what happens, have proof of it.

Not for: staff, nor for the words of texts (`dialogue`).
"""
