using Grid.Compute;
using Grid.Lab.Models;

namespace Grid.Lab.Attacks.Iteration;

/// <summary>One forward pass of images, of which any gradients may be asked.</summary>
sealed class WatchedPass
{
    readonly Tape _tape;
    readonly Variable _images;
    readonly Variable _logits;

    public WatchedPass(Classifier target, Tensor images)
    {
        (_tape, _images) = (new Tape(target.Device), Tape.Watch(images));
        _logits = target.Logits(_tape, _images);
    }

    /// <summary>The scores of the classes, [n, classes].</summary>
    public Tensor Logits => _logits.Value;

    /// <summary>The gradient by the images of what has this derivative by the logits.</summary>
    public Tensor Gradient(Tensor derivative) => _tape.Gradient(_logits, _images, derivative);
}
