using Grid.Compute;
using Grid.Lab.Models;

namespace Grid.Lab.Experiments.Kinds;

/// <summary>A network that keeps the first images that reach it. Behind a defense these show what the defense passes on.</summary>
sealed class InputTap(Classifier network) : Classifier(network.Device)
{
    /// <summary>The first images; null before there were any.</summary>
    public Tensor? Images { get; private set; }

    public override bool Random => network.Random;

    public override Variable Logits(Tape tape, Variable images)
    {
        Images ??= images.Value;
        return network.Logits(tape, images);
    }

    public override Tensor Predict(Tensor images)
    {
        Images ??= images;
        return network.Predict(images);
    }
}
