using System.Diagnostics;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Grid.Web.Papers;
using UglyToad.PdfPig;

namespace Grid.Web.Tests.Papers;

/// <summary>What <c>grid paper</c> writes, as LaTeX and readers of PDF take it.</summary>
public sealed partial class PaperTests : IDisposable
{
    static readonly bool HasLatex = File.Exists("/usr/bin/pdflatex") && File.Exists("/usr/bin/bibtex");

    readonly string _folder = Directory.CreateTempSubdirectory("grid-paper-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void LaTeX_makes_a_paper_of_it_in_which_nothing_is_missing()
    {
        PaperFolder.Write(Samples.Report(attacks: 3, title: "50 % of {braces} & _others_ \\ ~^ #$ <ω>"), _folder);
        Needs.Met("latex", HasLatex ? null : "There is no LaTeX here: install texlive-latex-base and texlive-pictures.");

        Latex("pdflatex", "paper");
        Latex("bibtex", "paper");
        Latex("pdflatex", "paper");
        var log = Latex("pdflatex", "paper");
        Assert.DoesNotContain("undefined", log, StringComparison.OrdinalIgnoreCase);
        using var paper = PdfDocument.Open(Path.Combine(_folder, "paper.pdf"));
        var text = string.Concat(paper.GetPages().Select(p => p.Text)).Replace(" ", "", StringComparison.Ordinal);
        Assert.Contains("Towardsdeeplearningmodels", text, StringComparison.Ordinal);
        Assert.Contains("adversarial-training", text, StringComparison.Ordinal);

        // The figures for pgfplots are figures.
        File.WriteAllText(Path.Combine(_folder, "tikz.tex"), "\\documentclass{article}\\usepackage{pgfplots}\\begin{document}\n"
            + string.Concat(Directory.EnumerateFiles(Path.Combine(_folder, "figures"), "*.tikz")
                .Select(f => $"\\input{{figures/{Path.GetFileName(f)}}}\n\n"))
            + "\\end{document}\n");
        Latex("pdflatex", "tikz");
    }

    [Fact]
    public void Nothing_in_it_runs_into_the_margin()
    {
        PaperFolder.Write(Samples.Report(attacks: 13, defenses: 10, strengths: 9, title: "sample"), _folder);
        Needs.Met("latex", HasLatex ? null : "There is no LaTeX here: install texlive-latex-base and texlive-pictures.");

        Assert.DoesNotContain("Overfull", Latex("pdflatex", "paper"), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_numbers_are_those_of_the_results()
    {
        var report = Samples.Report();
        PaperFolder.Write(report, _folder);

        var table = Read("table.tex");
        var worst = report.Curves.First(c => c.Attack.StartsWith("worst", StringComparison.Ordinal) && c.Defense == "none");
        foreach (var point in worst.Points.Where(p => p.Strength > 0).Take(2))
            Assert.Contains(FormattableString.Invariant($"${100 * point.Mean:0.0}_{{\\pm {50 * (point.High - point.Low):0.0}}}$"), table,
                StringComparison.Ordinal);
        var methods = Read("methods.tex");
        Assert.Contains("72 cells", methods, StringComparison.Ordinal);
        Assert.Contains("2 seeds 0 to 1", methods, StringComparison.Ordinal);
        Assert.Contains("400 evaluation samples", methods, StringComparison.Ordinal);
        Assert.Contains("version 4 of its experiments", methods, StringComparison.Ordinal);
        Assert.Contains(@"pgd~\cite{madry2018towards} (", methods, StringComparison.Ordinal);
        Assert.Contains("steps 10", methods, StringComparison.Ordinal);
        Assert.Contains("epochs", methods, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_backdoor_it_has_the_success_beside_the_accuracy_and_names_the_controls()
    {
        PaperFolder.Write(Samples.Backdoor(), _folder);

        Assert.Contains("Controls are random-filter", Read("methods.tex"), StringComparison.Ordinal);
        var table = Read("table.tex");
        Assert.Contains("robust accuracy in", table, StringComparison.Ordinal);
        Assert.Contains("attack success rate in", table, StringComparison.Ordinal);
        // Two figures of one title are told apart.
        var captions = Read("paper.tex").Split(@"\caption{")[1..];
        Assert.Equal(2, captions.Length);
        Assert.Single(captions, c => c.Split('}')[0].EndsWith(": attack success rate.", StringComparison.Ordinal));
    }

    [Fact]
    public void Whatever_is_cited_is_there_once_and_nothing_else()
    {
        PaperFolder.Write(Samples.Report(), _folder);
        var cited = Citations().Matches(Read("methods.tex")).SelectMany(m => m.Groups[1].Value.Split(',')).ToHashSet();
        var known = Keys().Matches(Read("references.bib")).Select(m => m.Groups[1].Value).ToList();

        Assert.Equal(cited.Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
        Assert.Contains("goodfellow2015explaining", known);
        Assert.Contains("lecun1998gradient", known);
    }

    [Fact]
    public void Every_figure_is_there_as_PDF_and_as_SVG()
    {
        var written = PaperFolder.Write(Samples.Report(attacks: 4, defenses: 4), _folder);
        var pictures = written.Where(f => f.EndsWith(".svg", StringComparison.Ordinal)).ToList();

        Assert.Contains(pictures, f => Path.GetFileName(f).StartsWith("map", StringComparison.Ordinal));
        Assert.All(pictures, svg =>
        {
            Assert.Equal("svg", XDocument.Load(svg).Root!.Name.LocalName);
            using var pdf = PdfDocument.Open(Path.ChangeExtension(svg, ".pdf"));
            var page = Assert.Single(pdf.GetPages());
            Assert.Contains(Path.GetFileName(svg).StartsWith("map", StringComparison.Ordinal) ? "steps" : "epsilon", page.Text,
                StringComparison.Ordinal);
            Assert.True(page.Paths.Count >= 9);
            Assert.All(page.Letters, l => Assert.InRange(l.Location.X, 0, page.Width));
        });
    }

    string Read(string name) => File.ReadAllText(Path.Combine(_folder, name));

    string Latex(string program, string name)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = _folder, RedirectStandardOutput = true };
        foreach (var argument in program == "bibtex" ? [name]
            : new[] { "-interaction=nonstopmode", "-halt-on-error", name }) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output;
    }

    [GeneratedRegex(@"\\cite\{([^}]+)\}")]
    private static partial Regex Citations();

    [GeneratedRegex(@"^@\w+\{([^,]+),", RegexOptions.Multiline)]
    private static partial Regex Keys();
}
