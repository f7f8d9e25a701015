using Spectre.Console;

namespace Grid.Presentation.Terminal;

/// <summary>
/// Draws rows of short texts under a heading, without a frame. Columns that do not fit are cut, the widest first and numbers last.
/// </summary>
public sealed class TextTable(params string[] headings)
{
    const int Gap = 2;

    const int Narrowest = 8;

    readonly List<(string[] Fields, Style? Style)> _rows = [];

    /// <summary>Columns of numbers, which are aligned to the right.</summary>
    public ISet<string> Numbers { get; } = new HashSet<string>();

    public void Add(IEnumerable<string> fields, Style? style = null) => _rows.Add(([.. fields], style));

    /// <summary>Adds a line across all columns, above the rows that it names.</summary>
    public void Section(string text) => _rows.Add(([text], null));

    public void Write(IAnsiConsole console)
    {
        var terminal = TerminalFeatures.Of(console);
        var widths = Widths(TerminalFeatures.LineWidth(console));
        Line(console, headings, widths, terminal, new Style(decoration: Decoration.Bold));
        foreach (var (fields, style) in _rows)
        {
            if (fields.Length < headings.Length)
                StyledLine.Line(console, TextFit.Cut(fields[0], TerminalFeatures.LineWidth(console), terminal.Unicode), style);
            else Line(console, fields, widths, terminal, style);
        }
    }

    int[] Widths(int room)
    {
        var widths =
            headings.Select(
                (h, i) => _rows.Where(r => r.Fields.Length == headings.Length)
                    .Select(r => TextFit.Width(r.Fields[i]))
                    .Append(TextFit.Width(h))
                    .Max()).ToArray();
        // A number that is cut would be another number.
        foreach (var texts in new[] { true, false })
        {
            int Wide(int column) => texts == Numbers.Contains(headings[column]) ? 0 : widths[column];
            while (widths.Sum(w => (long)w + Gap) - Gap > room && Enumerable.Range(0, widths.Length).MaxBy(Wide) is var widest
                && Wide(widest) > Narrowest) widths[widest]--;
        }

        return widths;
    }

    void Line(IAnsiConsole console, string[] fields, int[] widths, TerminalFeatures terminal, Style? style)
    {
        var line = string.Join("  ",
            fields.Select(
                (f, i) => Numbers.Contains(headings[i])
                    ? TextFit.Right(f, widths[i], terminal.Unicode)
                    : TextFit.Left(f, widths[i], terminal.Unicode)));
        StyledLine.Line(console, line.TrimEnd(), style);
    }
}
