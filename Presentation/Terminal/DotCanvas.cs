using Spectre.Console;

namespace Grid.Presentation.Terminal;

/// <summary>
/// A raster of dots in characters: eight dots in a Braille character, or one where there is no Unicode. A character has one style, that of
/// the first dot drawn there; characters put on top hide the dots.
/// </summary>
sealed class DotCanvas(int columns, int rows, bool unicode)
{
    // Bit of the dot at (x, y) in U+2800 + bits.
    static readonly int[,] Bits = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } };

    readonly int[,] _dots = new int[columns, rows];
    readonly Style?[,] _styles = new Style?[columns, rows];
    readonly char[,] _marks = new char[columns, rows];

    int Across { get; } = unicode ? 2 : 1;

    int Down { get; } = unicode ? 4 : 1;

    public int Width => columns * Across;

    public int Height => rows * Down;

    /// <summary>The dot of a point, which is given by its shares of the way right and up.</summary>
    public (int X, int Y) Place(double right, double up) =>
        ((int)Math.Round(right * (Width - 1)), (int)Math.Round((1 - up) * (Height - 1)));

    public void Dot(int x, int y, Style style)
    {
        var (column, row) = (x / Across, y / Down);
        _dots[column, row] |= unicode ? Bits[x % 2, y % 4] : 1;
        _styles[column, row] ??= style;
    }

    public void Line((int X, int Y) from, (int X, int Y) to, Style style)
    {
        var steps = Math.Max(1, Math.Max(Math.Abs(to.X - from.X), Math.Abs(to.Y - from.Y)));
        for (var i = 0; i <= steps; i++)
        {
            var share = (double)i / steps;
            Dot((int)Math.Round(from.X + share * (to.X - from.X)), (int)Math.Round(from.Y + share * (to.Y - from.Y)), style);
        }
    }

    /// <summary>Puts a character in place of dots, unless there is one already.</summary>
    public void Mark((int X, int Y) at, char mark, Style style)
    {
        var (column, row) = (at.X / Across, at.Y / Down);
        if (_marks[column, row] != 0) return;
        _marks[column, row] = mark;
        _styles[column, row] = style;
    }

    public void Row(StyledText sheet, int row)
    {
        for (var column = 0; column < columns; column++)
        {
            var character = _marks[column, row] != 0 ? _marks[column, row]
                : _dots[column, row] == 0 ? ' '
                : unicode ? (char)(0x2800 + _dots[column, row]) : '.';
            sheet.Add(character.ToString(), _styles[column, row]);
        }
    }
}
