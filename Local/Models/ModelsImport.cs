using System.CommandLine;
using System.Text.Json;
using Grid.Compute.Cpu;
using Grid.Lab;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Storage;
using Grid.Local.Commands;
using Grid.Local.Runs;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Plans;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;
using Spectre.Console;

namespace Grid.Local.Models;

/// <summary><c>models import</c> says whether a model file fits, how good it is, and how a sweep names it.</summary>
static class ModelsImport
{
    // Below this, what is read may be read wrongly.
    const double Doubtful = 0.5;

    public static Command Make()
    {
        var file = Arguments.Given(
            new Argument<string>("file") { Description = "An ONNX file, or a safetensors file, for example from PyTorch." });
        var architecture =
            Arguments.Text("--architecture", "The model whose layers a safetensors file holds; by default cnn.", "name");
        var dataset = Arguments.Text("--dataset", "The data set that the model was trained on; by default mnist.", "name");
        var command = new Command("import",
            "Check a model file against an architecture and a data set, and show how a sweep uses it.")
        { file, architecture, dataset, Arguments.Json };
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var console = Arguments.Console(parsed);
                Check(console, parsed.GetValue(Arguments.Json), parsed.GetValue(file)!,
                    Known(Category.Model, "--architecture", parsed.GetValue(architecture) ?? "cnn"),
                    Known(Category.Dataset, "--dataset", parsed.GetValue(dataset) ?? "mnist"), ct);
                return ExitCode.Done;
            },
            ct));
        return command;
    }

    static string Known(string category, string option, string name)
    {
        var known = Catalogue.Vocabulary.In(category).Where(e => e.Parameters.All(p => p.Default is not null)).Select(e => e.Name).ToList();
        return known.Contains(name)
            ? name
            : throw new RefusedException($"{option} {name}: there is no such {category}; {NameSuggestion.Remedy(name, known)}");
    }

    static void Check(IAnsiConsole console, bool json, string file, string architecture, string dataset, CancellationToken ct)
    {
        if (!File.Exists(file)) throw new RefusedException($"{file}: there is no such file; check the path");
        var onnx = Path.GetExtension(file).Equals(".onnx", StringComparison.OrdinalIgnoreCase);
        // A file that is no model is reported before the data set is read, which may have to be downloaded.
        if (!onnx) Safetensors.Read(file);
        string[] lines = [$"dataset: {dataset}", $"model: {Entry(file, onnx ? null : architecture)}"];
        var laboratory = new ExperimentRunner(new DatasetCache(DataFolder.FromEnvironment()), new ModelStore(null),
            TimeProvider.System, LabVersion.Commit);
        var (cell, accuracy) = Measured(lines);
        var data = laboratory.Data(cell.Dataset, ct: ct);
        var model = Catalogue.Create<Model>(cell.Model);
        var parameters = model.Parameters(data.Shape, data.Classes);
        var asGiven = accuracy;
        var isInKerasOrder = !onnx && accuracy.Value < Doubtful && IsBetterInKerasOrder();
        if (json)
        {
            console.Json(new ImportDocument(Path.GetFullPath(file), parameters.Count, parameters.Sum(p => (long)p.Shape.Count),
                [.. (model as OnnxModel)?.Operators ?? []], [.. (model as GivenModel)?.Notes ?? []], accuracy.Value,
                accuracy.Successes ?? 0, accuracy.Count, lines));
            return;
        }

        console.Line(
            $"{ShellPath.Place(file)}: {parameters.Count} tensors, {parameters.Sum(p => p.Shape.Count)} parameters, "
            + $"fits {(onnx ? dataset : $"{architecture} on {dataset}")}");
        if (model is OnnxModel graph) TextWrap.Write(console, $"operators: {string.Join(", ", graph.Operators)}", indent: 11);
        foreach (var note in (model as GivenModel)?.Notes ?? []) console.Line(note);
        console.Line($"test accuracy {Share(asGiven)}");
        if (isInKerasOrder)
        {
            TextWrap.Write(console,
                $"With flatten: hwc it is {Share(accuracy)}: its dense layers count rows, columns, channels, as Keras does.", indent: 0);
        }

        if (accuracy.Value < 2.0 / data.Classes)
            TextWrap.Write(console,
                $"This is near guessing among {data.Classes} classes: do the images of {dataset}, channels first in [0, 1], go into the "
                + $"network as in its training (mean and std), and are its classes in the order of {dataset}'s?", indent: 0);
        console.Line();
        console.Line("In a sweep that runs from this folder, write:");
        foreach (var line in lines) console.Line($"  {line}");

        // One cell without attack measures the accuracy on the whole test set.
        (Cell Cell, Measurement Accuracy) Measured(string[] entries)
        {
            var spec = SweepFile.Parse(
                $"name: import\n{entries[0]}\n{entries[1]}\nattack: fgsm\ndefense: none\nstrength: 0\nevaluation: {{samples: 1}}\n",
                file, Catalogue.Vocabulary);
            var notes = new Notes(json ? Console.Error : console.Profile.Out.Writer);
            var planned = Plan.Of(spec, (set, given) => laboratory.Content(set, given, notes, ct),
                LabVersion.Current, Planning.Plugins).Cells[0];
            if (Compatibility.Objection(planned.Cell, laboratory.Data(planned.Cell.Dataset, ct: ct)) is { } objection)
                throw new RefusedException($"{file}: {objection}");
            CellResult? result = null;
            using var device = new CpuDevice(Environment.ProcessorCount);
            laboratory.Run([(planned.Cell, planned.Id)], device, attempt: 1, _ => { }, r => result = r, ct);
            if (result!.Error is { } error) throw new RefusedException(error);
            return (planned.Cell, result.Measurements[Metric.TestAccuracy]);
        }

        // Shapes do not tell in which order a dense layer counts an image; the accuracy does.
        bool IsBetterInKerasOrder()
        {
            string[] ordered = [lines[0], $"model: {Entry(file, architecture, ", flatten: hwc")}"];
            var (_, other) = Measured(ordered);
            if (other.Value <= 2 * accuracy.Value) return false;
            (lines, accuracy) = (ordered, other);
            return true;
        }
    }

    static string Entry(string file, string? architecture, string more = "") => architecture is null
        ? $"{{onnx: {Scalar(file)}}}"
        : $"{{file: {{path: {Scalar(file)}, architecture: {architecture}{more}}}}}";

    static string Share(Measurement accuracy) =>
        FormattableString.Invariant($"{100 * accuracy.Value:0.00} % ({accuracy.Successes} of {accuracy.Count} images)");

    static string Scalar(string path) =>
        path.All(c => char.IsAsciiLetterOrDigit(c) || "/._-".Contains(c, StringComparison.Ordinal)) && path[0] != '-'
            ? path
            : $"\"{JsonEncodedText.Encode(path, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"";
}
