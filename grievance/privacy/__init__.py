"""Words that must not outlive their purpose: erasure, schedules, legal holds, requests about one's own data."""
