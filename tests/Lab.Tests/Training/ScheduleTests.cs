using Grid.Lab.Catalog;
using Grid.Lab.Tests.Catalog;
using Grid.Lab.Training;
using Grid.Sweeps.Catalog;

namespace Grid.Lab.Tests.Training;

public sealed class ScheduleTests
{
    public static TheoryData<string> Schedules => [.. Catalogue.Vocabulary.In(Category.Schedule).Select(e => e.Name)];

    [Theory, MemberData(nameof(Schedules))]
    public void A_factor_starts_at_1_and_never_rises_or_turns_negative(string schedule)
    {
        var rule = Choices.Create<Schedule>(Category.Schedule, schedule);
        var factors = Enumerable.Range(0, 1000).Select(i => rule.Factor(i / 1000.0)).ToArray();
        Assert.Equal(1, factors[0]);
        Assert.Equal(factors.OrderDescending(), factors);
        Assert.All(factors, factor => Assert.InRange(factor, 0, 1));
    }

    [Theory]
    [InlineData(0.25, 0.8535533905932737)]
    [InlineData(0.5, 0.5)]
    [InlineData(0.999999, 2.467e-12)]
    public void Cosine_follows_half_a_wave(double progress, double factor) => Assert.Equal(factor, new Cosine().Factor(progress), 1e-14);

    [Theory]
    [InlineData(0.33, 1)]
    [InlineData(0.34, 0.1)]
    [InlineData(0.66, 0.1)]
    [InlineData(0.67, 0.01)]
    public void Steps_divide_the_run_equally(double progress, double factor) =>
        Assert.Equal(factor, new StepDecay().Factor(progress), 1e-12);
}
