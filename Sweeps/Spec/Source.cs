using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Grid.Sweeps.Spec;

/// <summary>The file that is read: turns a place in it into an error.</summary>
sealed record Source(string File)
{
    public SpecException Wrong(YamlNode node, string text) => Wrong(node.Start, text);

    public SpecException Wrong(Mark mark, string text) => new(Place(mark, text));

    /// <summary>A name that nobody knows, with the nearest known one, or all of them where none is near.</summary>
    public SpecException Unknown(YamlNode node, string what, string name, IEnumerable<string> known, string whose = "")
    {
        string[] names = [.. known];
        var remedy = NearestName.To(name, names) is { } near ? $"did you mean '{near}'?"
            : names.Length == 0 ? "remove it"
            : $"known: {string.Join(", ", names)}";
        return Wrong(node, $"unknown {what} {Quote(name)}{whose}; {remedy}");
    }

    public Problem Place(Mark mark, string text) => new(File, Math.Max(1, mark.Line), Math.Max(1, mark.Column), Visible(text));

    /// <summary>The user's own text within a message, no longer than a line.</summary>
    public static string Quote(string text) => $"'{Short(text)}'";

    public static string Short(string text) => text.Length > 60 ? $"{text[..60]}..." : text;

    // Line breaks, escapes and direction marks of the user's would make of one line several, or something else on a terminal.
    static string Visible(string text) => string.Concat(text.Select(c => char.GetUnicodeCategory(c) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse
            or UnicodeCategory.OtherNotAssigned
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => '?',
        _ => c,
    }));
}
