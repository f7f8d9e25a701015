using Spectre.Console;

namespace Grid.Presentation.Documents;

/// <summary>Documents on a terminal, or in what it is piped into.</summary>
public static class DocumentConsole
{
    public static void Json<T>(this IAnsiConsole console, T document) => DocumentJson.Write(console.Profile.Out.Writer, document);
}
