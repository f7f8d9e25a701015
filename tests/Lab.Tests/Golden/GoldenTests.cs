using System.Text.Encodings.Web;
using System.Text.Json;
using Grid.Compute.Cpu;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Experiments;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Golden;

/// <summary>
/// Results of a few cells as they once were: a change of any of them is a change of the science, meant or not. If it is meant, raise
/// <see cref="LabVersion"/> and put the text that the failure prints into cells.json.
/// </summary>
public sealed class GoldenTests
{
    static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    static readonly (string Name, Cell Cell)[] Cells =
    [
        ("digits, softmax, fgsm .05", TestLaboratory.Small("fgsm", "none", 0.05)),
        ("digits, softmax, noise .3, median-filter", TestLaboratory.Small("noise", "median-filter", 0.3)),
        ("digits, softmax, label-flip .4", TestLaboratory.Small("label-flip", "none", 0.4)),
        ("digits, cnn, pgd .05", Cnn("pgd", "none", 0.05)),
        ("digits, cnn, pgd l2 .3", Cnn("pgd", "none", 0.3, ("norm", "l2"))),
        ("digits, cnn, fgsm .1, adversarial-training", Cnn("fgsm", "adversarial-training", 0.1)),
        ("houses, friends, 0 points", Friends(0)),
        ("houses, friends, 1 point", Friends(1)),
    ];

    static Cell Cnn(string attack, string defense, double strength, params (string, ParameterValue)[] settings) =>
        TestLaboratory.Cell("digits", ("cnn", []), (attack, settings), (defense, []), strength, training: [("epochs", 3), ("batch", 32)]);

    static Cell Friends(int points) =>
        TestLaboratory.Cell("houses", ("linear", []), ("price-poisoning", []), ("friends", []), points) with
        {
            Evaluation = Choices.Of(Category.Evaluation, "evaluation", ("trials", 200)),
        };

    [Fact]
    public void Results_are_what_they_were()
    {
        var expected =
            JsonSerializer.Deserialize<Sheet>(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "cells.json")), Layout)!;
        using var bench = new TestLaboratory();
        using var device = new CpuDevice();
        var actual = new Sheet(LabVersion.Current, device.InstructionSet, Cells.ToDictionary(
            c => c.Name,
            c => bench.Run([c.Cell])[0].Measurements
                .Where(m => m.Value.Successes is not null)
                .ToDictionary(m => m.Key, m => m.Value.Successes!.Value)));

        // Another vector width rounds otherwise: that may tip a sample.
        var most = actual.InstructionSet == expected.InstructionSet ? 0 : 1;
        var same = actual.Version == expected.Version
            && Flat(actual).Zip(Flat(expected)).All(p => p.First.Name == p.Second.Name && Math.Abs(p.First.Count - p.Second.Count) <= most)
            && Flat(actual).Count() == Flat(expected).Count();
        Assert.True(same,
            "If this is meant, raise LabVersion and let tests/Lab.Tests/Golden/cells.json "
            + $"be:\n{JsonSerializer.Serialize(actual, Layout)}\n");
    }

    static IEnumerable<(string Name, long Count)> Flat(Sheet sheet) =>
        from cell in sheet.Cells from count in cell.Value orderby cell.Key, count.Key select ($"{cell.Key} {count.Key}", count.Value);

    sealed record Sheet(string Version, string InstructionSet, Dictionary<string, Dictionary<string, long>> Cells);
}
