using Grid.Presentation.Terminal;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Spectre.Console;

namespace Grid.Presentation.Views;

/// <summary>The catalogue on the screen: all entries of a category, or one with its parameters.</summary>
public static class CatalogView
{
    static readonly Style Bold = new(decoration: Decoration.Bold);

    static readonly Style Faint = new(decoration: Decoration.Dim);

    /// <summary>One row for each entry: name, kind, what it is.</summary>
    public static void List(IAnsiConsole console, IEnumerable<Entry> entries)
    {
        var all = entries.ToList();
        var table = Plain(console, "name", all.Any(e => e.Kind is not null) ? "kind" : null, "what it is");
        foreach (var entry in all)
        {
            List<Text> row = [new Text(entry.Name, Bold)];
            if (table.Columns.Count == 3) row.Add(new Text(entry.Kind.Word()));
            row.Add(new Text(FirstSentence(entry.Summary)));
            table.AddRow(row);
        }
        console.Write(table);
    }

    static string FirstSentence(string text)
    {
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }

    /// <summary>One entry with its parameters, their defaults and what they take.</summary>
    public static void Show(IAnsiConsole console, Entry entry)
    {
        console.Write(new Text(entry.Name, Bold));
        console.Write(new Text($"  {entry.Category}{(entry.Kind is null ? "" : $", {entry.Kind.Word()}")}\n", Faint));
        if (entry.Summary != "") console.Write(new Text(entry.Summary + "\n"));
        if (entry.Strength is { } strength) console.Write(new Text($"Strength: {strength.Name}, {ParameterText.Domain(strength)}\n"));
        if (entry.Source != "") console.Write(new Text($"Source: {entry.Source}\n", Faint));
        console.WriteLine();
        if (entry.Parameters.Count == 0)
        {
            console.Write(new Text("No parameters.\n"));
            return;
        }
        var table = Plain(console, "parameter", "default", "takes", "meaning");
        foreach (var parameter in entry.Parameters)
            table.AddRow(
                new Text(parameter.Name, Bold),
                new Text(parameter.Default is { } value ? Canonical.Text(value) : "(required)"),
                new Text(ParameterText.Domain(parameter)),
                new Text(parameter.Summary));
        console.Write(table);
    }

    static Table Plain(IAnsiConsole console, params string?[] columns)
    {
        var table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Simple : TableBorder.Ascii);
        foreach (var column in columns)
            if (column is not null) table.AddColumn(new TableColumn(new Text(column, Faint)));
        return table;
    }
}
