using System.Buffers;
using System.Globalization;
using Grid.Sweeps.Cells;

namespace Grid.Sweeps.Tables;

/// <summary>
/// Comma-separated values by RFC 4180, except that lines end in LF. A text that a spreadsheet would run as a formula gets an apostrophe
/// before it.
/// </summary>
static class Csv
{
    static readonly SearchValues<char> Quoted = SearchValues.Create(",\"\r\n");

    static readonly SearchValues<char> Formula = SearchValues.Create("=+-@\t\r");

    public static void Row(TextWriter writer, params IEnumerable<string> fields)
    {
        var first = true;
        foreach (var given in fields)
        {
            if (!first) writer.Write(',');
            first = false;
            var field = given.Length > 0 && Formula.Contains(given[0]) && !double.TryParse(given, CultureInfo.InvariantCulture, out _)
                ? "'" + given
                : given;
            if (field.AsSpan().IndexOfAny(Quoted) < 0)
            {
                writer.Write(field);
                continue;
            }
            writer.Write('"');
            writer.Write(field.Replace("\"", "\"\"", StringComparison.Ordinal));
            writer.Write('"');
        }
        writer.Write('\n');
    }

    /// <summary>A field that only some tables have.</summary>
    public static string[] If(bool there, string field) => there ? [field] : [];

    /// <summary>A number that reads back as the same; empty if it is not known.</summary>
    public static string Field(double? value) => value is not { } v || double.IsNaN(v) ? "" : Canonical.Number(v);
}
