using System.Text.RegularExpressions;

namespace Grid.Architecture.Tests;

/// <summary>What the documents point to is there.</summary>
public sealed partial class LinkTests
{
    /// <summary>Files in the repository, and headings in them; addresses elsewhere are not looked at.</summary>
    [Fact]
    public void Every_link_of_a_document_leads_to_a_file_and_a_heading()
    {
        var headings = Sources.Of(".md").ToDictionary(path => path, path => Headings(path).ToHashSet());
        var broken =
            from path in headings.Keys
            from Match link in Link().Matches(Prose(path))
            let target = link.Groups[1].Value.Split('#')
            let file = target[0] == "" ? path : Normalized(path, target[0])
            where !Path.Exists(Path.Combine(Sources.Root, file))
                || (target.Length > 1 && headings.TryGetValue(file, out var known) && !known.Contains(target[1]))
            select $"{path}: {link.Groups[1].Value}";
        Assert.True(!broken.Any(), string.Join('\n', broken));
    }

    /// <summary>An editor that wraps prose must not take commands for it.</summary>
    [Fact]
    public void Code_stands_between_fences()
    {
        var indented =
            from path in Sources.Of(".md")
            let lines = Prose(path).Split('\n')
            from line in lines.Index().Skip(1)
            where line.Item.StartsWith("    ", StringComparison.Ordinal) && lines[line.Index - 1].Length == 0
            select $"{path}: {line.Item.Trim()}";
        Assert.True(!indented.Any(), string.Join('\n', indented));
    }

    [Fact]
    public void A_heading_is_found_by_the_name_that_browsers_give_it() =>
        Assert.Contains("e-friends-examplese-regressionyaml", Headings("docs/results.md"));

    static IEnumerable<string> Headings(string path) =>
        from Match heading in Heading().Matches(Prose(path))
        select NoLetter().Replace(heading.Groups[1].Value.ToLowerInvariant(), "").Replace(' ', '-');

    /// <summary>A document without its code, in lines.</summary>
    static string Prose(string path) => Fenced().Replace(string.Join('\n', Sources.Lines(path)), "");

    static string Normalized(string from, string to) =>
        Path.GetRelativePath(Sources.Root, Path.GetFullPath(Path.Combine(Sources.Root, Path.GetDirectoryName(from)!, to)));

    [GeneratedRegex(@"\]\((?!\w+:)([^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w -]")]
    private static partial Regex NoLetter();

    [GeneratedRegex(@"^ *```.*?^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();
}
