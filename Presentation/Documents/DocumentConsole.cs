using Spectre.Console;

namespace Grid.Presentation.Documents;

/// <summary>Prints documents on a terminal or into a pipe.</summary>
public static class DocumentConsole
{
    public static void Json<T>(this IAnsiConsole console, T document) => DocumentJson.Write(console.Profile.Out.Writer, document);
}
