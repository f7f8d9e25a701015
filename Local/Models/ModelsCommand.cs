using System.CommandLine;
using Grid.Compute.Cpu;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Local.Commands;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Local.Models;

/// <summary><c>models</c> with its three verbs; <c>export</c> writes the networks that cells measured as files for PyTorch.</summary>
static class ModelsCommand
{
    public static Command Make() =>
        new("models", "Export trained models, import your own, or show one.") { Export(), ModelsImport.Make(), ModelsShow.Make() };

    static Command Export()
    {
        var sweep = Options.Sweep();
        var cell = Arguments.Text("--cell", "The cell whose model to write: its id, or the beginning of its hash.", "cell");
        var all = new Option<bool>("--all") { Description = "Write every model of the sweep into a folder." };
        var to = Arguments.Text("--to", "The file to write, or with --all the folder. Nothing is overwritten.", "path");
        to.Required = true;
        var yes = Options.Yes();
        var command = new Command("export",
            "Write the trained network of a cell, with PyTorch's tensor names; trains it again if need be.")
        { sweep, cell, all, to, yes, Arguments.Json };
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var (id, everything) = (parsed.GetValue(cell), parsed.GetValue(all));
                if (everything == id is not null) throw new RefusedException("models export: give either --cell ID or --all");
                var console = Arguments.Console(parsed);
                var opened = SweepCommand.Open(parsed, console, parsed.GetValue(sweep)!, parsed.GetValue(yes), ct);
                var path = Path.GetFullPath(parsed.GetValue(to)!);
                IReadOnlyList<string> written = [path];
                // What a person reads on the way is not for a program.
                Action<string> tell = parsed.GetValue(Arguments.Json) ? Console.Error.WriteLine : line => console.Line(line);
                if (id is null)
                {
                    written = ExportAll(tell, opened, OutputFolder.Create(path, "--to"), ct);
                }
                else
                {
                    if (Path.Exists(path))
                        throw new RefusedException($"--to {parsed.GetValue(to)}: exists already and is left as it is; choose another name");
                    OutputFolder.Create(Path.GetDirectoryName(path)!, "--to");
                    Write(tell, opened, CellSearch.Find(opened.Plan.Cells, c => c.Id, id).Cell, path, ct);
                }

                if (parsed.GetValue(Arguments.Json)) console.Json(new FilesDocument(written));
                return ExitCode.Done;
            },
            ct));
        return command;
    }

    static List<string> ExportAll(Action<string> tell, Sweep sweep, string folder, CancellationToken ct)
    {
        var written = new List<string>();
        foreach (var (key, cell) in sweep.Plan.Cells.Select(c => (Key: Key(sweep, c.Cell), c.Cell))
            .Where(c => c.Key is not null)
            .DistinctBy(c => c.Key))
        {
            var path = Path.Combine(folder, $"{Name(cell)}-{key![..8]}.safetensors");
            if (File.Exists(path)) tell($"{ShellPath.Place(path)} is there already");
            else Write(tell, sweep, cell, path, ct);
            written.Add(path);
        }

        return written.Count > 0 ? written : throw new RefusedException($"{sweep.File}: no cell of this sweep trains a network");
    }

    static void Write(Action<string> tell, Sweep sweep, Cell cell, string path, CancellationToken ct)
    {
        if (Key(sweep, cell) is { } key && !sweep.Models.Has(key))
            tell($"Training {Name(cell)}, which is not in the store of models ...");
        using var device = new CpuDevice();
        var tensors = sweep.Laboratory.Trained(cell, device, _ => { }, ct);
        // PyTorch's own loaders require this entry.
        Safetensors.Write(path, tensors, new Dictionary<string, string> { ["format"] = "pt", ["grid"] = CellId.Json(cell).ToJsonString() });
        tell($"{ShellPath.Place(path)}: {tensors.Count} tensors, {tensors.Sum(t => t.Values.Length)} parameters");
    }

    static string? Key(Sweep sweep, Cell cell) => TrainedModel.KeyOf(cell, sweep.Laboratory.Data(cell.Dataset).Sha256);

    static string Name(Cell cell)
    {
        var poisoned = cell.Poison is not null
            || (cell.Strength > 0 && Catalogue.Vocabulary.Find(Category.Attack, cell.Attack.Name)?.Kind == AttackKind.Poisoning);
        var defense = Catalogue.Create<Defense>(cell.Defense).ChangesTraining ? $".{cell.Defense.Name}" : "";
        var poison = poisoned ? $".{cell.Poison?.Attack.Name ?? cell.Attack.Name}" : "";
        return $"{cell.Dataset.Name}.{cell.Model.Name}{poison}{defense}.seed{cell.Seed}";
    }
}
