"""The residents' and the planner's pages: they read the clock once and ask the querysets."""
