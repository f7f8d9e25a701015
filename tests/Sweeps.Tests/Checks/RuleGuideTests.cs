using Grid.Sweeps.Checks;

namespace Grid.Sweeps.Tests.Checks;

public class RuleGuideTests
{
    [Fact]
    public void Every_rule_is_explained_and_nothing_else_is() =>
        Assert.Equal(EvaluationChecks.Rules.Select(r => r.Id).Distinct().Order(), RuleGuide.All.Select(g => g.Id).Order());

    [Fact]
    public void Every_rule_stands_in_the_documentation_as_it_is_in_code()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Grid.sln")))
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("No Grid.sln above the tests.");
        var rows =
            File.ReadAllLines(Path.Combine(folder, "docs", "checks.md")).Where(line => line.StartsWith("| H", StringComparison.Ordinal))
                .Select(line => line.Split('|', StringSplitOptions.TrimEntries)).Select(cells => (cells[1], cells[2]));
        Assert.Equal(EvaluationChecks.Rules, rows);
    }
}
