using System.Text.RegularExpressions;

namespace Grid.Architecture.Tests;

/// <summary>
/// What a grain must not do. Read from the source: a turn that blocks is not seen by any test, until a silo has as many sweeps as threads.
/// </summary>
public sealed partial class GrainRulesTests
{
    static readonly string Root = DependencyTests.FindRoot();

    static readonly (string Pattern, string Why)[] Forbidden =
    [
        (@"\.(Wait|WaitAll|WaitAny)\(", "it blocks the thread of all grains; await it"),
        (@"\.GetAwaiter\(\)\.GetResult\(", "it blocks the thread of all grains; await it"),
        // A result of a cell is called so, too; a task's is read at the end of an expression that makes one.
        (@"\)\.Result\b", "it blocks the thread of all grains; await it"),
        (@"\bThread\.Sleep\b|\bSpinWait\b|\bnew Thread\(", "grains have the runtime's threads and timers"),
        (@"ConfigureAwait\(false\)", "what follows would run outside the grain's turn, beside other calls of the same grain"),
        (@"\basync void\b", "nobody would hear of its errors; they end the process"),
        (@"\block\s*\(", "one turn at a time is what a grain is for"),
        (@"\bGrid\.(Compute|Lab|Torch)\b", "grains decide, silos compute"),
        (@"DateTime(Offset)?\.(Utc)?Now|Guid\.NewGuid|\bnew Random\b|Random\.Shared",
            "time comes from TimeProvider, and nothing else is left to chance"),
    ];

    // No grain: those of a silo share it.
    static readonly Dictionary<string, string> Exempt = new() { ["Storage/RequestBatcher.cs"] = @"\block\s*\(" };

    [Fact]
    public void No_grain_blocks_or_leaves_its_turn()
    {
        foreach (var (file, lines) in Sources())
        {
            foreach (var (pattern, why) in Forbidden.Where(f => Exempt.GetValueOrDefault(file) != f.Pattern))
            {
                for (var i = 0; i < lines.Length; i++)
                    Assert.False(Regex.IsMatch(Code(lines[i]), pattern),
                        $"Grains/{file}:{i + 1}: {lines[i].Trim()}\nmust not be in a grain: {why}.");
            }
        }
    }

    /// <summary>Fields of a grain begin with an underscore or are its state: whoever touches them on another thread has a race.</summary>
    [Fact]
    public void What_runs_beside_a_turn_touches_nothing_of_the_grain()
    {
        var found = 0;
        foreach (var (file, lines) in Sources())
        {
            for (var i = 0; i < lines.Length; i++)
            {
                if (Beside().Match(Code(lines[i])) is not { Success: true } match) continue;
                found++;
                Assert.False(OfGrain().IsMatch(match.Groups[1].Value),
                    $"Grains/{file}:{i + 1}: {lines[i].Trim()}\nuses state of the grain beside its turn: take a copy of it before.");
            }
        }

        Assert.True(found > 0, "Nothing in Grains runs beside a turn: this test is of no use any more.");
    }

    [Theory]
    [InlineData("var a = store.Read().Result;", true)]
    [InlineData("var a = record.Result.Status;", false)]
    [InlineData("task.Wait();", true)]
    [InlineData("// task.Wait();", false)]
    [InlineData("var now = DateTimeOffset.UtcNow;", true)]
    public void The_rules_find_what_they_forbid(string line, bool found) =>
        Assert.Equal(found, Forbidden.Any(f => Regex.IsMatch(Code(line), f.Pattern)));

    [Theory]
    [InlineData("await background.StartNew(() => _book.Snapshot());", true)]
    [InlineData("await background.StartNew(() => state.WriteStateAsync());", true)]
    [InlineData("await background.StartNew(() => Draw(plan, results));", false)]
    [InlineData("await background.StartNew(() => new SweepBook(plan, record.Faults), ct);", false)]
    public void State_in_a_task_is_found(string line, bool found) =>
        Assert.Equal(found, Beside().Match(line) is { Success: true } m && OfGrain().IsMatch(m.Groups[1].Value));

    static IEnumerable<(string File, string[] Lines)> Sources() =>
        from path in Directory.EnumerateFiles(Path.Combine(Root, "Grains"), "*.cs", SearchOption.AllDirectories)
        let file = Path.GetRelativePath(Path.Combine(Root, "Grains"), path).Replace('\\', '/')
        where !file.StartsWith("obj/", StringComparison.Ordinal) && !file.StartsWith("bin/", StringComparison.Ordinal)
        select (file, File.ReadAllLines(path));

    static string Code(string line) => Comment().Replace(line, "");

    [GeneratedRegex(@"(^|\s)//.*$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"(?:Task\.(?:Run|Factory\.StartNew)|\bbackground\.StartNew)\((.*)$")]
    private static partial Regex Beside();

    [GeneratedRegex(@"(?<![\w.])(_[a-z]\w*|this|state|Book|Record|GrainFactory|DeactivateOnIdle|RegisterGrainTimer)\b")]
    private static partial Regex OfGrain();
}
