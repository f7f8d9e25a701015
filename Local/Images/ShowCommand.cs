using System.CommandLine;
using System.IO.Compression;
using System.Text;
using Grid.Compute.Cpu;
using Grid.Local.Commands;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Web.Figures;
using Spectre.Console;

namespace Grid.Local.Images;

/// <summary><c>show</c> draws the images behind a cell, before and after the attack.</summary>
static class ShowCommand
{
    const int Default = 8;

    public static Command Make()
    {
        var cell = Arguments.Given(new Argument<string>(
            "cell")
        { Description = "Id of the cell, or the beginning of the hash in it, as 'cells' shows." }, "name a cell");
        var sweep = Arguments.Text("--sweep",
            "Sweep file or folder of results that has the cell; by default all folders below --out are searched.", "path");
        var count = Arguments.Count("--images", $"Number of samples; by default {Default}.");
        var png = Arguments.Text("--png",
            "Write a picture of the images before, after, ten times the difference, and what a defense passes on.", "file");
        var npz = Arguments.Text("--npz",
            "Write clean images, changed images, what a defense passes on of them, and sample numbers as NumPy arrays.", "file");
        var command = new Command("show",
            "Show the images of a cell, clean and changed: they are made again, to the same pixels.")
        { cell, sweep, count, png, npz, Arguments.Json };
        command.SetAction((parsed, ct) => Task.Run(() =>
        {
            var console = Arguments.Console(parsed);
            var (found, planned) = Find(parsed, console, parsed.GetValue(cell)!, parsed.GetValue(sweep), ct);
            using var device = new CpuDevice(Environment.ProcessorCount);
            var images = found.Laboratory.Show(planned.Cell, device, parsed.GetValue(count) is > 0 and var wanted ? wanted : Default, _ =>
                { }, ct);
            var written = new List<string>();
            if (parsed.GetValue(png) is { } picture) Write(picture, ImageTriple.Sheet(images));
            if (parsed.GetValue(npz) is { } arrays) Write(arrays, Npz(images));
            if (parsed.GetValue(Arguments.Json))
                console.Json(new ImagesDocument(planned.Id.Value, images.Note,
                    [.. images.Images.Select(i => new SampleDocument(i.Sample, $"{i.Before}", $"{i.After}", i.IsFooled))], written));
            else if (written.Count == 0) Draw(console, images);
            foreach (var path in parsed.GetValue(Arguments.Json) ? [] : written) console.Line(ShellPath.Place(path));
            return ExitCode.Done;

            void Write(string path, byte[] content)
            {
                File.WriteAllBytes(path, content);
                written.Add(Path.GetFullPath(path));
            }
        }, ct));
        return command;
    }

    static (Sweep, PlannedCell) Find(ParseResult parsed, IAnsiConsole console, string cell, string? sweep, CancellationToken ct)
    {
        var results = parsed.GetValue(Options.Out)!;
        if (sweep is not null)
        {
            var one = SweepCommand.Open(parsed, console, sweep, confirmed: true, ct);
            return (one, CellSearch.Find(one.Plan.Cells, c => c.Id, cell));
        }

        var folders = Directory.Exists(results) ? Directory.GetDirectories(results) : [];
        foreach (var folder in folders.Where(f => File.Exists(Path.Combine(f, PlanFile.FileName)))
            .OrderByDescending(Directory.GetLastWriteTimeUtc))
        {
            var one = SweepCommand.Look(parsed, console, folder, confirmed: true, ct);
            if (one.Plan.Cells.Any(
                c => c.Id.Value == cell
                    || (cell.Length >= 4 && c.Id.Value[(c.Id.Value.LastIndexOf('-') + 1)..].StartsWith(cell, StringComparison.Ordinal))))
            {
                // The cell is run again, so data that are missing may be fetched.
                var whole = SweepCommand.Open(parsed, console, folder, confirmed: true, ct);
                return (whole, CellSearch.Find(whole.Plan.Cells, c => c.Id, cell));
            }
        }

        throw new RefusedException($"{cell}: no sweep below {ShellPath.Place(results)} has such a cell; name the sweep with --sweep");
    }

    static void Draw(IAnsiConsole console, SampleImages images)
    {
        var isFiltered = images.Images.Any(i => i.Filtered is not null);
        var filtered = isFiltered ? ", after as the defense passes it on" : "";
        TextWrap.Write(console, $"{images.Note}: before, after, difference x {ImageTriple.Times}{filtered}",
            style: new Style(decoration: Decoration.Bold));
        foreach (var image in images.Images)
        {
            console.Line();
            console.Line($"sample {image.Sample}: {image.Before} -> {image.After}{(image.IsFooled ? "  (fooled)" : "")}");
            console.Write(PixelText.Draw(TerminalFeatures.Of(console), images, ImageTriple.Pictures(image)));
        }
    }

    static byte[] Npz(SampleImages images)
    {
        var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        {
            var shape = $"({images.Images.Count}, {images.Channels}, {images.Height}, {images.Width})";
            Add(zip, "clean", "<f4", shape, images.Images.SelectMany(i => i.Clean ?? new float[i.Changed.Length])
                .SelectMany(BitConverter.GetBytes));
            Add(zip, "changed", "<f4", shape, images.Images.SelectMany(i => i.Changed).SelectMany(BitConverter.GetBytes));
            if (images.Images.Any(i => i.Filtered is not null))
            {
                Add(zip, "filtered", "<f4", shape, images.Images.SelectMany(i => i.Filtered ?? i.Changed)
                    .SelectMany(BitConverter.GetBytes));
            }

            Add(zip, "samples", "<i4", $"({images.Images.Count},)", images.Images.SelectMany(i => BitConverter.GetBytes(i.Sample)));
            Add(zip, "fooled", "|b1", $"({images.Images.Count},)", images.Images.Select(i => (byte)(i.IsFooled ? 1 : 0)));
        }

        return file.ToArray();
    }

    /// <summary>Writes NumPy's format 1.0: a header that ends at a multiple of 64 bytes, then the values.</summary>
    static void Add(ZipArchive zip, string name, string type, string shape, IEnumerable<byte> values)
    {
        var header = $"{{'descr': '{type}', 'fortran_order': False, 'shape': {shape}, }}";
        var padded = header.PadRight((10 + header.Length + 1 + 63) / 64 * 64 - 11) + "\n";
        using var entry = zip.CreateEntry($"{name}.npy").Open();
        entry.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)(padded.Length & 255), (byte)(padded.Length >> 8)]);
        entry.Write(Encoding.ASCII.GetBytes(padded));
        entry.Write([.. values]);
    }
}
