using System.Text.RegularExpressions;

namespace Grid.Silo.Redaction;

/// <summary>Makes texts fit for people outside the cluster.</summary>
static partial class PathRedaction
{
    /// <summary>The text with the name of the file in place of every absolute path.</summary>
    public static string Text(string text) => Folders().Replace(text, "");

    // A slash that stands alone, as in 1 / 30, is no path.
    [GeneratedRegex(@"(?<![\w./])/+(?:[^\s/:;,()'""]+/+)*(?=[^\s/:;,()'""])", RegexOptions.CultureInvariant)]
    private static partial Regex Folders();
}
