"""Speed at a million occurrences: the data, the baselines, the loads and the table."""
