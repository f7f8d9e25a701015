using Grid.Compute.Cpu;
using Grid.Compute.Random;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Datasets;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;

namespace Grid.Lab.Tests.Attacks.Poisoning;

/// <summary>The gradient of the bilevel objective against differences of the objective itself, retrained to convergence.</summary>
public sealed class LearnerTests : IDisposable
{
    const int Pixels = 3;
    const int Poison = 20;

    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    /// <summary>Two clouds in the unit cube, and a point that lies in the wrong one.</summary>
    internal static Samples Clouds(string purpose, int count)
    {
        var (inputs, labels) = (new float[count * Pixels], new int[count]);
        for (var i = 0; i < count; i++)
        {
            labels[i] = i % 2;
            new PhiloxStream(5, purpose, (ulong)i).Fill(inputs.AsSpan(i * Pixels, Pixels), labels[i] * 0.35f, 0.65f + (labels[i] * 0.35f));
        }

        return new(inputs, labels);
    }

    static readonly Samples Held = Clouds("held", 40);

    static readonly Samples Train = new([.. Clouds("train", Poison).Inputs, 0.2f, 0.4f, 0.3f], [.. Clouds("train", Poison).Labels, 1]);

    static readonly Dataset Data = new("clouds", new ImageShape(1, 1, Pixels), 2, Train, Held, "clouds");

    Learner Make(string kind)
    {
        var model = new Mlp(hidden: 3);
        return kind == "mlp"
            ? new Learner(_device, model, Data, Train,
                [.. Initial.Values(model.Parameters(Data.Shape, 2), Initialisation.He, 1).SelectMany(v => v)], 0.01,
                squared: false, default)
            : new LinearLearner(_device, Data, Train, 0.01, squared: kind == "ridge", default);
    }

    [Theory, InlineData("mlp", 20), InlineData("softmax", 8), InlineData("ridge", 8)]
    public void The_pixel_gradient_equals_differences_of_the_retrained_validation_loss(string kind, int weights)
    {
        var learner = Make(kind);
        Assert.Equal(weights, learner.Weights.Length);
        var (images, labels) = Learner.Upload(_device, Data.Shape, Held);
        learner.Fit(200, 1e-7);
        var (minimum, at) = (learner.Weights, learner.Row(Poison));
        var gradient = learner.PixelGradient(Poison, images, labels);

        var differences = Enumerable.Range(0, Pixels).Select(i => (Loss(i, 0.05f) - Loss(i, -0.05f)) / 0.1).ToArray();

        var (dot, a, b) = (0.0, 0.0, 0.0);
        for (var i = 0; i < Pixels; i++)
            (dot, a, b) = (dot + (gradient[i] * differences[i]), a + (gradient[i] * gradient[i]), b + (differences[i] * differences[i]));
        Assert.InRange(dot / Math.Sqrt(a * b), 0.999, 1.0001);
        Assert.InRange(Math.Sqrt(a / b), 0.98, 1.02);

        double Loss(int pixel, float step)
        {
            var moved = (float[])at.Clone();
            moved[pixel] += step;
            learner.Move(Poison, moved);
            learner.Weights = minimum;
            learner.Fit(200, 1e-7);
            return learner.Loss(images, labels);
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void Second_derivatives_in_closed_form_equal_differences_of_gradients(bool ridge)
    {
        var exact = new LinearLearner(_device, Data, Train, 0.01, ridge, default);
        exact.Fit(50, 1e-7);
        var general = new Learner(_device, new Softmax(), Data, Train, exact.Weights, 0.01, ridge, default);
        var (images, labels) = Learner.Upload(_device, Data.Shape, Held);

        var (closed, differences) = (exact.PixelGradient(Poison, images, labels), general.PixelGradient(Poison, images, labels));

        Assert.All(closed.Zip(differences), p => Assert.Equal(p.First, p.Second, 0.01 * closed.Max(Math.Abs)));
    }

    [Fact]
    public void Ridge_regression_finds_the_solution_of_its_normal_equations()
    {
        var learner = new LinearLearner(_device, Data, Train, 0.01, squared: true, default);
        learner.Fit(5, 1e-7);
        // The gradient of the mean squared error, by hand: (W x + b - y) x^T / n + lambda W = 0.
        var w = learner.Weights;
        for (var k = 0; k < 2; k++)
        {
            for (var j = 0; j <= Pixels; j++)
            {
                var sum = 0.0;
                for (var i = 0; i < Train.Count; i++)
                {
                    var error = w[(2 * Pixels) + k] - (Train.Labels[i] == k ? 1.0 : 0);
                    for (var p = 0; p < Pixels; p++) error += w[(k * Pixels) + p] * Train.Inputs[(i * Pixels) + p];
                    sum += error * (j == Pixels ? 1 : Train.Inputs[(i * Pixels) + j]);
                }

                Assert.Equal(0, (sum / Train.Count) + (0.01 * w[j == Pixels ? (2 * Pixels) + k : (k * Pixels) + j]), 1e-6);
            }
        }
    }

    [Fact]
    public void Conjugate_gradient_solves_a_small_system_and_stops_at_negative_curvature()
    {
        static float[] Product(float[] v) => [(4 * v[0]) + v[1], v[0] + (3 * v[1])];
        var x = ConjugateGradient.Solve(Product, [1, 2], null, 1e-6, 50);
        Assert.Equal(1 / 11.0, x[0], 1e-6);
        Assert.Equal(7 / 11.0, x[1], 1e-6);
        Assert.Equal(x, ConjugateGradient.Solve(Product, [1, 2], x, 1e-5, 50));

        Assert.Equal([1f, 2f], ConjugateGradient.Solve(v => [-v[0], -v[1]], [1, 2], null, 1e-6, 50));
    }
}
