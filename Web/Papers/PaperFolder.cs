using System.Text;
using Grid.Presentation;
using Grid.Sweeps.Files;
using Grid.Web.Figures;
using Grid.Web.Findings;

namespace Grid.Web.Papers;

/// <summary>
/// Writes what a paper takes from a sweep: <c>table.tex</c>, <c>methods.tex</c> and <c>references.bib</c>; every figure as PDF and SVG, and
/// as TikZ where it is a chart; and <c>paper.tex</c>, which holds all of it and compiles as it is.
/// </summary>
public static class PaperFolder
{
    /// <summary>The most figures that LaTeX can hold before it places one.</summary>
    const int Together = 6;

    /// <returns>The paths of what was written.</returns>
    public static IReadOnlyList<string> Write(SweepReport report, string folder)
    {
        var (study, written) = (new Study(report), new List<string>());
        var methods = new Methods(study);
        var text = methods.Text;
        Save("table.tex", PaperTable.Of(study));
        Save("methods.tex", text);
        Save("references.bib", References.Of(report, methods.Cited));
        Directory.CreateDirectory(Path.Combine(folder, "figures"));
        var figures = new List<(string Name, string Title)>();
        foreach (var panel in study.Panels.Where(p => p.IsChart))
            Figure(panel.Id, panel.Caption, PdfPlot.Draw(Plot.Of(panel)), CurveChart.Standalone(panel), TikzPlot.Of(panel));
        foreach (var map in study.Maps) Figure(map.Id, $"{map.Quantity}: {map.Title}", PdfMap.Draw(map), MapPicture.Standalone(map), null);
        foreach (var curves in study.Memberships)
            Figure(curves.Id, curves.Title, PdfPlot.Draw(curves.Plot), PlotPicture.Standalone(curves.Plot), TikzPlot.Of(curves));
        Save("paper.tex", Document(report, figures));
        return written;

        void Figure(string name, string title, byte[] pdf, string svg, string? tikz)
        {
            Bytes($"figures/{name}.pdf", pdf);
            Save($"figures/{name}.svg", svg);
            if (tikz is not null) Save($"figures/{name}.tikz", tikz);
            figures.Add((name, title));
        }

        void Save(string name, string content) => Bytes(name, Encoding.UTF8.GetBytes(content));

        void Bytes(string name, byte[] content)
        {
            var path = Path.Combine(folder, name);
            AtomicFile.WriteBytes(path, stream => stream.Write(content));
            written.Add(path);
        }
    }

    static string Document(SweepReport report, IReadOnlyList<(string Name, string Title)> figures)
    {
        var text = new StringBuilder();
        text.Append("\\documentclass{article}\n\\usepackage{graphicx}\n% Of the figures, those in .tikz want pgfplots.\n")
            .Append("\\begin{document}\n")
            .Append("\\section*{").Append(Tex.Text(report.Heading.Name))
                .Append("}\n\\subsection*{Methods}\n\\input{methods}\n\\input{table}\n");
        foreach (var (i, (name, title)) in figures.Index())
        {
            text.Append("\\begin{figure}[htbp]\n\\centering\n\\includegraphics[width=.8\\linewidth]{figures/").Append(name)
                .Append(".pdf}\n\\caption{")
                .Append(Tex.Text(title)).Append(".}\n\\end{figure}\n");
            if ((i + 1) % Together == 0) text.Append("\\clearpage\n");
        }

        return text.Append("\\clearpage\n\\bibliographystyle{plain}\n\\bibliography{references}\n\\end{document}\n").ToString();
    }
}
