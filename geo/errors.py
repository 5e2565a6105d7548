"""What can be wrong, said so that a person can act on it. Pure."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong or has several readings.

    ``found`` is what is printed, ``where`` its place (第 4 行「活动时间」; may be empty when
    the caller knows it better), ``expected`` what would have been understood, ``next_step`` what
    to do now. ``code`` is the machine's name of the rule. Words are Chinese: staff read them.
    """

    code: str
    found: str
    expected: str = ""
    next_step: str = ""
    where: str = ""

    def __str__(self) -> str:
        sentence = f"{self.where}：{self.found}" if self.where else self.found
        for more in (self.expected, self.next_step):
            if more:
                sentence += ("" if sentence.endswith(("。", "？", "！")) else "。") + more
        return sentence if sentence.endswith(("。", "？", "！")) else sentence + "。"

    def at(self, where: str) -> "Problem":
        """The same problem with its place named."""
        return Problem(**{**asdict(self), "where": where})


class ProblemError(Exception):
    """Raised where nothing sensible can be returned; carries the problem in words."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem
