"""Cases: what people raise, what is done with it, by when, and who may see it. Not for: texts, pages or figures."""
