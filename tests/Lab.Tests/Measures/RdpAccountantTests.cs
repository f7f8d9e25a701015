using Grid.Lab.Measures;

namespace Grid.Lab.Tests.Measures;

public sealed class RdpAccountantTests
{
    /// <summary>Computed by an independent implementation; the older conversion is the one that Opacus' early figures rest on.</summary>
    [Theory]
    [InlineData(0.004, 0.7, 11_250, 6.113, 6.863)]
    [InlineData(0.004, 1.1, 15_000, 2.506, 2.905)]
    [InlineData(0.004, 1.3, 3_750, 0.922, 1.160)]
    [InlineData(0.01, 1, 1_000, 2.108, 2.538)]
    public void Epsilons_are_those_of_other_accountants(double rate, double noise, int steps, double epsilon, double older)
    {
        Assert.Equal(epsilon, RdpAccountant.Epsilon(rate, noise, steps, 1e-5), 5e-4);
        Assert.Equal(older, RdpAccountant.OlderEpsilon(rate, noise, steps, 1e-5), 5e-4);
    }

    [Theory, InlineData(2, 1.71813e-4), InlineData(8, 8.93644e-4)]
    public void The_divergence_of_one_step_is_that_of_other_accountants(int order, double divergence) =>
        Assert.Equal(divergence, RdpAccountant.Divergence(0.01, 1, order), 1e-9);

    [Theory, InlineData(0.5, 2), InlineData(1.3, 7), InlineData(4, 64)]
    public void The_whole_set_in_every_step_is_the_plain_Gaussian_mechanism(double noise, int order) =>
        Assert.Equal(order / (2 * noise * noise), RdpAccountant.Divergence(1, noise, order), 1e-9 * order / noise / noise);

    [Fact]
    public void More_noise_costs_less_and_more_steps_or_larger_batches_more()
    {
        var epsilon = RdpAccountant.Epsilon(0.01, 1, 1000, 1e-5);
        Assert.True(RdpAccountant.Epsilon(0.01, 1.2, 1000, 1e-5) < epsilon);
        Assert.True(RdpAccountant.Epsilon(0.01, 1, 2000, 1e-5) > epsilon);
        Assert.True(RdpAccountant.Epsilon(0.02, 1, 1000, 1e-5) > epsilon);
        Assert.True(RdpAccountant.Epsilon(0.01, 1, 1000, 1e-3) < epsilon);
        Assert.Equal(0, RdpAccountant.Epsilon(0.01, 1, 0, 1e-5));
        Assert.Equal(double.PositiveInfinity, RdpAccountant.Epsilon(0.01, 0, 1, 1e-5));
    }
}
