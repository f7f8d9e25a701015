using Grid.Compute;
using Grid.Lab.Models;

namespace Grid.Lab.Attacks.Targeted;

/// <summary>
/// Measures how well the training gradient of some images points in the direction that an attacker wants: 1 minus the cosine between the
/// two, and its gradient by the images. The tape computes only first derivatives; the second derivative comes from gradients at two points
/// in the space of the weights.
/// </summary>
sealed class Alignment
{
    // Length of the step in the weights over which gradients by pixels are compared.
    const float Step = 0.01f;

    readonly Network _network;
    readonly Tensor[] _wanted;
    readonly double _norm;

    /// <summary>Takes the gradient that the attacker wants training to follow: that of the targets under the class they are to be taken
    /// for.</summary>
    /// <param name="network">The network, which behaves as in evaluation.</param>
    /// <param name="images">The target, or several, of which the mean counts, [n, channels, height, width].</param>
    /// <param name="label">The class that they are to be taken for.</param>
    public Alignment(Network network, Tensor images, int label)
    {
        _network = network;
        _wanted = Gradient(images, network.Device.Full([images.Shape.Rows], label));
        _norm = Math.Sqrt(Dot(_wanted, _wanted));
    }

    /// <summary>The loss, in [0, 2], and its gradient by the images up to a positive factor; null if there is no gradient.</summary>
    /// <param name="images">The images that are trained on, [n, c, h, w].</param>
    /// <param name="labels">The class of each image, [n].</param>
    public (double Loss, Tensor? Gradient) Of(Tensor images, Tensor labels)
    {
        var device = _network.Device;
        var own = Gradient(images, labels);
        var (length, dot) = (Math.Sqrt(Dot(own, own)), Dot(_wanted, own));
        if (length == 0 || _norm == 0) return (1, null);
        // d loss / d own = -wanted / (|wanted| |own|) + <wanted, own> own / (|wanted| |own|^3)
        Tensor[] by = [.. own.Zip(_wanted, (g, t) =>
            device.AddScaled(t * (float)(-1 / (_norm * length)), g, (float)(dot / (_norm * length * length * length))))];
        var size = Math.Sqrt(Dot(by, by));
        return (1 - dot / (_norm * length), size == 0 ? null : PixelGradient(+1) - PixelGradient(-1));

        Tensor PixelGradient(int side)
        {
            var tape = new Tape(device);
            var x = Tape.Watch(images);
            Variable[] weights = [.. _network.Parameters.Zip(by, (w, v) =>
                Tape.Constant(device.AddScaled(w, v, (float)(side * Step / size))))];
            return tape.Gradient(tape.CrossEntropy(_network.Logits(tape, x, weights), labels), x);
        }
    }

    /// <summary>Length of the gradient of the mean loss by the trained parameters.</summary>
    public static double Length(Network network, Tensor images, Tensor labels)
    {
        var own = Gradient(network, images, labels);
        return Math.Sqrt(Dot(own, own));
    }

    /// <summary>That gradient.</summary>
    Tensor[] Gradient(Tensor images, Tensor labels) => Gradient(_network, images, labels);

    static Tensor[] Gradient(Network network, Tensor images, Tensor labels)
    {
        var tape = new Tape(network.Device);
        Variable[] weights = [.. network.Parameters.Zip(network.Specs, (w, spec) => spec.Trained ? Tape.Watch(w) : Tape.Constant(w))];
        var loss = tape.CrossEntropy(network.Logits(tape, Tape.Constant(images), weights), labels);
        return tape.Gradients(tape.Affine(loss, 1f / labels.Shape.Count, 0), weights);
    }

    static double Dot(Tensor[] a, Tensor[] b) => a.Zip(b, (x, y) => (double)x.Device.SumRows(x.Device.Reshape(x * y, [1, x.Shape.Count]))
        .ToArray()[0]).Sum();
}
