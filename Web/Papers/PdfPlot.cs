using System.Globalization;
using Grid.Web.Figures;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Grid.Web.Papers;

/// <summary>A chart as a page of PDF, in vector graphics. At half its size it is as wide as a column of a paper.</summary>
static class PdfPlot
{
    const double Left = 48, Bottom = 40, Width = 380, Height = 210, Row = 14, Size = 10;

    public static byte[] Draw(Plot plot)
    {
        using var document = new PdfDocumentBuilder();
        var font = document.AddStandard14Font(Standard14Font.Helvetica);
        var legend = plot.Lines.Count * Row + 8;
        var (below, page) = (Bottom + legend, document.AddPage(Left + Width + 16, Bottom + Height + 30 + legend));
        Axes(page, font, plot, below);
        // The first line last, so that it lies on top.
        foreach (var line in plot.Lines.Reverse()) Line(page, line, below);
        foreach (var (i, line) in plot.Lines.Index())
        {
            var y = legend - (i + 1) * Row + 4;
            Colour(page, line);
            Stroke(page, new(Left, y + 3), new(Left + 26, y + 3), line.IsDashed);
            Mark(page, line.Key, new(Left + 13, y + 3));
            Text(page, font, line.Name, Left + 34, y, 0);
        }

        return document.Build();
    }

    static void Axes(PdfPageBuilder page, PdfDocumentBuilder.AddedFont font, Plot plot, double below)
    {
        page.SetStrokeColor(0xd0, 0xd4, 0xd8);
        foreach (var (at, text) in plot.Up)
        {
            page.DrawLine(new(Left, below + at * Height), new(Left + Width, below + at * Height), 0.6);
            Text(page, font, text, Left - 5, below + at * Height - 3, 1);
        }

        foreach (var (at, text) in plot.Across)
        {
            page.DrawLine(new(Left + at * Width, below), new(Left + at * Width, below - 4), 0.6);
            Text(page, font, text, Left + at * Width, below - 15, 0.5);
        }

        Text(page, font, plot.Axis, Left + Width / 2, below - 30, 0.5);
        Text(page, font, plot.Quantity, Left - 40, below + Height + 12, 0);
    }

    static void Line(PdfPageBuilder page, PlotLine line, double below)
    {
        Colour(page, line);
        PdfPoint? last = null;
        foreach (var p in line.Points)
        {
            if (double.IsNaN(p.Up))
            {
                last = null;
                continue;
            }

            var at = new PdfPoint(Left + p.Across * Width, below + p.Up * Height);
            if (last is { } from) Stroke(page, from, at, line.IsDashed);
            if (!double.IsNaN(p.Low + p.High)) page.DrawLine(new(at.X, below + p.Low * Height), new(at.X, below + p.High * Height), 0.7);
            Mark(page, line.Key, at);
            last = at;
        }
    }

    /// <summary>Draws each dash by itself, for the library cannot draw dashed lines.</summary>
    static void Stroke(PdfPageBuilder page, PdfPoint from, PdfPoint to, bool isDashed)
    {
        var (x, y) = (to.X - from.X, to.Y - from.Y);
        var length = Math.Sqrt(x * x + y * y);
        var (on, period) = isDashed ? (5.0, 8.0) : (length, length);
        for (var at = 0.0; at < length; at += period)
        {
            var (a, b) = (at / length, Math.Min(1, (at + on) / length));
            page.DrawLine(new(from.X + a * x, from.Y + a * y), new(from.X + b * x, from.Y + b * y), 1.4);
        }
    }

    /// <summary>Draws a circle, a square, a triangle or a diamond, full or hollow, as in <see cref="CurveChart"/>.</summary>
    static void Mark(PdfPageBuilder page, CurveKey key, PdfPoint at)
    {
        const double r = 3;
        var isFull = key.Marker < 4;
        switch (key.Marker % 4)
        {
            case 0: page.DrawCircle(at, 2 * r, 0.8, isFull); break;
            case 1: page.DrawRectangle(new(at.X - r, at.Y - r), 2 * r, 2 * r, 0.8, isFull); break;
            case 2: Triangle(1); break;
            default:
                page.DrawTriangle(new(at.X - r, at.Y), new(at.X, at.Y + 1.3 * r), new(at.X + r, at.Y), 0.8, isFull);
                page.DrawTriangle(new(at.X - r, at.Y), new(at.X, at.Y - 1.3 * r), new(at.X + r, at.Y), 0.8, isFull);
                break;
        }

        void Triangle(int up) => page.DrawTriangle(
            new(at.X - 1.2 * r, at.Y - up * r), new(at.X + 1.2 * r, at.Y - up * r), new(at.X, at.Y + up * 1.2 * r), 0.8, isFull);
    }

    static void Colour(PdfPageBuilder page, PlotLine line)
    {
        var rgb = int.Parse(ChartStyle.Hex(line.Key), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        page.SetStrokeColor((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
        page.SetTextAndFillColor((byte)(rgb >> 16), (byte)(rgb >> 8), (byte)rgb);
    }

    /// <param name="anchor">Share of the text that stands left of x.</param>
    public static void Text(PdfPageBuilder page, PdfDocumentBuilder.AddedFont font, string text, double x, double y, double anchor,
        (byte R, byte G, byte B)? colour = null)
    {
        // Letters that the standard fonts lack would stop the library.
        var plain = string.Concat(text.Select(c => c is >= ' ' and <= '~' ? c : '?'));
        if (plain.Length == 0) return;
        var width = page.MeasureText(plain, Size, new(0, 0), font)[^1].EndBaseLine.X;
        var (r, g, b) = colour ?? (0x33, 0x33, 0x33);
        page.SetTextAndFillColor(r, g, b);
        page.AddText(plain, Size, new(x - anchor * width, y), font);
    }
}
