using Grid.Compute;

namespace Grid.Lab.Models;

/// <summary>What an attack faces: a network, perhaps with a defense around it. Images are [n, c, h, w] in [0, 1].</summary>
/// <param name="device">The device that computes.</param>
public abstract class Classifier(Device device)
{
    /// <summary>The device that the classifier computes on.</summary>
    public Device Device { get; } = device;

    /// <summary>Whether two passes over the same images may differ, so that an attack must average over draws.</summary>
    public virtual bool Random => false;

    /// <summary>The logits [n, classes] of the classifier as it is deployed. The backward pass is the best gradient that an attacker who
    /// knows the defense can take: exact, or a straight-through estimate where a step has no derivative.</summary>
    /// <param name="tape">The tape that records the operation.</param>
    /// <param name="images">The images, [n, c, h, w], pixels in [0, 1].</param>
    public abstract Variable Logits(Tape tape, Variable images);

    /// <summary>The classes of images, [n]; -1 where the classifier declines to answer.</summary>
    /// <param name="images">The images, [n, c, h, w], pixels in [0, 1].</param>
    public virtual Tensor Predict(Tensor images) => Device.ArgMax(Logits(new Tape(Device), Tape.Constant(images)).Value);

    /// <summary>A shorter way to the logits of images that differ from others in a rectangle each; null where there is none.</summary>
    /// <param name="images">The shape of the images, [n, c, h, w].</param>
    internal virtual LocalPass? Local(Shape images) => null;
}
