using Grid.Lab.Experiments;
using Grid.Lab.Models;
using Grid.Lab.Models.Storage;
using Grid.Lab.Tests.Datasets;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;

namespace Grid.Lab.Tests.Experiments;

public sealed class FileModelTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    readonly TestLaboratory _bench = new();

    public void Dispose()
    {
        _bench.Dispose();
        _folder.Dispose();
    }

    Cell Cell(string attack = "pgd", string architecture = "softmax", string defense = "none", double strength = 0.1) =>
        TestLaboratory.Small(attack, defense, strength) with
        {
            Model = Catalog.Choices.Of(Category.Model, "file", ("path", _folder["m.safetensors"]),
                ("architecture", Catalog.Choices.Of(Category.Model, architecture))),
        };

    [Fact]
    public void A_model_written_to_a_file_gives_the_results_it_gave_before()
    {
        var store = new ModelStore(_folder["models"]);
        using var bench = new TestLaboratory(models: store);
        var trained = bench.Run([TestLaboratory.Small("pgd", "median-filter", 0.1)])[0];
        var tensors = Safetensors.Read(_folder[_folder.Files.Single()]);
        // Names that say nothing: shapes tell.
        Safetensors.Write(_folder["m.safetensors"], [.. tensors.Select((t, i) => t with { Name = $"layer{i}" })]);

        var read = _bench.Run([Cell(defense: "median-filter")])[0];

        Assert.Equal(trained.Outcomes, read.Outcomes);
        Assert.Equal(trained.Measurements[Metric.TestAccuracy], read.Measurements[Metric.TestAccuracy]);
        Assert.DoesNotContain(_bench.Lines, line => line.StartsWith("training", StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_of_another_architecture_is_found_out_before_any_work()
    {
        Safetensors.Write(_folder["m.safetensors"], [new("w", [10, 63], new float[630]), new("b", [10], new float[10])]);
        var error = Assert.Throws<LabException>(() => Laboratory().Content(Cell().Dataset, Cell().Model));
        Assert.StartsWith(
            $"{_folder["m.safetensors"]} holds w [10, 63] b [10], but its architecture on digits needs fc1.weight [10, 64] fc1.bias [10]. "
            + "Name its architecture", error.Message, StringComparison.Ordinal);
        // It may be exchanged after that.
        Assert.Equal((CellStatus.Failed, error.Message), (_bench.Run([Cell()])[0].Status, _bench.Run([Cell()])[0].Error));
    }

    [Fact]
    public void A_missing_file_is_found_out_before_any_work()
    {
        var error = Assert.Throws<LabException>(() => Laboratory().Content(Cell().Dataset, Cell().Model));
        Assert.StartsWith($"The model file {_folder["m.safetensors"]} cannot be read", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_content_of_a_cell_changes_with_the_file()
    {
        var laboratory = Laboratory();
        Safetensors.Write(_folder["m.safetensors"], [new("w", [10, 64], new float[640]), new("b", [10], new float[10])]);
        var before = laboratory.Content(Cell().Dataset, Cell().Model);
        Safetensors.Write(_folder["m.safetensors"], [new("w", [10, 64], new float[640]), new("b", [10], [1, 0, 0, 0, 0, 0, 0, 0, 0, 0])]);
        Assert.NotEqual(before, laboratory.Content(Cell().Dataset, Cell().Model));
        Assert.StartsWith(SmallData.Digits.Sha256, before, StringComparison.Ordinal);
    }

    static ExperimentRunner Laboratory() => new(new(RealData.DataFolder()), new ModelStore(null), TimeProvider.System, "test");
}
