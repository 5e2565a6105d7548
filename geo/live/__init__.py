"""What is live and upcoming, kept in each process: docs/decisions/0020-live-reads.md."""
