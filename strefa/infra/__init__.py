"""The plumbing: database, clock, files, journal, messages, jobs, security, languages."""
