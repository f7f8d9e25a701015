using System.Text.RegularExpressions;

namespace Grid.Monitoring.Tests;

/// <summary>Alerts fire when they should, and whoever is woken finds out what to do.</summary>
public sealed partial class AlertTests
{
    static readonly string Cases = Path.Combine(AppContext.BaseDirectory, "alerts.test.yaml");

    static IReadOnlyList<string> Alerts => [.. Alert().Matches(Repository.Rules()).Select(m => m.Groups[1].Value)];

    [Fact]
    public async Task Rules_do_what_their_tests_say()
    {
        Needs.Met("prometheus", Promtool.Missing);
        var folder = Directory.CreateTempSubdirectory("grid-rules-").FullName;
        try
        {
            var rules = Path.Combine(folder, "alerts.rules.yaml");
            await File.WriteAllTextAsync(rules, Repository.Rules());
            File.Copy(Cases, Path.Combine(folder, "alerts.test.yaml"));
            var (code, said) = await Promtool.Run("", "check", "rules", rules);
            Assert.True(code == 0, said);
            (code, said) = await Promtool.Run("", "test", "rules", Path.Combine(folder, "alerts.test.yaml"));
            Assert.True(code == 0, said);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Every_alert_is_tested()
    {
        var tests = File.ReadAllText(Cases);
        Assert.True(Alerts.Count >= 11);
        Assert.All(Alerts, alert => Assert.Contains($"alertname=\"{alert}\"", tests, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_alert_has_its_page_in_the_runbook_and_no_other_has()
    {
        var pages = Page().Matches(Repository.Runbook).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);
        Assert.Equal(Alerts.Order(), pages.Keys.Order());
        Assert.All(pages, page =>
        {
            Assert.Contains("Means:", page.Value, StringComparison.Ordinal);
            foreach (var look in new[] { "\n1. ", "\n2. ", "\n3. " }) Assert.Contains(look, page.Value, StringComparison.Ordinal);
            Assert.Contains("Remedy:", page.Value, StringComparison.Ordinal);
            Assert.Contains($"https://git.example/grid/docs/runbook.md#{page.Key.ToLowerInvariant()}\n", Repository.Rules(),
                StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Every_panel_that_the_runbook_names_is_on_its_dashboard()
    {
        var looks = Look().Matches(Repository.Runbook).Select(m => (Dashboard: m.Groups[1].Value, Names: m.Groups[2].Value)).ToList();
        Assert.True(looks.Count > 15);
        Assert.All(looks, look =>
        {
            var dashboard = Dashboard.Open($"{look.Dashboard.Split(' ')[0].ToLowerInvariant()}.json");
            var titles = dashboard.Panels.Select(p => Dashboard.Text(p, "title")).ToList();
            // One, or two: "Memory and Managed heap".
            for (var rest = look.Names; rest.Length > 0;)
            {
                var title = titles.Where(t => rest.StartsWith(t, StringComparison.Ordinal)).MaxBy(t => t.Length);
                Assert.True(title is not null, $"{look.Dashboard} has no panel '{rest}'");
                rest = rest[title.Length..].StartsWith(" and ", StringComparison.Ordinal) ? rest[(title.Length + 5)..] : "";
            }
        });
    }

    [GeneratedRegex(@"\*(Sweeps|Silos and devices|Orleans)\*, ([A-Z][^:;.(\n]+)")]
    private static partial Regex Look();

    [GeneratedRegex(@"- alert: (\w+)")]
    private static partial Regex Alert();

    [GeneratedRegex(@"^## (\w+)\n(.*?)(?=^## |\z)", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Page();
}
