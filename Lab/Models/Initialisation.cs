using Grid.Compute.Random;

namespace Grid.Lab.Models;

/// <summary>How parameters start. How robust a network becomes without any defense depends on it.</summary>
public enum Initialisation
{
    /// <summary>Weights and biases uniform in +-1 / sqrt(fan-in): what PyTorch's layers do unless told otherwise.</summary>
    Pytorch,

    /// <summary>Weights normal with variance 2 / fan-in, biases 0: He et al. 2015.</summary>
    He,

    /// <summary>Weights uniform with variance 2 / (fan-in + fan-out), biases 0: Glorot and Bengio 2010.</summary>
    Glorot,
}

static class Initial
{
    /// <summary>Draws fresh values. Each parameter has a stream of its own, so that they do not depend on the order in which they are
    /// drawn.</summary>
    public static IReadOnlyList<float[]> Values(IEnumerable<ParameterSpec> specs, Initialisation initialisation, ulong seed)
    {
        return [.. specs.Select(Draw)];

        float[] Draw(ParameterSpec spec)
        {
            var values = new float[spec.Shape.Count];
            if (spec.Start is { } start)
            {
                Array.Fill(values, start);
                return values;
            }

            var stream = new PhiloxStream(seed, $"start {spec.Name}");
            if (initialisation == Initialisation.Pytorch) Uniform(1f / spec.FanIn);
            else if (spec.IsBias) return values;
            else if (initialisation == Initialisation.He) stream.FillNormal(values, 0, MathF.Sqrt(2f / spec.FanIn));
            else Uniform(6f / (spec.FanIn + spec.FanOut));
            return values;

            void Uniform(float squaredBound) => stream.Fill(values, -MathF.Sqrt(squaredBound), MathF.Sqrt(squaredBound));
        }
    }
}
