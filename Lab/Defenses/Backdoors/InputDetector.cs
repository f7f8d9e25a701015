using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Backdoors;

/// <summary>Distinguishes images with a trigger from others when they are shown to a network. It does not change the network.</summary>
public abstract class InputDetector : Defense
{
    /// <summary>The number of clean samples that the defender holds, as a share of the training set.</summary>
    public abstract double Clean { get; }

    /// <summary>How suspicious each image is, judged by itself: the higher, the more suspicious.</summary>
    /// <param name="network">The network that images are shown to.</param>
    /// <param name="batch">The images; their labels are not to be looked at.</param>
    /// <param name="reserve">Clean samples that are not trained on.</param>
    /// <param name="seed">The seed of what is drawn for an image.</param>
    /// <param name="ct">Ends the work early; it is looked at before every image.</param>
    public abstract double[] Suspicion(Classifier network, Batch batch, Samples reserve, ulong seed, CancellationToken ct);
}
