using Grid.Lab.Catalog;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Tests.Datasets;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Experiments;

/// <summary>Images of three channels go wherever those of one go.</summary>
public sealed class ColourTests : IDisposable
{
    const int Count = 60;

    readonly TemporaryFolder _folder = new();
    readonly TestLaboratory _bench = new();

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_attack_and_every_defense_takes_colours()
    {
        // Red images and blue ones, each pixel a little different.
        byte[] pixels = [
            .. Enumerable.Range(0, Count * 192).Select(i => (byte)((i / 64 % 3 == (i / 192 % 2 == 0 ? 0 : 2) ? 180 : 40) + (i * 37 % 31)))];
        var (x, y) = (Npz.Array("|u1", $"{Count}, 3, 8, 8", pixels),
            Npz.Array("|u1", $"{Count},", [.. Enumerable.Range(0, Count).Select(i => (byte)(i % 2))]));
        var data = Choices.Of(Category.Dataset, "npz",
            ("path", _folder.Write("rgb.npz", Npz.Archive(("x_train", x), ("y_train", y), ("x_test", x), ("y_test", y)))));
        var ran = 0;
        foreach (var (attack, defense) in Catalogue.Vocabulary.In(Category.Attack)
            .Select(a => (a.Name, "none"))
            .Concat(Catalogue.Vocabulary.In(Category.Defense).Select(d => ("fgsm", d.Name))))
        {
            var strength = Catalogue.Vocabulary.Find(Category.Attack, attack)!.Strength!.Kind == ParameterKind.Integer ? 1 : 0.1;
            var cell = TestLaboratory.Small(attack, defense, strength) with { Dataset = data, Model = Choices.Of(Category.Model, "cnn") };
            if (Compatibility.Objection(cell, _bench.Laboratory.Data(data)) is not null) continue;
            var result = _bench.Run([cell])[0];
            Assert.True(result.Error is null, $"{attack}, {defense}: {result.Error}");
            ran++;
            if (defense == "none" && result.Measurements.TryGetValue(Metric.CleanAccuracy, out var clean))
                Assert.True(clean.Value > 0.9, $"{attack}: {clean.Value}");
        }

        Assert.InRange(ran, 25, 100);
    }
}
