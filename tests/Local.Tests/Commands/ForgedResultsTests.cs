using System.Net;
using System.Text.Json.Nodes;
using Grid.Local.Serving;

namespace Grid.Local.Tests.Commands;

/// <summary>A folder of results that came from somebody else, whose files are good JSON and say what no run ever wrote.</summary>
public sealed class ForgedResultsTests : IDisposable
{
    // Half of a pair of characters, which no JSON writer writes.
    const string Lone = "\"half a pair\"";

    static readonly string[] Values =
    [
        "null", "-1", "0", "1e308", "-1e308", "9223372036854775807", "1e400", "\"\"", "\"x\"", "\"../../etc\"", "\"NaN\"", "[]", "{}",
        "[[[]]]", "true", Lone, "\"</script><script>alert(1)</script>\"", "[1,2]", "{\"name\":null}", "2147483648",
    ];

    static readonly string[] Addresses =
    [
        "/", "/api/v1/sweeps", "/api/v1/sweeps/{0}", "/api/v1/sweeps/{0}/cells", "/api/v1/sweeps/{0}/curves", "/api/v1/sweeps/{0}/checks",
        "/api/v1/sweeps/{0}/cells.csv", "/api/v1/sweeps/{0}/curves.parquet", "/api/v1/sweeps/{0}/compare?defense=none&with=median-filter",
        "/sweeps/{0}", "/sweeps/{0}/cells", "/sweeps/{0}/curves",
    ];

    readonly Workplace _place = new();

    public void Dispose() => _place.Dispose();

    [Fact]
    public Task Whatever_stands_in_its_files_they_are_read_or_refused() => Holds(60, 1);

    [Fact, Trait("Category", "Long")]
    public Task Whatever_stands_in_its_files_they_are_read_or_refused_many_times() => Holds(2000, 1000);

    async Task Holds(int times, int seed)
    {
        _place.Write("s.yaml", SmallSweeps.Digits);
        Assert.Equal(0, _place.Run("run", "s.yaml").Code);
        var ct = TestContext.Current.CancellationToken;
        var (folder, name) = (_place.Results, Path.GetFileName(_place.Results));
        await using var host = FolderHost.Build(_place["results"], 0);
        await host.StartAsync(ct);
        using var http = new HttpClient { BaseAddress = new(host.Urls.First()), Timeout = TimeSpan.FromMinutes(1) };
        for (var number = seed; number < seed + times; number++)
        {
            var random = new Random(number);
            var file = Path.Combine(folder, random.Next(3) == 0 ? "plan.json" : "cells.jsonl");
            var good = await File.ReadAllTextAsync(file, ct);
            var forged = Forge(good, random);
            await File.WriteAllTextAsync(file, forged, ct);
            foreach (var address in Addresses)
            {
                var url = string.Format(System.Globalization.CultureInfo.InvariantCulture, address, name);
                using var answer = await http.GetAsync(url, ct);
                Assert.True(answer.StatusCode is HttpStatusCode.OK or HttpStatusCode.UnprocessableEntity or HttpStatusCode.NotFound,
                    $"{number}: {url}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(ct)}\n"
                    + string.Join('\n', forged.Split('\n').Except(good.Split('\n'))));
            }

            await File.WriteAllTextAsync(file, good, ct);
        }
    }

    /// <summary>Other values in one or several places of one line, and no checksum, without which a line is taken as it is.</summary>
    static string Forge(string text, Random random)
    {
        var lines = text.Contains("\n{", StringComparison.Ordinal) ? text.Split('\n') : [text];
        var place = random.Next(lines.Length);
        if (string.IsNullOrWhiteSpace(lines[place])) return text;
        var line = JsonNode.Parse(lines[place])!;
        if (line is JsonObject whole) whole.Remove("sum");
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var nodes = Inside(line).ToList();
            var node = nodes[random.Next(nodes.Count)];
            var value = Values[random.Next(Values.Length)];
            if (node.Parent is JsonObject parent && random.Next(4) == 0) parent.Remove(node.GetPropertyName());
            else if (node.Parent is not null) node.ReplaceWith(JsonNode.Parse(value));
        }

        lines[place] = line.ToJsonString().Replace(Lone, "\"\\ud800\"", StringComparison.Ordinal);
        return string.Join('\n', lines);
    }

    static IEnumerable<JsonNode> Inside(JsonNode node)
    {
        yield return node;
        var children = node switch
        {
            JsonObject members => members.Select(m => m.Value),
            JsonArray items => items,
            _ => [],
        };
        foreach (var child in children.OfType<JsonNode>())
            foreach (var inner in Inside(child)) yield return inner;
    }
}
