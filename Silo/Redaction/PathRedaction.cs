using System.Text.RegularExpressions;

namespace Grid.Silo.Redaction;

/// <summary>Texts for people outside the cluster.</summary>
static partial class PathRedaction
{
    /// <summary>The text with every absolute path cut down to the name of its file.</summary>
    public static string Text(string text) => Folders().Replace(text, "");

    // A stroke that stands alone is no path: 1 / 30.
    [GeneratedRegex(@"(?<![\w./])/+(?:[^\s/:;,()'""]+/+)*(?=[^\s/:;,()'""])", RegexOptions.CultureInvariant)]
    private static partial Regex Folders();
}
