using Grid.Compute;

namespace Grid.Torch.Tests;

public sealed class OptimisersTests
{
    [Fact]
    public void Twenty_steps_of_Adam_agree() => Pair.Property(dice =>
    {
        var count = dice.Int(1, 50);
        var start = dice.Floats(count);
        var gradients = Enumerable.Range(0, 20).Select(_ => dice.Floats(count)).ToArray();
        var rule = new AdamRule(0.01f, 0.9f, 0.999f, 1e-8f);
        Pair.Agree(device =>
        {
            var (parameter, mean, variance) = (device.Upload(start, [count]), device.Zeros([count]), device.Zeros([count]));
            for (var step = 0; step < gradients.Length; step++)
                device.AdamInto(parameter, device.Upload(gradients[step], [count]), mean, variance, step + 1, rule);
            return device.Concat(parameter, mean, variance);
        });
    }, tests: 20);

    [Fact]
    public void Descent_agrees_with_momentum_and_without() => Pair.Property(dice =>
    {
        var count = dice.Int(1, 50);
        var (start, gradient) = (dice.Floats(count), dice.Floats(count));
        foreach (var momentum in new float?[] { null, 0.9f })
            Pair.Agree(device =>
            {
                var (parameter, velocity, g) =
                    (device.Upload(start, [count]), momentum is null ? null : device.Zeros([count]), device.Upload(gradient, [count]));
                for (var step = 0; step < 10; step++) device.DescendInto(parameter, g, velocity, 0.1f, momentum ?? 0);
                return parameter;
            });
    }, tests: 20);

    [Fact]
    public void Steps_of_networks_at_rates_of_their_own_agree() => Pair.Property(dice =>
    {
        var (networks, count) = (dice.Int(1, 4), dice.Int(1, 50));
        var (start, rates) = (dice.Floats(networks * count), dice.Floats(networks, 0.001f, 0.1f));
        var gradients = Enumerable.Range(0, 10).Select(_ => dice.Floats(networks * count)).ToArray();
        var rule = new AdamRule(float.NaN, 0.9f, 0.999f, 1e-8f);
        foreach (var momentum in new float?[] { null, 0, 0.9f })
            Pair.Agree(device =>
            {
                Tensor Of(float[] values) => device.Upload(values, [networks, count]);
                Tensor[] parameter = [Of(start)], first = [device.Zeros([networks, count])], second = [device.Zeros([networks, count])];
                for (var step = 0; step < gradients.Length; step++)
                {
                    if (momentum is { } kept) device.DescendInto(parameter, [Of(gradients[step])], kept == 0 ? null : first, rates, kept);
                    else device.AdamInto(parameter, [Of(gradients[step])], first, second, step + 1, rule, rates);
                }

                return parameter[0];
            });
    }, tests: 20);
}
