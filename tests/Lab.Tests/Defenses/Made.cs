using Grid.Compute;
using Grid.Lab.Catalog;
using Grid.Lab.Defenses;
using Grid.Lab.Models;
using Grid.Sweeps.Catalog;
using Grid.Sweeps.Cells;

namespace Grid.Lab.Tests.Defenses;

/// <summary>Catalogue entries as a sweep would make them.</summary>
static class Made
{
    public static Choice Choice(string category, string name, params (string Name, ParameterValue Value)[] settings) => new(
        name, Catalogue.Vocabulary.Find(category, name)!.Parameters
            .Select(p => (p.Name, settings.FirstOrDefault(s => s.Name == p.Name).Value ?? p.Default!)));

    public static Choice Defense(string name, params (string Name, ParameterValue Value)[] settings) =>
        Choice(Category.Defense, name, settings);

    public static Defense Make(string name, params (string Name, ParameterValue Value)[] settings) =>
        Catalogue.Create<Defense>(Defense(name, settings));
}

/// <summary>Answers with its input: what a filter hands to the network.</summary>
sealed class Echo(Device device) : Classifier(device)
{
    public override Variable Logits(Tape tape, Variable images) => tape.Reshape(images, [images.Shape.Rows, images.Shape.RowSize]);
}

/// <summary>Logits are weights times pixels.</summary>
sealed class Weighted(Device device, float[] weights, int classes) : Classifier(device)
{
    public override Variable Logits(Tape tape, Variable images) => tape.Linear(
        tape.Reshape(images, [images.Shape.Rows, images.Shape.RowSize]),
        Tape.Constant(Device.Upload(weights, [classes, weights.Length / classes])), Tape.Constant(Device.Zeros([classes])));
}
