"""Every chart once, for the pages and for the reports: Altair builds it, the data come apart."""
