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
    public void What_is_to_be_typed_kubectl_understands()
    {
        Needs.Met("kubectl", Tool.Run(Tree.Root, "kubectl", "version", "--client") is null ? "kubectl is not installed." : null);
        // Where nothing listens: what gets so far as to be refused was understood.
        var folder = Directory.CreateTempSubdirectory("grid-runbook-").FullName;
        foreach (var file in new[] { "silo.pem", "silo.key", "authority.pem" }) File.WriteAllText(Path.Combine(folder, file), "");
        var config = Path.Combine(folder, "config");
        File.WriteAllText(config, """
            {apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}],
             users: [{name: u, user: {}}], clusters: [{name: c, cluster: {server: "http://127.0.0.1:1"}}]}
            """);
        var commands = Command().Matches(Runbook).Select(m => Filled(m.Groups[1].Value)).Distinct().ToList();
        Assert.True(commands.Count > 25);
        Assert.All(commands, command =>
        {
            var answer = Tool.Run(folder, "bash", "-c", $"export KUBECONFIG={config} G=grid; {command}")!;
            Assert.True(answer.Error.Contains("refused", StringComparison.Ordinal), $"{command}\n{answer.Out}{answer.Error}");
        });
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Logs_of_several_pods_are_asked_for_whole()
    {
        // Where pods are selected, kubectl shows the last ten lines of each unless it is told otherwise.
        var several = Command().Matches(Runbook).Select(m => m.Groups[1].Value)
            .Where(c => c.Contains(" logs -l ", StringComparison.Ordinal));
        Assert.All(several, c => Assert.Contains("--tail=-1", c, StringComparison.Ordinal));
        Assert.NotEmpty(several);
    }

    /// <summary>With KEDA, `kubectl scale` of workers is undone within seconds: every place that has them scaled says what to do
    /// then.</summary>
    [Theory, InlineData("docs/runbook.md"), InlineData("k8s/README.md")]
    public void Where_workers_are_scaled_KEDA_is_thought_of(string page)
    {
        Assert.Contains(Renderings.Of("prod").Objects, o => Rendering.Kind(o) == "ScaledObject");
        var places = Tree.Read(page.Split('/')).Split("\n\n").Where(p => Scaled().IsMatch(p)).ToList();
        Assert.NotEmpty(places);
        Assert.All(places, p => Assert.Contains("KEDA", p, StringComparison.Ordinal));
    }

    // Names in capitals are the reader's to fill in.
    static string Filled(string command) => Capitals().Replace(command, m => m.Value is "N" ? "3" : "x");

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
    [GeneratedRegex("\"([^\"\n]+)\"|(?:grep|-e) '([^']+)'")]
    private static partial Regex Quote();

    [GeneratedRegex("`((?:limits|priority|retries): [^`]+)`")]
    private static partial Regex Line();

    [GeneratedRegex(@"\bGrid__\w+")]
    private static partial Regex Setting();

    // Names in capitals are the reader's to fill in.
    [GeneratedRegex("`(kubectl [^`]+)`")]
    private static partial Regex Command();

    [GeneratedRegex(@"\b(?:POD|NODE|NAME|N)\b")]
    private static partial Regex Capitals();

    [GeneratedRegex(@"scale (?:deployment/control )?deployment/worker|deployment/worker --replicas")]
    private static partial Regex Scaled();

    [GeneratedRegex(@"\b(deployment|cronjob|job|scaledobject)[/ ]([a-z][a-z-]*)")]
    private static partial Regex Named();

    [GeneratedRegex(@"-l ([a-z./]+)=([a-z-]+)")]
    private static partial Regex Selector();

    [GeneratedRegex(@"[`']((?:select|truncate|vacuum) [^`]*?)'?`")]
    private static partial Regex Statement();
}
