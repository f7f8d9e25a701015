using Grid.Presentation.Terminal;
using Grid.Web.Figures;
using UglyToad.PdfPig.Fonts.Standard14Fonts;
using UglyToad.PdfPig.Writer;

namespace Grid.Web.Papers;

/// <summary>A heat map as a page of PDF, with the numbers in its fields while they fit.</summary>
static class PdfMap
{
    const double Left = 60, Bottom = 40, Most = 400;

    public static byte[] Draw(GridMap map)
    {
        using var document = new PdfDocumentBuilder();
        var font = document.AddStandard14Font(Standard14Font.Helvetica);
        var (rows, columns) = (map.Rows.Count, map.Columns.Count);
        var (width, height) = (Math.Min(44, Most / columns), Math.Min(26, Most / rows));
        var page = document.AddPage(Left + columns * width + 16, Bottom + rows * height + 24);
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                if (map[i, j] is not { } field || !double.IsFinite(field.Value)) continue;
                var (x, y) = (Left + j * width, Bottom + (rows - 1 - i) * height);
                var shade = ColorRamp.At(field.Value / map.Top);
                page.SetTextAndFillColor(shade.R, shade.G, shade.B);
                page.SetStrokeColor(shade.R, shade.G, shade.B);
                page.DrawRectangle(new(x, y), width, height, 0.2, true);
                var on = ColorRamp.On(shade);
                var text = map.IsShare ? NumberText.Points(field.Value) : NumberText.Number(field.Value);
                if (width >= 30 && height >= 12) PdfPlot.Text(page, font, text, x + width / 2, y + height / 2 - 3.5, 0.5,
                    (on.R, on.G, on.B));
            }
        }

        foreach (var i in TextFit.Spread(rows, 12))
            PdfPlot.Text(page, font, NumberText.Number(map.Rows[i]), Left - 5, Bottom + (rows - 0.5 - i) * height - 3.5, 1);
        foreach (var j in TextFit.Spread(columns, 12))
            PdfPlot.Text(page, font, NumberText.Number(map.Columns[j]), Left + (j + 0.5) * width, Bottom - 14, 0.5);
        PdfPlot.Text(page, font, map.Column, Left + columns * width / 2, Bottom - 30, 0.5);
        PdfPlot.Text(page, font, map.Row, 4, Bottom + rows * height + 10, 0);
        return document.Build();
    }
}
