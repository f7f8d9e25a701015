namespace Grid.Web.Sources;

/// <summary>What a request may name as a sweep.</summary>
public static class SweepKey
{
    const int Longest = 200;

    /// <summary>Whether a text can be the id of a sweep, the beginning of one, or a name; anything else is looked up nowhere.</summary>
    public static bool IsPossible(string text) =>
        text.Length is > 0 and <= Longest && text[0] != '.' && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');
}
