using System.Text.RegularExpressions;
using Grid.Lab.Catalog;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;

namespace Grid.Lab.Tests.Catalog;

/// <summary>
/// Whatever stands in a sweep file, it is read or refused in clean lines, and with little work: what is read is made of objects, so their
/// bytes count it, on any machine alike.
/// </summary>
public sealed partial class SweepFileFuzzTests
{
    const long MostMemory = 100_000_000;

    static readonly string[] Examples = [
        .. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "examples")).Order(StringComparer.Ordinal).Select(File.ReadAllText)];

    [Fact]
    public void Five_thousand_damaged_files_are_read_or_refused() => ReadAll(0, 5_000);

    [Fact]
    [Trait("Category", "Long")]
    public void A_hundred_thousand_damaged_files_are_read_or_refused() => ReadAll(5_000, 100_000);

    static void ReadAll(int first, int count)
    {
        var mutation = new Mutation(Examples);
        var read = 0;
        Parallel.For(first, first + count, seed =>
        {
            if (Read(mutation.Text(seed), $"seed {seed}")) Interlocked.Increment(ref read);
        });
        // Neither all nor none: the damage reaches beyond the first check, and is noticed.
        Assert.InRange(read, count / 50, count / 2);
    }

    /// <summary>Texts of up to so many characters.</summary>
    static IEnumerable<(string Name, string Text)> Bombs(int size)
    {
        const string start = "name: x\ndataset: digits\nmodel: softmax\nattack: fgsm\nstrength: 0.1\n";
        var most = size - 1000;
        string Repeat(string text, int? length = null) => string.Concat(Enumerable.Repeat(text, (length ?? most) / text.Length));
        return
        [
            ("range", start + "seeds: {from: 0, to: 1000000000}"),
            ("count", start.Replace("0.1", "{from: 0, to: 1, count: 1000000000}", StringComparison.Ordinal)),
            ("step", start.Replace("0.1", "{from: 0, to: 1, step: 1.0e-300}", StringComparison.Ordinal)),
            ("strengths", start.Replace("0.1", "{from: 0, to: 1, count: 900000}", StringComparison.Ordinal)),
            ("seeds", start + "seeds: 1000000"),
            ("seeds in parts", start + "seeds: 1000000\nparts: [" + Repeat("{strength: 1},", 13_000) + "{}]"),
            ("parts", start + "parts: [" + Repeat("{},") + "{}]"),
            ("parts that inherit a long list",
                start.Replace("fgsm", $"[{Repeat("fgsm,", most / 2)}fgsm]", StringComparison.Ordinal) + "parts: ["
                    + Repeat("{},", 2_900) + "{}]"),
            ("parts that inherit errors", $"attack: [{Repeat("x,", most / 2)}]\nparts: [" + Repeat("{a: 1},", 6_900) + "{}]"),
            ("choices", start.Replace("fgsm", $"[{Repeat("fgsm,")}fgsm]", StringComparison.Ordinal)),
            ("choices with parameters", start.Replace("fgsm", $"[{Repeat("pgd,")}fgsm]", StringComparison.Ordinal)),
            ("numbers", start + $"seeds: [{Repeat("1,")}1]"),
            ("rows", start + $"training: [{Repeat("{},")}{{}}]"),
            ("chain", start + $"defense: {{chain: {{defenses: [{Repeat("none,")}none]}}}}"),
            ("chain of lists", start + $"defense: {{chain: {{defenses: [{Repeat("median-filter: {size: [1,2,3,4,5,6,7,8,9]},")}none]}}}}"),
            ("chain within chain",
                start + "defense: " + string.Concat(Enumerable.Repeat("{chain: {defenses: [", 6)) + "none"
                    + string.Concat(Enumerable.Repeat("]}}", 6))),
            ("rules", start + "exclude: [" + Repeat("{seed: 1},") + "{seed: 2}]"),
            ("conditions", start + $"exclude: [{{seed: [{Repeat("1,")}1]}}]"),
            ("bounds", start + $"exclude: [{{seed: {{{Repeat("gt: 1,")}gt: 1}}}}]"),
            ("settings in when", start + $"when: [{{if: {{seed: 0}}, set: {{strength: [{Repeat("1,")}1]}}}}]"),
            ("path", start + $"exclude: [{{? defense.{Repeat("defenses.")}x : 1}}]"),
            ("path of attacks", start + $"exclude: [{{? defense.{Repeat("attack.", 900)}x : 1}}]"),
            ("keys", start + string.Concat(Enumerable.Range(0, most / 16).Select(i => $"key{i}: 1\n"))),
            ("near keys", start + string.Concat(Enumerable.Range(0, most / 16).Select(i => $"stren{i}: 1\n"))),
            ("key twice", start + Repeat("a: 1\n")),
            ("keys of mappings", "{" + Repeat("? {a: {b: [1]}}\n,") + "}"),
            ("long key", new string('k', size) + ": 1"),
            ("long number", start.Replace("0.1", new string('1', most), StringComparison.Ordinal)),
            ("hex", start.Replace("0.1", "0x" + new string('f', 4_000), StringComparison.Ordinal)),
            ("long text", start.Replace("digits", $"{{npz: '{new string('p', most)}'}}", StringComparison.Ordinal)),
            ("block", "name: |\n" + Repeat("  line\n")),
            ("quoted line breaks", "name: \"" + Repeat("\n") + "\""),
            ("escapes", "name: \"" + Repeat("\\x41") + "\""),
            ("open brackets", new string('[', size)),
            ("open braces", Repeat("{a: ")),
            ("dashes", Repeat("- ")),
            ("question marks", Repeat("? ")),
            ("stairs", string.Concat(Enumerable.Range(0, (int)Math.Sqrt(size)).Select(i => new string(' ', i) + "a:\n"))),
            ("comments", Repeat("# x\n")),
            ("blank", new string(' ', size)),
            ("blank lines", new string('\n', size)),
            ("colons", new string(':', size)),
            ("commas", "[" + new string(',', size)),
            ("quotes", new string('\'', size)),
            ("directives", Repeat("%TAG ! x\n")),
            ("documents", Repeat("---\n")),
            ("anchors", Repeat("&a ")),
            ("no line break", "name: " + Repeat("a b ")),
            ("colon words", Repeat("a:b ")),
            ("patterns", start + $"retries: {{give_up: [{Repeat("a,")}a]}}"),
            ("surrogates", new string('\ud800', size)),
            ("combining", "name: e" + new string('\u0301', size)),
        ];
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(80_000)]
    public void Large_files_are_read_or_refused(int size)
    {
        foreach (var (name, text) in Bombs(size))
        {
            Assert.True(text.Length <= size + 1000, name);
            Read(text, name);
        }
    }

    /// <summary>Whether the text is a sweep file.</summary>
    static bool Read(string text, string name)
    {
        var allocated = GC.GetAllocatedBytesForCurrentThread();
        string? wrong = null;
        var read = false;
        try
        {
            var spec = SweepFile.Parse(text, "x.yaml", Catalogue.Vocabulary);
            if (spec.CellCount < 500) _ = Plan.Of(spec, (_, _) => "", "1").Cells.Count;
            read = true;
        }
        catch (SpecException e)
        {
            wrong = e.Message.Split('\n').FirstOrDefault(line => !Line().IsMatch(line));
        }
        catch (Exception e)
        {
            wrong = e.ToString();
        }

        allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
        if (allocated > MostMemory) wrong ??= $"took {allocated / 1e6:F0} MB";
        Assert.True(wrong is null, $"{name}: {wrong}\n{(text.Length > 20_000 ? text[..20_000] : text)}");
        return read;
    }

    [GeneratedRegex(@"^x\.yaml:[1-9]\d*:[1-9]\d*: [^\p{C}]{1,1000}\z")]
    private static partial Regex Line();
}
