using Grid.Sweeps.Checks;

namespace Grid.Sweeps.Tests.Checks;

public class RuleGuideTests
{
    [Fact]
    public void Every_rule_is_explained_and_nothing_else_is() =>
        Assert.Equal(EvaluationChecks.Rules.Select(r => r.Id).Distinct().Order(), RuleGuide.All.Select(g => g.Id).Order());
}
