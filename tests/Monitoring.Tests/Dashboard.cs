using System.Text.Json.Nodes;

namespace Grid.Monitoring.Tests;

/// <summary>A Grafana dashboard, as far as the tests ask.</summary>
sealed record Dashboard(string Name, JsonNode Json)
{
    public static TheoryData<string> Names { get; } = [.. Repository.Dashboards.Select(path => Path.GetFileName(path))];

    /// <summary>Those of rows that are closed among them.</summary>
    public IEnumerable<JsonNode> Panels =>
        Json["panels"]!.AsArray().SelectMany(p => p!["panels"] is JsonArray { Count: > 0 } within ? within.Select(i => i!) : [p])
            .Where(p => Text(p, "type") != "row");

    public IEnumerable<JsonNode> Variables => Json["templating"]!["list"]!.AsArray().Select(v => v!);

    IEnumerable<JsonNode> Annotations => Json["annotations"]!["list"]!.AsArray().Select(a => a!);

    /// <summary>Every question to Prometheus, with where it stands.</summary>
    public IEnumerable<(string Place, string Text)> Expressions => Questions("expr");

    /// <summary>The legend of every question to Prometheus that has one.</summary>
    public IEnumerable<(string Place, string Text, string Legend)> Legends =>
        from panel in Panels
        from target in panel["targets"]!.AsArray()
        where Text(target!, "expr").Length > 0
        select ($"{Name}: {Text(panel, "title")}", Text(target!, "expr"), Text(target!, "legendFormat"));

    /// <summary>Every question to PostgreSQL, the values of variables among them.</summary>
    public IEnumerable<(string Place, string Text)> Sql => Questions("rawSql").Concat(
        from variable in Variables
        where Text(variable, "type") == "query" && Text(variable["datasource"]!, "uid") == "${postgres}"
        select ($"{Name}: variable {Text(variable, "name")}", Text(variable, "query")));

    public static Dashboard Open(string name) =>
        new(name, JsonNode.Parse(File.ReadAllText(Repository.Dashboards.Single(path => Path.GetFileName(path) == name)))!);

    public static string Text(JsonNode node, string key) => node[key]?.GetValue<string>() ?? "";

    IEnumerable<(string Place, string Text)> Questions(string key) =>
        from asked in Panels.SelectMany(p => p["targets"]!.AsArray().Select(t => (Title: Text(p, "title"), Target: t!)))
            .Concat(Annotations.Select(a => (Title: Text(a, "name"), Target: a["target"] ?? a)))
        where asked.Target[key] is not null
        select ($"{Name}: {asked.Title}", Text(asked.Target, key));
}
