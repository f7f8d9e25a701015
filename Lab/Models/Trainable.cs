using Grid.Compute;

namespace Grid.Lab.Models;

/// <summary>A classifier that is nothing but an architecture and its parameters: one network, or several as one.</summary>
/// <param name="device">The device that computes.</param>
public abstract class Trainable(Device device) : Classifier(device)
{
    /// <summary>The architecture.</summary>
    public abstract Model Model { get; }

    /// <summary>The parameters of one network.</summary>
    public abstract IReadOnlyList<ParameterSpec> Specs { get; }

    /// <summary>The logits [n, classes] under other parameters of the same shapes, so that gradients can flow to them.</summary>
    /// <param name="tape">The tape that records the operation.</param>
    /// <param name="images">The images, [n, c, h, w], pixels in [0, 1].</param>
    /// <param name="parameters">The parameters, in the order of the model.</param>
    /// <param name="training">The pass of a training step, where batch norm and dropout do other than in evaluation; null in
    /// evaluation.</param>
    public abstract Variable Logits(Tape tape, Variable images, ReadOnlySpan<Variable> parameters, TrainingPass? training = null);
}
