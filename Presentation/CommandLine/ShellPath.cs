using System.Reflection;

namespace Grid.Presentation.CommandLine;

/// <summary>Writes paths and commands as a person would type them in this folder.</summary>
public static class ShellPath
{
    /// <summary>Name of this program: <c>grid</c> or <c>gridctl</c>.</summary>
    public static string Program { get; } = Assembly.GetEntryAssembly()?.GetName().Name ?? "grid";

    /// <summary>The shorter of the full path and the one from the working folder, in quotes where a shell needs them.</summary>
    public static string Place(string path)
    {
        var relative = Path.GetRelativePath(Environment.CurrentDirectory, path);
        var place = relative.Length < path.Length ? relative : path;
        return place.All(c => char.IsAsciiLetterOrDigit(c) || "/\\.-_:+,@%".Contains(c, StringComparison.Ordinal)) ? place : $"\"{place}\"";
    }

    /// <summary>The command that does <paramref name="verb"/> to a folder of results.</summary>
    public static string Command(string verb, string folder) => $"{Program} {verb} {Place(folder)}";
}
