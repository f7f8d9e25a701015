using Grid.Lab.Catalog;
using Grid.Lab.Datasets;
using Grid.Lab.Experiments.Plans;
using Grid.Lab.Measures;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Attacks.Evasion;

public sealed class SpatialObjectionTests
{
    static readonly Choice Spatial = Defaults(Category.Attack, "spatial");

    static readonly Choice StAdv = Defaults(Category.Attack, "stadv");

    static Choice Defaults(string category, string name) =>
        new(name, Catalogue.Vocabulary.Find(category, name)!.Parameters.Select(p => (p.Name, p.Default!)));

    static string? Objection(Choice attack, ImageShape shape, double strength = 1)
    {
        var samples = new Samples(new float[shape.Size], [0]);
        return Compatibility.Objection(
            new(
                new("data"), new("softmax"), Defaults(Category.Training, "training"), null, attack, new("none"), strength, 0,
                Defaults(Category.Evaluation, "evaluation")),
            new Dataset("data", shape, 2, samples, samples, "hash"));
    }

    [Fact]
    public void Rows_of_features_cannot_be_moved()
    {
        Assert.Equal("spatial moves the pixels of images, and data has rows of 20 features; use fgsm or pgd.",
            Objection(Spatial, new(1, 1, 20)));
        Assert.StartsWith("stadv moves the pixels of images", Objection(StAdv, new(1, 1, 20)), StringComparison.Ordinal);
        Assert.Null(Objection(Spatial, new(3, 5, 4)));
        Assert.Null(Objection(StAdv, new(3, 5, 4)));
    }

    [Fact]
    public void Images_cannot_be_shifted_out_of_sight() =>
        Assert.Equal("translation 3 of spatial shifts images of 5 x 3 out of sight; give less than 3 pixels.",
            Objection(Spatial, new(1, 5, 3)));

    [Fact]
    public void A_scale_above_1_is_refused() =>
        Assert.Equal("strength 1.5 of spatial is a scale, 1 at most.", Objection(Spatial, new(1, 5, 5), 1.5));
}
