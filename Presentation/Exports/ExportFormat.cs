using System.CommandLine;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Spectre.Console;

namespace Grid.Presentation.Exports;

/// <summary>The formats in which a sweep is written: tables and the report, or files for other programs.</summary>
public static class ExportFormat
{
    static readonly string[] Words = ["tables", "parquet", "mlflow", "tensorboard"];

    /// <summary>The option <c>--format</c> of both export verbs.</summary>
    public static Option<string[]> Option()
    {
        var option = new Option<string[]>("--format")
        {
            Description = $"One of {string.Join(", ", Words)}; may be given again. By default tables, which are CSV files and the report.",
            HelpName = "format",
        };
        option.Validators.Add(result =>
        {
            foreach (var token in result.Tokens.Where(t => !Words.Contains(t.Value)))
                result.AddError($"--format {token.Value}: give one of {string.Join(", ", Words)}");
        });
        return option;
    }

    /// <summary>Whether tables are wanted, alone or with other formats.</summary>
    public static bool WantsTables(string[]? formats) => formats is null or [] || formats.Contains(Words[0]);

    /// <summary>Lists the files that were written, and says how many cells are not finished yet; for programs only the files.</summary>
    public static void Tell(IAnsiConsole console, IReadOnlyList<string> written, SweepReport report, bool json)
    {
        if (json)
        {
            console.Json(new FilesDocument(written));
            return;
        }

        foreach (var file in written) console.Line(ShellPath.Place(file));
        var open = report.Outcomes.Count - report.Done - report.Failed;
        if (open > 0) console.Line($"{open} of {report.Outcomes.Count} cells are not finished yet.");
    }

    /// <summary>Writes the requested formats into a folder. For mlruns and tensorboard it returns only the path of their folder.</summary>
    /// <param name="formats">Formats that were asked for; null or empty for tables.</param>
    /// <param name="page">Makes the report.</param>
    /// <returns>Paths of what was written.</returns>
    public static async Task<IReadOnlyList<string>> Write(
        string[]? formats, SweepReport report, string folder, TimeProvider clock, Func<SweepReport, string> page)
    {
        var written = new List<string>();
        if (WantsTables(formats)) written.AddRange(report.Write(folder, page));
        if (formats is null) return written;
        var (sweep, now) = ($"{report.Heading.Name}-{report.Heading.PlanHash}", clock.GetUtcNow());
        if (formats.Contains("parquet"))
        {
            await Table("cells.parquet", stream => ParquetTables.Cells(stream, report.Outcomes, report.Terms));
            if (report.Curves.Count > 0) await Table("curves.parquet", stream => ParquetTables.Curves(stream, report.Curves));
            if (report.Friends.Count > 0) await Table("friends.parquet", stream => ParquetTables.Friends(stream, report.Friends));
        }

        if (formats.Contains("mlflow")) Folder("mlruns", path =>
            MlflowStore.Write(path, sweep, report.Heading.PlanHash, report.Curves, now));
        if (formats.Contains("tensorboard")) Folder("tensorboard", path => TensorBoardFolder.Write(path, sweep, report.Curves, now));
        return written;

        async Task Table(string name, Func<Stream, Task> write)
        {
            using var bytes = new MemoryStream();
            await write(bytes);
            var path = Path.Combine(folder, name);
            Sweeps.Files.AtomicFile.WriteBytes(path, bytes.WriteTo);
            written.Add(path);
        }

        void Folder(string name, Func<string, IEnumerable<string>> write)
        {
            var path = Path.Combine(folder, name);
            if (report.Curves.Count == 0) throw new RefusedException($"--format {name}: the sweep has no curves yet");
            foreach (var _ in write(path)) { }
            written.Add(path);
        }
    }
}
