"""Open pages: what anybody may read of a site, and only what publishing released."""
