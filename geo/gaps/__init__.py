"""The formulas of the planner's measures. Pure: numbers in, numbers out.

rates: intervals, empirical Bayes, funnel, ranks · access: floating catchments and their weights ·
equity: Lorenz, Gini, Theil, FGT · siting: where one more helps most · spreading: whole people on
cells so that sums hold · golden: hand-worked values, computed again whenever somebody asks.
"""

from geo.gaps.rates import ANY, LEVEL, PER, Rate, class_of, poisson_interval, rate

__all__ = ["ANY", "LEVEL", "PER", "Rate", "class_of", "poisson_interval", "rate"]
