using Grid.Compute;
using Grid.Lab.Models;

namespace Grid.Lab.Attacks.Bilevel;

/// <summary>What attackers ask a network of their own.</summary>
static class Surrogates
{
    /// <summary>Samples asked about side by side. Results do not depend on it.</summary>
    public const int Block = 256;

    /// <summary>Images [n, c, h, w] -> [n, classes].</summary>
    public static Tensor Logits(this Classifier network, Tensor images) =>
        network.Logits(new Tape(network.Device), Tape.Constant(images)).Value;

    /// <summary>For each row of logits the most or the least likely class other than the true one.</summary>
    public static int[] WrongClasses(this Tensor logits, int[] labels, bool likeliest)
    {
        var (values, classes) = (logits.ToArray(), logits.Shape[1]);
        return Array.ConvertAll([.. Enumerable.Range(0, labels.Length)], row =>
        {
            var best = labels[row] == 0 ? 1 : 0;
            for (var c = best + 1; c < classes; c++)
            {
                var (here, there) = (values[row * classes + c], values[row * classes + best]);
                if (c != labels[row] && (likeliest ? here > there : here < there)) best = c;
            }

            return best;
        });
    }
}
