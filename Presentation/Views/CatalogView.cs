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
        var table = Plain(console, "name", all.Any(e => e.Kind != "") ? "kind" : null, "what it is");
        foreach (var entry in all)
        {
            List<Text> row = [new Text(entry.Name, Bold)];
            if (table.Columns.Count == 3) row.Add(new Text(entry.Kind));
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
        console.Write(new Text($"  {entry.Category}{(entry.Kind == "" ? "" : $", {entry.Kind}")}\n", Faint));
        if (entry.Summary != "") console.Write(new Text(entry.Summary + "\n"));
        if (entry.Strength is { } strength) console.Write(new Text($"Strength: {strength.Name}, {Domain(strength)}\n"));
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
                new Text(Domain(parameter)),
                new Text(parameter.Summary));
        console.Write(table);
    }

    /// <summary>What a parameter takes, in words: <c>integer, 1 or more</c>.</summary>
    public static string Domain(Parameter parameter) => parameter.Kind switch
    {
        ParameterKind.Number => "number" + Range(parameter),
        ParameterKind.Integer => "integer" + Range(parameter),
        ParameterKind.Flag => "true or false",
        ParameterKind.Word => parameter.Words is { Count: > 0 } words ? string.Join(" | ", words) : "text",
        ParameterKind.List when parameter.Category is { } category => $"list of choices of {category}",
        ParameterKind.List => parameter.Words is { Count: > 0 } words ? $"list of {string.Join(", ", words)}" : "list",
        ParameterKind.Choice => $"a choice of {parameter.Category}",
        _ => throw new InvalidOperationException($"A parameter of kind {parameter.Kind} has no description."),
    };

    static string Range(Parameter p)
    {
        var low = double.IsNegativeInfinity(p.Low) ? "" : p.LowOpen ? $"above {NumberText.Number(p.Low)}" : $"{NumberText.Number(p.Low)} or more";
        var high = double.IsPositiveInfinity(p.High) ? "" : p.HighOpen ? $"below {NumberText.Number(p.High)}" : $"at most {NumberText.Number(p.High)}";
        return (low, high) switch
        {
            ("", "") => "",
            (_, "") => $", {low}",
            ("", _) => $", {high}",
            _ when !p.LowOpen && !p.HighOpen => $", {NumberText.Number(p.Low)} to {NumberText.Number(p.High)}",
            _ => $", {low}, {high}",
        };
    }

    static Table Plain(IAnsiConsole console, params string?[] columns)
    {
        var table = new Table().Border(console.Profile.Capabilities.Unicode ? TableBorder.Simple : TableBorder.Ascii);
        foreach (var column in columns)
            if (column is not null) table.AddColumn(new TableColumn(new Text(column, Faint)));
        return table;
    }
}
