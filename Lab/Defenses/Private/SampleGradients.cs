using Grid.Compute;
using Grid.Lab.Models;
using Grid.Lab.Training;

namespace Grid.Lab.Defenses.Private;

/// <summary>
/// The gradient of each sample by itself: every sample meets a copy of the network of its own on the replica axis, and the gradients of
/// these copies are those of the samples.
/// </summary>
static class SampleGradients
{
    // Numbers in the copies that are differentiated at a time.
    const int AtOnce = 1 << 22;
    const int MostRows = 256;

    /// <summary>The loss of each sample [n], and for each parameter the sum over samples of their gradients, each scaled down to a
    /// Euclidean norm of at most the limit over all parameters together.</summary>
    public static (Tensor Losses, Tensor[] Sums) Clipped(Trainable network, Tensor[] weights, Batch batch, double limit)
    {
        var device = network.Device;
        var sums = Array.ConvertAll(weights, w => device.Zeros([1, w.Shape.Count]));
        var losses = new List<Tensor>();
        foreach (var rows in Enumerable.Range(0, batch.Count).Chunk(Math.Clamp(AtOnce / weights.Sum(w => w.Shape.Count), 1, MostRows)))
        {
            using var scope = device.Scope();
            var (loss, gradients) = Each(network, weights, batch.Take(rows));
            var squares = gradients.Select(g => (g * g).SumRows()).Aggregate((a, b) => a + b);
            // Of a gradient of 0 the quotient is infinite, and nothing is scaled.
            var scales = (device.Full(squares.Shape, (float)limit) / squares.Sqrt()).Min(device.Full(squares.Shape, 1));
            for (var p = 0; p < sums.Length; p++)
            {
                var part = device.MatMul(device.Reshape(scales, [1, rows.Length]), device.Reshape(
                    gradients[p], [rows.Length, weights[p].Shape.Count]));
                device.CopyInto(sums[p], sums[p] + part);
            }

            losses.Add(scope.Keep(loss));
        }

        return (device.Concat([.. losses]), [.. sums.Zip(weights, (s, w) => device.Reshape(s, w.Shape))]);
    }

    /// <summary>The losses [n], and for each parameter the gradients [n, ...].</summary>
    public static (Tensor Losses, Tensor[] Gradients) Each(Trainable network, Tensor[] weights, Batch batch)
    {
        var device = network.Device;
        var tape = new Tape(device);
        Variable[] copies = [.. weights.Select(w => Tape.Watch(device.Broadcast(Binary.Add, w, device.Zeros(w.Shape.Times(batch.Count)))))];
        var images = device.Reshape(batch.Images, batch.Images.Shape.WithRows(1).Times(batch.Count));
        var logits = network.Model.Output(tape, Tape.Constant(images), copies);
        var loss = tape.CrossEntropy(tape.Reshape(logits, [batch.Count, logits.Shape[^1]]), batch.Labels);
        return (loss.Value, tape.Gradients(loss, copies));
    }
}
