using System.Text.RegularExpressions;

namespace Grid.Monitoring.Tests;

/// <summary>What dashboards and alerts ask is asked of a cluster that runs a sweep, and answered.</summary>
public sealed partial class LiveTests(RunningGrid grid) : IClassFixture<RunningGrid>
{
    /// <summary>What may be empty here, by a part of its text or place, and why.</summary>
    static readonly (string Part, string Reason)[] Excused =
    [
        ("DCGM_", "there is no card, or no exporter of its figures"),
        ("kube_", "there is no Kubernetes"),
        ("Deployments", "no silo was replaced by another build"),
        ("Why cells fail", "none does"),
        ("grid_certificate_expiry", "connections are not encrypted"),
    ];

    static readonly string[] Labels = ["attack", "certificate", "commit", "le", "otel_scope_name", "outcome", "reason", "state", "sweep",
        "version"];

    [Theory, MemberData(nameof(Dashboard.Names), MemberType = typeof(Dashboard))]
    public async Task Every_expression_of_a_dashboard_is_answered(string name)
    {
        Needs.Met("prometheus", grid.Missing);
        var open = Dashboard.Open(name).Expressions.Where(e => !IsExcused(e)).ToList();
        await Until.True(
            async () =>
            {
                // Some things happen now and then.
                foreach (var expression in open.ToList())
                    if ((await grid.Prometheus.Values(Filled(expression.Text))).Count > 0) open.Remove(expression);
                return open.Count == 0;
            },
            () => $"nothing answers {string.Join('\n', open)}");
        // Excused or not, Prometheus must understand it.
        foreach (var expression in Dashboard.Open(name).Expressions.Where(IsExcused)) await grid.Prometheus.Values(Filled(expression.Text));
    }

    [Theory, MemberData(nameof(Dashboard.Names), MemberType = typeof(Dashboard))]
    public async Task Every_label_of_a_legend_is_one_that_its_series_have(string name)
    {
        Needs.Met("prometheus", grid.Missing);
        foreach (var (place, text, legend) in Dashboard.Open(name).Legends.Where(l => !IsExcused((l.Place, l.Text))))
        {
            var wanted = Placeholder().Matches(legend).Select(m => m.Groups[1].Value).ToList();
            // Some come now and then; that they come is another test's affair.
            if (wanted.Count == 0 || (await grid.Prometheus.Values(Filled(text))).Count == 0) continue;
            var there = await grid.Prometheus.Labels(Filled(text));
            Assert.All(wanted, label => Assert.True(there.Contains(label), $"{place}: no series has a label {label}."));
        }
    }

    [Theory, MemberData(nameof(Dashboard.Names), MemberType = typeof(Dashboard))]
    public async Task Every_question_to_the_database_is_answered(string name)
    {
        Needs.Met("prometheus", grid.Missing);
        foreach (var question in Dashboard.Open(name).Sql)
        {
            var rows = await grid.Rows(TimeFilter()
                .Replace(question.Text, "$1 > now() - interval '1 day'")
                .Replace("$sweep", grid.Sweep, StringComparison.Ordinal));
            Assert.True(rows > 0 || IsExcused(question), $"{question} has no answer.");
        }
    }

    [Fact]
    public async Task Every_panel_is_drawn_without_Grafana()
    {
        Needs.Met("prometheus", grid.Missing);
        Needs.Met("python3", Python.Missing);
        var page = Path.GetTempFileName();
        var excused = Dashboard.Names.SelectMany(n => Dashboard.Open(n.Data).Expressions.Where(IsExcused))
            .Select(e => e.Place.Split(": ")[1]).ToHashSet();
        List<string> empty = [];
        await Until.True(
            async () =>
            {
                var said = await Python.Run(
                    Path.Combine(Repository.Root, "eng", "panels"), grid.Prometheus.Url, page, "--minutes", "1", "--sweep", grid.Sweep);
                Assert.Contains(" panels drawn of ", said, StringComparison.Ordinal);
                empty =
                [
                    .. said.Split('\n').Where(
                        l => l.StartsWith("no data: ", StringComparison.Ordinal) && !excused.Contains(l.Split(": ")[^1])),
                ];
                return empty.Count == 0;
            },
            () => string.Join('\n', empty));
        var drawn = await File.ReadAllTextAsync(page);
        Assert.Contains("<path d=\"M", drawn, StringComparison.Ordinal);
        Assert.Contains(">Cells by state</h3>", drawn, StringComparison.Ordinal);
        File.Delete(page);
    }

    [Fact]
    public async Task Every_alert_watches_something_that_is_there()
    {
        Needs.Met("prometheus", grid.Missing);
        var alerts = Expression().Matches(Repository.Rules()).Select(m => m.Groups[1].Value).ToList();
        Assert.True(alerts.Count >= 11);
        foreach (var alert in alerts) await grid.Prometheus.Values(alert);
        foreach (var metric in alerts.SelectMany(a => Metric().Matches(a).Select(m => m.Value))
            .Distinct()
            .Where(m => !IsExcused((m, m)) && !OrleansInstruments.Has(m)))
            Assert.True((await grid.Prometheus.Values(metric)).Count > 0, $"There is no {metric}.");
    }

    [Fact]
    public async Task Prometheus_has_nothing_to_say_against_our_metrics()
    {
        Needs.Met("prometheus", grid.Missing);
        var scrape = await grid.Worker.Scrape();
        var (code, said) = await Promtool.Run(scrape, "check", "metrics");
        // 3: it dislikes names; those of Orleans and .NET are not ours to choose.
        Assert.True(code is 0 or 3, said);
        Assert.DoesNotContain(said.Split('\n'), line => line.StartsWith("grid_", StringComparison.Ordinal));
        var ours = scrape.Split('\n').Where(line => OurLine().IsMatch(line)).ToList();
        (code, said) = await Promtool.Run(string.Join('\n', ours) + "\n", "check", "metrics");
        Assert.True(code == 0, said);
        Assert.All(ours.Where(line => line.StartsWith("grid_", StringComparison.Ordinal)),
            line => Assert.All(Label().Matches(line), l => Assert.Contains(l.Groups[1].Value, Labels)));
    }

    [Fact]
    public async Task Counters_are_there_before_the_first_event()
    {
        Needs.Met("prometheus", grid.Missing);
        // A silo without devices runs no cell.
        var lines = (await grid.Control.Scrape()).Split('\n');
        foreach (var zero in new[]
        {
            "grid_cells_started_total", "grid_cells_timed_out_total", "grid_samples_attacked_total",
            "grid_cells_completed_total.*outcome=\"failed\"",
            "grid_cells_failed_total.*reason=\"out_of_memory\"", "grid_cells_failed_total.*reason=\"experiment\"",
            "grid_slots.*state=\"draining\"",
        }) Assert.Contains(lines, line => Regex.IsMatch(line, $"^{zero}.* 0$"));
    }

    [Fact]
    public async Task A_sweep_is_counted_once_whichever_silo_coordinates_it()
    {
        Needs.Met("prometheus", grid.Missing);
        Assert.Equal([1], await grid.Prometheus.Values($"count(count by (pod) (grid_sweep_cells{{sweep=\"{grid.Sweep}\"}}))"));
        Assert.Equal([grid.Cells], await grid.Prometheus.Values($"sum(grid_sweep_cells{{sweep=\"{grid.Sweep}\"}})"));
        Assert.Equal([grid.Cells], await grid.Prometheus.Values("sum(grid_cells_submitted_total)"));
        Assert.Equal([2], await grid.Prometheus.Values("sum(grid_slots)"));
        // Of one scrape, both.
        Assert.Equal([0], await grid.Prometheus.Values($"sum(grid_cells_pending) - sum(grid_sweep_cells{{state=\"pending\"}})"));
    }

    [Fact]
    public async Task Traces_go_the_way_of_a_group()
    {
        Needs.Met("prometheus", grid.Missing);
        foreach (var span in new[] { "submit", "group", "claim", "run", "complete" })
            await Until.True(() => Task.FromResult(grid.Collector.HasSpan(span)), () => $"no span {span}");
    }

    string Filled(string expression) => expression
        .Replace("$__rate_interval", "30s", StringComparison.Ordinal).Replace("$__range", "5m", StringComparison.Ordinal)
        .Replace("$namespace", "grid", StringComparison.Ordinal)
        .Replace("$silo", ".*", StringComparison.Ordinal)
        .Replace("$sweep", grid.Sweep, StringComparison.Ordinal);

    static bool IsExcused((string Place, string Text) question) =>
        Excused.Any(
            e => question.Text.Contains(e.Part, StringComparison.Ordinal) || question.Place.EndsWith(e.Part, StringComparison.Ordinal));

    [GeneratedRegex(@"\$__timeFilter\(([^)]*)\)")]
    private static partial Regex TimeFilter();

    // A block of YAML, which is indented deeper than its key.
    [GeneratedRegex(@"^ +expr: \|-\n((?:^ {10,}.*\n)+)", RegexOptions.Multiline)]
    private static partial Regex Expression();

    [GeneratedRegex(@"\b(?:grid|orleans|dotnet|kube|DCGM)_\w+|\bup\b")]
    private static partial Regex Metric();

    [GeneratedRegex(@"^(?:# (?:HELP|TYPE|UNIT) )?grid_")]
    private static partial Regex OurLine();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"(\w+)=""")]
    private static partial Regex Label();
}
