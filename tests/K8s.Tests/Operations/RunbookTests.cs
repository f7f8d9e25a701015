using System.Text.RegularExpressions;
using Grid.Lab.Catalog;
using Grid.Silo.Postgres;
using Grid.Sweeps.Spec.Reading;
using Npgsql;

namespace Grid.K8s.Tests.Operations;

/// <summary>What the runbook has people do can be done, word for word.</summary>
public sealed partial class RunbookTests(PostgresServer server)
{
    static readonly string Runbook = Tree.Read("docs", "runbook.md");

    [Fact]
    public void What_people_are_to_look_for_in_logs_silos_say()
    {
        var words = Quote().Matches(Runbook).Select(m => m.Groups[1].Value + m.Groups[2].Value).Distinct().ToList();
        Assert.True(words.Count > 6);
        Assert.All(words, w => Assert.True(CompiledSilo.Says(w), $"No silo says '{w}'."));
        Assert.False(CompiledSilo.Says("what nobody says"));
    }

    [Fact]
    public void What_is_to_be_set_silos_read()
    {
        var settings = Setting().Matches(Runbook).Select(m => m.Value).Distinct().ToList();
        Assert.True(settings.Count > 2);
        Assert.All(settings, s => Assert.True(CompiledSilo.Reads(s), s));
    }

    [Fact]
    public void What_is_to_stand_in_a_sweep_file_may_stand_there()
    {
        var lines = Line().Matches(Runbook).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line =>
        {
            var filled = line.Replace("...", line.Contains("timeout", StringComparison.Ordinal) ? "20m" : "5", StringComparison.Ordinal);
            SweepFile.Parse(
                $"name: n\ndataset: digits\nmodel: softmax\nattack: fgsm\nstrength: 0.1\n{filled}\n", "n.yaml", Catalogue.Vocabulary);
        });
    }

    [Fact]
    public void What_kubectl_is_to_change_or_show_is_there()
    {
        var production = Renderings.Of("prod");
        var named = Named().Matches(Runbook).Select(m => (Kind: m.Groups[1].Value, Name: m.Groups[2].Value)).Distinct().ToList();
        Assert.Contains(("deployment", "control"), named);
        Assert.Contains(("cronjob", "backup"), named);
        Assert.All(named, n => Assert.Contains(production.Objects,
            o => Rendering.Kind(o).Equals(n.Kind, StringComparison.OrdinalIgnoreCase) && o.Text("metadata/name") == n.Name));
        Assert.All(Selector().Matches(Runbook), m => Assert.Contains(production.Objects,
            o => new[] { "metadata", "spec/template/metadata", "spec/jobTemplate/metadata" }
                .Any(at => o.Map($"{at}/labels").GetValueOrDefault(m.Groups[1].Value) == m.Groups[2].Value)));
    }

    [Fact]
    public async Task What_PostgreSQL_is_to_be_asked_it_answers()
    {
        Needs.Met("postgresql", server.Missing);
        await using var database = NpgsqlDataSource.Create(await server.CreateDatabase());
        await Migrator.Apply(database, _ => { }, default);
        var statements = Statement().Matches(Runbook).Select(m => m.Groups[1].Value).ToList();
        Assert.Equal(4, statements.Count);
        foreach (var statement in statements)
        {
            await using var command = database.CreateCommand(statement);
            await command.ExecuteNonQueryAsync();
        }
    }

    // In double quotes, or what grep is given.
    [GeneratedRegex("\"([^\"\n]+)\"|grep '([^']+)'")]
    private static partial Regex Quote();

    [GeneratedRegex("`((?:limits|priority|retries): [^`]+)`")]
    private static partial Regex Line();

    [GeneratedRegex(@"\bGrid__\w+")]
    private static partial Regex Setting();

    // Names in capitals are the reader's to fill in.
    [GeneratedRegex(@"\b(deployment|cronjob|job|scaledobject)[/ ]([a-z][a-z-]*)")]
    private static partial Regex Named();

    [GeneratedRegex(@"-l ([a-z./]+)=([a-z-]+)")]
    private static partial Regex Selector();

    [GeneratedRegex(@"[`']((?:select|truncate|vacuum) [^`]*?)'?`")]
    private static partial Regex Statement();
}
