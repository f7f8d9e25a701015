using System.Text.RegularExpressions;

namespace Grid.Monitoring.Tests;

/// <summary>What makes a dashboard usable by somebody who did not write it; after Grafana's dashboard-linter.</summary>
public sealed partial class DashboardTests
{
    [Theory, MemberData(nameof(Dashboard.Names), MemberType = typeof(Dashboard))]
    public void Every_panel_says_what_it_shows_and_in_which_unit(string name) => Assert.All(Dashboard.Open(name).Panels, panel =>
    {
        Assert.NotEmpty(Dashboard.Text(panel, "title"));
        Assert.EndsWith(".", Dashboard.Text(panel, "description"));
        Assert.NotEmpty(Dashboard.Text(panel["fieldConfig"]!["defaults"]!, "unit"));
        Assert.NotEmpty(panel["targets"]!.AsArray());
    });

    [Theory, MemberData(nameof(Dashboard.Names), MemberType = typeof(Dashboard))]
    public void Data_sources_are_the_readers_choice(string name)
    {
        var dashboard = Dashboard.Open(name);
        var chosen = dashboard.Variables.Where(v => Dashboard.Text(v, "type") == "datasource")
            .Select(v => $"${{{Dashboard.Text(v, "name")}}}")
            .ToList();
        var asked = dashboard.Panels.SelectMany(p => p["targets"]!.AsArray().Append(p))
            .Concat(dashboard.Variables.Where(v => v["datasource"] is not null));
        Assert.All(asked, a => Assert.Contains(Dashboard.Text(a!["datasource"]!, "uid"), chosen));
    }

    [Theory, MemberData(nameof(Dashboard.Names), MemberType = typeof(Dashboard))]
    public void Expressions_keep_to_the_chosen_namespace_and_let_the_scrape_interval_decide(string name) =>
        Assert.All(Dashboard.Open(name).Expressions, expression =>
        {
            Assert.All(Selector().Matches(expression.Text),
                s => Assert.Contains("namespace=\"$namespace\"", s.Value, StringComparison.Ordinal));
            Assert.NotEmpty(Selector().Matches(expression.Text));
            Assert.All(Range().Matches(expression.Text), r => Assert.Contains(r.Groups[1].Value, new[] { "$__rate_interval", "$__range" }));
        });

    [Theory, MemberData(nameof(Dashboard.Names), MemberType = typeof(Dashboard))]
    public void Variables_that_are_used_are_there_and_the_other_way_round(string name)
    {
        var dashboard = Dashboard.Open(name);
        var variables = dashboard.Variables.Select(v => Dashboard.Text(v, "name")).Order();
        var used = Variable()
            .Matches(dashboard.Json.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            .Select(m => m.Groups[1].Value).Where(v => !v.StartsWith("__", StringComparison.Ordinal)).Distinct().Order();
        Assert.Equal(variables, used);
    }

    [Fact]
    public void Counters_that_a_panel_need_not_find_are_ones_that_Orleans_has()
    {
        var excused = Dashboard.Names.SelectMany(row => Dashboard.Open(row.Data).Expressions)
            .Where(e => e.Text.EndsWith("or vector(0)", StringComparison.Ordinal))
            .ToList();
        Assert.NotEmpty(excused);
        Assert.All(excused, expression =>
        {
            var metric = Selector().Match(expression.Text).Groups[1].Value;
            Assert.True(OrleansInstruments.Has(metric), $"{expression.Place}: Orleans has no {metric}.");
        });
    }

    [Fact]
    public void A_row_that_needs_an_exporter_of_its_own_is_closed_until_somebody_opens_it()
    {
        var rows = Dashboard.Open("silos.json").Json["panels"]!.AsArray().Where(p => Dashboard.Text(p!, "type") == "row").ToList();
        var closed = rows.Where(r => r!["collapsed"]?.GetValue<bool>() == true).ToList();
        Assert.Equal(["GPUs (NVIDIA's dcgm-exporter)"], closed.Select(r => Dashboard.Text(r!, "title")));
        Assert.All(closed.Single()!["panels"]!.AsArray(), p => Assert.Contains("DCGM_", p!.ToJsonString(), StringComparison.Ordinal));
    }

    [Fact]
    public void Every_dashboard_is_its_own()
    {
        Assert.Equal(["orleans.json", "silos.json", "sweeps.json"], Dashboard.Names.Select(row => row.Data));
        Assert.Distinct(Dashboard.Names.Select(row => Dashboard.Text(Dashboard.Open(row.Data).Json, "uid")));
        Assert.All(Dashboard.Names,
            row => Assert.Distinct(Dashboard.Open(row.Data).Json["panels"]!.AsArray().Select(p => p!["id"]!.GetValue<int>())));
        // As ConfigMaps, which hold a megabyte.
        Assert.All(Repository.Dashboards, path => Assert.InRange(new FileInfo(path).Length, 1, 500_000));
    }

    [GeneratedRegex(@"([a-zA-Z_][a-zA-Z0-9_]*)\{[^}]*\}")]
    private static partial Regex Selector();

    [GeneratedRegex(@"\[([^\]]+)\]")]
    private static partial Regex Range();

    [GeneratedRegex(@"\$\{?([a-zA-Z_]+)")]
    private static partial Regex Variable();
}
