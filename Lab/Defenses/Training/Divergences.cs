using Grid.Compute;

namespace Grid.Lab.Defenses.Training;

static class Divergences
{
    /// <summary>The Kullback-Leibler divergence of the softmax of z from that of the other, [n, k] each -> [n].</summary>
    public static Variable Divergence(this Tape tape, Variable z, Variable other)
    {
        var (p, q) = (tape.Device.Softmax(z.Value), tape.Device.Softmax(other.Value));
        var apart = LogSoftmax(z.Value) - LogSoftmax(other.Value);
        var value = (p * apart).SumRows();
        return tape.Record(value, [z, other], g =>
        {
            tape.Pass(z, () => (p * apart - p.Scale(value)).Scale(g));
            tape.Pass(other, () => (q - p).Scale(g));
        });
    }

    /// <summary>The logarithm of the softmax: [n, k] -> [n, k].</summary>
    public static Tensor LogSoftmax(Tensor logits)
    {
        var device = logits.Device;
        var sum = device.CrossEntropy(logits, device.ArgMax(logits)) + device.MaxRows(logits);
        return logits - device.Full(logits.Shape, 1).Scale(sum);
    }
}
