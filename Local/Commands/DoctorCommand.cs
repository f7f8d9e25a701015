using System.CommandLine;
using System.Diagnostics;
using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Spectre.Console;

namespace Grid.Local.Commands;

/// <summary><c>doctor</c> says whether this machine has what a run needs. It downloads nothing and changes nothing.</summary>
static class DoctorCommand
{
    const long LeastDisk = 1L << 30;

    public static Command Make()
    {
        var command = new Command("doctor",
            "Check this machine: processor, memory, data sets, results folder, disk, speed.") { Arguments.Json };
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var (console, json) = (Arguments.Console(parsed), parsed.GetValue(Arguments.Json));
                var needs = new List<NeedDocument>();
                void Say(bool isMet, string what, string text)
                {
                    needs.Add(new(what, isMet, text));
                    if (!json) Show(console, isMet, what, text);
                }

                var isReady = Examine(Say, Path.GetFullPath(parsed.GetValue(Options.Out)!), ct);
                if (json)
                {
                    console.Json(new MachineDocument(isReady, needs));
                    return isReady ? ExitCode.Done : ExitCode.Error;
                }

                console.Line();
                console.Line(isReady ? "A sweep on digits or houses can run. Only other sweeps need what is missing."
                    : "No sweep can run until what is missing above is there.");
                return isReady ? ExitCode.Done : ExitCode.Error;
            },
            ct));
        return command;
    }

    static bool Examine(Action<bool, string, string> say, string results, CancellationToken ct)
    {
        using var device = new CpuDevice();
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        say(true, ".NET", Environment.Version.ToString());
        say(true, "processors", $"{Environment.ProcessorCount}, {device.InstructionSet}");
        say(memory >= LeastDisk, "memory",
            memory >= LeastDisk ? Gigabytes(memory) : $"{Gigabytes(memory)}; large data sets need 1 GB, digits and houses less");
        say(true, "speed",
            FormattableString.Invariant($"{Speed(device):0.##} GFLOP/s, product of two 512 x 512 matrices on one processor"));
        var writable = Folder(say, results);
        var free = FreeDisk(results);
        say(free >= LeastDisk, "disk",
            $"{Gigabytes(free)} free{(free >= LeastDisk ? "" : "; make room, or choose another disk with --out")}");
        var digits = Datasets(say, ct);
        return writable && digits;
    }

    static void Show(IAnsiConsole console, bool ok, string what, string text)
    {
        var row = $"{(ok ? "ok" : "missing"),-8} {what,-14} {text}";
        foreach (var line in TextWrap.Wrap(row, TerminalFeatures.LineWidth(console), indent: 24))
            StyledLine.Line(console, line, ok ? Style.Plain : new Style(Color.Yellow));
    }

    static double Speed(CpuDevice device)
    {
        const int n = 512, Products = 5;
        var (best, clock) = (0.0, TimeProvider.System);
        using var scope = device.Scope();
        var (a, b) = (device.Full([n, n], 1), device.Full([n, n], 1));
        // On a machine that is busy elsewhere the first product alone may take longer than all of them should.
        var began = clock.GetTimestamp();
        for (var products = 0; products < Products || clock.GetElapsedTime(began) < TimeSpan.FromMilliseconds(300); products++)
        {
            using var product = device.Scope();
            var start = Stopwatch.GetTimestamp();
            device.MatMul(a, b);
            best = Math.Max(best, 2e-9 * n * n * n / Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        return best;
    }

    static bool Folder(Action<bool, string, string> say, string results)
    {
        var existing = results;
        while (!Path.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
        try
        {
            if (!Directory.Exists(existing)) throw new IOException($"{existing} is a file");
            // The file is deleted when it is closed.
            using var probe = new FileStream(Path.Combine(existing, Path.GetRandomFileName()), FileMode.CreateNew, FileAccess.Write,
                FileShare.None, 1, FileOptions.DeleteOnClose);
            say(true, "results", $"{ShellPath.Place(results)} can be written");
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            say(false, "results", $"{results} cannot be written ({e.Message.TrimEnd('.')}); choose another folder with --out");
            return false;
        }
    }

    static long FreeDisk(string results)
    {
        var existing = results;
        while (!Directory.Exists(existing)) existing = Path.GetDirectoryName(existing)!;
        return new DriveInfo(existing).AvailableFreeSpace;
    }

    /// <summary>Reports the data sets that need no file of the user's. True if those that the program carries are there.</summary>
    static bool Datasets(Action<bool, string, string> say, CancellationToken ct)
    {
        var folder = DataFolder.FromEnvironment(download: false);
        var carried = true;
        foreach (var entry in Catalogue.Vocabulary.In(Category.Dataset).Where(e => e.Parameters.Count == 0))
        {
            var place = folder.Places.Select(p => Path.Combine(p, entry.Name)).FirstOrDefault(Directory.Exists);
            try
            {
                var data = Catalogue.Create<DataSource>(new Choice(entry.Name)).Load(folder, progress: null, ct).GetAwaiter().GetResult();
                say(true, entry.Name,
                    FormattableString.Invariant($"{data.Train.Count:N0} to train, {data.Test.Count:N0} to test, ")
                    + (IsCarried(entry.Name) ? "carried in the program" : place));
            }
            catch (LabException e)
            {
                carried &= !IsCarried(entry.Name);
                say(false, entry.Name, place is null
                    ? $"no {entry.Name} folder in {string.Join(", ", folder.Places)}; a sweep that needs it downloads it, "
                        + $"or set GRID_DATA to the folder that holds {entry.Name}/"
                    : e.Message);
            }
        }

        return carried;
    }

    static bool IsCarried(string dataset) => dataset is "digits" or "houses";

    static string Gigabytes(long bytes) => FormattableString.Invariant($"{bytes / (double)(1L << 30):0.0} GB");
}
