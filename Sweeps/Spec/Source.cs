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
        var remedy = Nearest.To(name, names) is { } near ? $"did you mean '{near}'?"
            : names.Length == 0 ? "remove it"
            : $"known: {string.Join(", ", names)}";
        return Wrong(node, $"unknown {what} {Quote(name)}{whose}; {remedy}");
    }

    public Problem Place(Mark mark, string text) => new(File, Math.Max(1, mark.Line), Math.Max(1, mark.Column), text);

    /// <summary>The user's own text within a message: on one line, and no longer than one.</summary>
    public static string Quote(string text)
    {
        var line = string.Concat(text.Take(60).Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
        return text.Length > 60 ? $"'{line}...'" : $"'{line}'";
    }
}
