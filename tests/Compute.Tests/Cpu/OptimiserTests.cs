using Grid.Compute.Cpu;

namespace Grid.Compute.Tests.Cpu;

public sealed class OptimiserTests
{
    static readonly CpuDevice Device = new();

    [Fact]
    public void Adam_follows_the_published_algorithm() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        var count = dice.Int(1, 40);
        var rule = new AdamRule(0.01f, 0.9f, 0.999f, 1e-8f);
        var start = dice.Floats(count);
        var parameter = Device.Upload(start, [count]);
        var (mean, variance) = (Device.Zeros([count]), Device.Zeros([count]));
        var (p, m, v) = (Check.Wide(start), new double[count], new double[count]);
        for (var step = 1; step <= 30; step++)
        {
            var g = dice.Floats(count);
            Device.AdamInto(parameter, Device.Upload(g, [count]), mean, variance, step, rule);
            for (var i = 0; i < count; i++)
            {
                m[i] = rule.Beta1 * m[i] + (1 - rule.Beta1) * g[i];
                v[i] = rule.Beta2 * v[i] + (1 - rule.Beta2) * g[i] * g[i];
                var (mHat, vHat) = (m[i] / (1 - Math.Pow(rule.Beta1, step)), v[i] / (1 - Math.Pow(rule.Beta2, step)));
                p[i] -= rule.Rate * mHat / (Math.Sqrt(vHat) + rule.Epsilon);
            }
        }

        Check.Close(p, parameter, 2e-6);
        Check.Close(m, mean, 1e-6);
        Check.Close(v, variance, 1e-6);
    });

    [Fact]
    public void Descent_with_and_without_momentum_equals_the_naive_one() => Check.Property(dice =>
    {
        using var scope = Device.Scope();
        var count = dice.Int(1, 40);
        var start = dice.Floats(count);
        var (plain, heavy, velocity) = (Device.Upload(start, [count]), Device.Upload(start, [count]), Device.Zeros([count]));
        var (p, q, v) = (Check.Wide(start), Check.Wide(start), new double[count]);
        for (var step = 0; step < 20; step++)
        {
            var g = dice.Floats(count);
            var gradient = Device.Upload(g, [count]);
            Device.DescendInto(plain, gradient, null, 0.1f, 0);
            Device.DescendInto(heavy, gradient, velocity, 0.1f, 0.9f);
            for (var i = 0; i < count; i++)
            {
                p[i] -= 0.1 * g[i];
                v[i] = 0.9 * v[i] + g[i];
                q[i] -= 0.1 * v[i];
            }
        }

        Check.Close(p, plain, 3e-6);
        Check.Close(q, heavy, 3e-6);
    });
}
