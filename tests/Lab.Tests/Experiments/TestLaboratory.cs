using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;
using Grid.Lab.Experiments;
using Grid.Lab.Experiments.Context;
using Grid.Lab.Measures;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Datasets;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Experiments;

/// <summary>A laboratory of its own, with cells that are quick to run.</summary>
sealed class TestLaboratory : IDisposable
{
    static readonly (string, ParameterValue)[] Moment =
        [("optimizer", Choices.Of(Category.Optimizer, "adam", ("lr", 0.01))), ("epochs", 3), ("batch", 32), ("samples", 400)];

    readonly Device _device;

    public TestLaboratory(int threads = 1, ModelStore? models = null) : this(new CpuDevice(threads), models)
    {
    }

    public TestLaboratory(Device device, ModelStore? models = null)
    {
        _device = device;
        Laboratory = new(Datasets, models ?? new ModelStore(folder: null), TimeProvider.System, "test");
    }

    public ExperimentRunner Laboratory { get; }

    static DatasetCache Datasets { get; } = new(RealData.DataFolder());

    /// <summary>What the laboratory said, in order.</summary>
    public List<string> Lines { get; } = [];

    /// <summary>Called on every line; what it throws, the laboratory meets.</summary>
    public Action<string> OnLine { get; set; } = _ => { };

    public void Dispose() => _device.Dispose();

    public static CellId Id(Cell cell) => CellId.Of(cell, "content", LabVersion.Current);

    /// <summary>In the order of the cells.</summary>
    public CellResult[] Run(IReadOnlyList<Cell> cells, CancellationToken ct = default)
    {
        var results = new Dictionary<CellId, CellResult>();
        Laboratory.Run([.. cells.Select(c => (c, Id(c)))], _device, 1, Say, result => results.Add(result.Cell, result), ct);
        return [.. cells.Select(c => results[Id(c)])];

        void Say(string line)
        {
            Lines.Add(line);
            OnLine(line);
        }
    }

    /// <summary>The first parameter of the network that a cell measures.</summary>
    public float[] Trained(Cell cell) => Laboratory.Trained(cell, _device, _ => { }, CancellationToken.None)[0].Values;

    /// <summary>Softmax regression on digits, trained for a moment.</summary>
    public static Cell Small(string attack, string defense, double strength, Poison? poison = null, int seed = 0) =>
        Cell("digits", ("softmax", []), (attack, []), (defense, []), strength, poison, seed, training: Moment);

    public static Cell Cell(
        string dataset, (string Name, (string, ParameterValue)[] Settings) model, (string Name, (string, ParameterValue)[] Settings) attack,
        (string Name, (string, ParameterValue)[] Settings) defense, double strength, Poison? poison = null, int seed = 0, int samples = 0,
        params (string, ParameterValue)[] training) => new(
        Choices.Of(Category.Dataset, dataset),
        Choices.Of(Category.Model, model.Name, model.Settings),
        Choices.Of(Category.Training, "training", training),
        poison,
        Choices.Of(Category.Attack, attack.Name, attack.Settings),
        Choices.Of(Category.Defense, defense.Name, defense.Settings),
        strength,
        seed,
        Choices.Of(Category.Evaluation, "evaluation", ("samples", samples)));

    /// <summary>All of a result that is a function of its cell, as text.</summary>
    public static string Numbers(CellResult result) => string.Join('\n',
    [
        result.Cell.Value, result.Status.ToString(), result.Error ?? "",
        result.Outcomes is null ? "" : string.Concat(Bits(result.Outcomes)),
        .. result.Measurements.Select(m => FormattableString.Invariant($"{m.Key} {m.Value.Value:R} {m.Value.Count} {m.Value.Successes}")),
        .. result.Confusion?.Select(row => string.Join(' ', row)) ?? [],
    ]);

    static IEnumerable<char> Bits(OutcomeBits outcomes) => Enumerable.Range(0, outcomes.Count).Select(i => outcomes[i] ? '1' : '0');
}
