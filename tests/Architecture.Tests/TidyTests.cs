using System.Text.RegularExpressions;

namespace Grid.Architecture.Tests;

/// <summary>What a reader must not stumble over.</summary>
public sealed partial class TidyTests
{
    const int MostLines = 300;
    const int CodeColumns = 140;
    const int TextColumns = 160;

    // Lines that are longer today. They may become fewer, and then these numbers are to be lowered; they may not become more.
    const int LongLinesOfCode = 0;
    const int LongLinesOfText = 0;

    [Fact]
    public void A_file_is_no_longer_than_three_hundred_lines()
    {
        var long_ = Sources.Of(".cs").Select(p => (Path: p, Lines: Sources.Lines(p).Length)).Where(p => p.Lines > MostLines);
        Assert.True(!long_.Any(), string.Join('\n', long_.Select(p => $"{p.Path} has {p.Lines} lines: it holds more than one idea.")));
    }

    [Fact]
    public void Lines_of_code_fit_the_editor() => Fit([".cs"], CodeColumns, LongLinesOfCode);

    [Fact]
    public void Lines_of_text_fit_the_editor() => Fit([".md"], TextColumns, LongLinesOfText);

    /// <summary>What is to be done is an issue, not a comment.</summary>
    [Fact]
    public void Nothing_is_left_to_be_done()
    {
        var left =
            from path in new[] { ".cs", ".md", ".sh", ".props", ".csproj", ".yaml" }.SelectMany(Sources.Of)
            from line in Sources.Lines(path).Index()
            where !path.EndsWith("TidyTests.cs", StringComparison.Ordinal) && LeftOver().IsMatch(line.Item)
            select $"{path}:{line.Index + 1}: {line.Item.Trim()}";
        Assert.True(!left.Any(), string.Join('\n', left));
    }

    /// <summary>Whoever reads of one parameter looks for the others.</summary>
    [Fact]
    public void A_documented_parameter_exists()
    {
        var wrong = new List<string>();
        foreach (var path in Sources.Of(".cs"))
        {
            var lines = Sources.Lines(path);
            for (var i = 0; i < lines.Length; i++)
            {
                if (Parameter().Match(lines[i]) is not { Success: true } found) continue;
                var name = found.Groups[1].Value;
                var declaration =
                    string.Join(' ', lines.Skip(i + 1).SkipWhile(l => l.TrimStart().StartsWith("///", StringComparison.Ordinal)).Take(40));
                if (!Regex.IsMatch(declaration, $@"\b{Regex.Escape(name)}\b")) wrong.Add($"{path}:{i + 1}: there is no parameter {name}.");
            }
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    /// <summary>An editor shows each text alone, without the line before it.</summary>
    [Fact]
    public void A_docstring_stands_alone()
    {
        var leaning =
            from path in Sources.Of(".cs")
            from line in Sources.Lines(path).Index()
            where Leaning().IsMatch(line.Item)
            select $"{path}:{line.Index + 1}: {line.Item.Trim()}";
        Assert.True(!leaning.Any(), $"Say what it is of:\n{string.Join('\n', leaning)}");
    }

    static void Fit(string[] extensions, int columns, int most)
    {
        var found =
            (from path in extensions.SelectMany(Sources.Of)
             from line in Sources.Lines(path).Index()
             where line.Item.Length > columns && !line.Item.TrimStart().StartsWith('|')
             orderby line.Item.Length descending
             select $"{path}:{line.Index + 1}: {line.Item.Length} columns").ToList();
        Assert.True(found.Count <= most,
            $"{found.Count} lines are longer than {columns} columns, {most} were. The longest:\n{string.Join('\n', found.Take(10))}");
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex LeftOver();

    [GeneratedRegex(@"^\s*/// .*>(Of|Likewise|Whose|On which)\b")]
    private static partial Regex Leaning();

    [GeneratedRegex(@"^\s*/// .*<param name=""(\w+)"">")]
    private static partial Regex Parameter();
}
