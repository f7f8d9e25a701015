using System.CommandLine;
using Grid.Lab.Catalog;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Models.Storage;
using Grid.Local.Commands;
using Grid.Presentation.CommandLine;
using Grid.Presentation.Documents;
using Grid.Presentation.Terminal;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Spec;
using Grid.Sweeps.Spec.Reading;
using Spectre.Console;

namespace Grid.Local.Models;

/// <summary><c>models show</c> prints what a model file holds, or which layers and parameters a model of the catalogue has on a data
/// set.</summary>
static class ModelsShow
{
    public static Command Make()
    {
        var model = Arguments.Given(new Argument<string>("model") { Description = "An ONNX or safetensors file, or the name of a model." });
        var dataset = Arguments.Text("--dataset", "The data set that a named model is made for; by default mnist.", "name");
        var command = new Command("show", "Show the layers and parameters of a model.") { model, dataset, Arguments.Json };
        command.SetAction((parsed, ct) => Task.Run(
            () =>
            {
                var (console, name) = (Arguments.Console(parsed), parsed.GetValue(model)!);
                var shown = !File.Exists(name) ? Named(Notes.Of(parsed, console), name, parsed.GetValue(dataset) ?? "mnist", ct)
                    : Path.GetExtension(name).Equals(".onnx", StringComparison.OrdinalIgnoreCase) ? Onnx(name)
                    : new(name, [], [], Tensors(Safetensors.Read(name).Select(t => (t.Name, t.Shape))));
                if (parsed.GetValue(Arguments.Json)) console.Json(shown);
                else Draw(console, shown);
                return ExitCode.Done;
            },
            ct));
        return command;
    }

    static ModelDocument Onnx(string file)
    {
        var model = new OnnxModel(file);
        return new(file, [.. model.Operators], [.. model.Notes], Tensors(model.Tensors.Select(t => (t.Name, t.Shape.ToArray()))));
    }

    static ModelDocument Named(Notes notes, string name, string dataset, CancellationToken ct)
    {
        var known =
            Catalogue.Vocabulary.In(Category.Model).Where(e => e.Parameters.All(p => p.Default is not null)).Select(e => e.Name).ToList();
        if (!known.Contains(name))
            throw new RefusedException(
                $"models show {name}: there is no such file, nor such a model; {NameSuggestion.Remedy(name, known)}");
        var spec =
            SweepFile.Parse($"name: show\ndataset: {dataset}\nmodel: {name}\nattack: fgsm\nstrength: 0\n", name, Catalogue.Vocabulary);
        var cell = Sweeps.Plans.Plan.Of(spec, (_, _) => "", "").Cells[0].Cell;
        var runner = new ExperimentRunner(new DatasetCache(DataFolder.FromEnvironment()), new ModelStore(null), TimeProvider.System, "");
        var data = runner.Data(cell.Dataset, notes, ct);
        return new(name, [], [],
            Tensors(Catalogue.Create<Model>(cell.Model).Parameters(data.Shape, data.Classes).Select(p => (p.Name, p.Shape.ToArray()))));
    }

    static IReadOnlyList<TensorDocument> Tensors(IEnumerable<(string Name, int[] Shape)> tensors) =>
        [.. tensors.Select(t => new TensorDocument(t.Name, t.Shape))];

    static void Draw(IAnsiConsole console, ModelDocument model)
    {
        if (model.Operators.Count > 0) TextWrap.Write(console, $"operators: {string.Join(", ", model.Operators)}", indent: 11);
        foreach (var note in model.Notes) console.Line(note);
        var all = model.Tensors;
        var width = all.Max(t => t.Name.Length);
        foreach (var (name, shape) in all) console.Line($"  {name.PadRight(width)}  [{string.Join(", ", shape)}]");
        console.Line(
            FormattableString.Invariant(
                $"{all.Count} tensors, {all.Sum(t => t.Shape.Aggregate(1L, (n, length) => n * length)):N0} numbers"));
    }
}
