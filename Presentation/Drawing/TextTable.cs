using Spectre.Console;

namespace Grid.Presentation.Drawing;

/// <summary>Rows of short texts under a heading, without a frame; columns that do not fit a terminal are cut, the widest first.</summary>
public sealed class TextTable(params string[] headings)
{
    const int Gap = 2;

    const int Narrowest = 8;

    readonly List<(string[] Fields, Style? Style)> _rows = [];

    /// <summary>Columns of numbers, which stand to the right.</summary>
    public ISet<string> Numbers { get; } = new HashSet<string>();

    public void Add(IEnumerable<string> fields, Style? style = null) => _rows.Add(([.. fields], style));

    public void Write(IAnsiConsole console)
    {
        var terminal = Terminal.Of(console);
        var widths = Widths(Terminal.LineWidth(console));
        Line(console, headings, widths, terminal, new Style(decoration: Decoration.Bold));
        foreach (var (fields, style) in _rows) Line(console, fields, widths, terminal, style);
    }

    int[] Widths(int room)
    {
        var widths = headings.Select((h, i) => _rows.Select(r => Fit.Width(r.Fields[i])).Append(Fit.Width(h)).Max()).ToArray();
        while (widths.Sum(w => (long)w + Gap) - Gap > room && widths.Max() > Narrowest) widths[Array.IndexOf(widths, widths.Max())]--;
        return widths;
    }

    void Line(IAnsiConsole console, string[] fields, int[] widths, Terminal terminal, Style? style)
    {
        var line = string.Join("  ", fields.Select((f, i) => Numbers.Contains(headings[i]) ? Fit.Right(f, widths[i], terminal.Unicode) : Fit.Left(f, widths[i], terminal.Unicode)));
        Paint.Line(console, line.TrimEnd(), style);
    }
}
