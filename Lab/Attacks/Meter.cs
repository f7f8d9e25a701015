using Grid.Compute;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Attacks;

/// <summary>Passes everything on to a classifier, and counts the images.</summary>
sealed class Meter(Classifier inner) : Classifier(inner.Device)
{
    /// <summary>How many images were passed forwards.</summary>
    public long Forwards { get; private set; }

    /// <summary>How many images were passed backwards.</summary>
    public long Gradients { get; private set; }

    public override bool Random => inner.Random;

    public override Variable Logits(Tape tape, Variable images)
    {
        Forwards += images.Shape.Rows;
        return inner.Logits(tape, tape.Record(images.Value, [images], g =>
        {
            Gradients += images.Shape.Rows;
            tape.Pass(images, () => g);
        }));
    }

    public override Tensor Predict(Tensor images)
    {
        Forwards += images.Shape.Rows;
        return inner.Predict(images);
    }
}
