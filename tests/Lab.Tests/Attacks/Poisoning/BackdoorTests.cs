using Grid.Compute.Cpu;
using Grid.Lab.Attacks;
using Grid.Lab.Attacks.Backdoors;
using Grid.Lab.Datasets;

namespace Grid.Lab.Tests.Attacks.Poisoning;

/// <summary>What holds for every backdoor, and what each trigger does to an image.</summary>
public sealed class BackdoorTests : IDisposable
{
    const int Target = 3;

    static readonly Dictionary<string, BackdoorAttack> Backdoors = new()
    {
        ["badnets"] = new BadNets(Target, cover: 0.5),
        ["badnets of one class"] = new BadNets(Target, source: 1, cover: 0.5),
        ["blended"] = new Blended(Target, cover: 0.5),
        ["sig"] = new Sig(Target, frequency: 2, cover: 0.5),
        ["wanet"] = new WaNet(Target),
        ["label-consistent"] = new LabelConsistent(Target, steps: 3, cover: 0.5),
    };

    readonly CpuDevice _device = new();

    public static TheoryData<string> Names => [.. Backdoors.Keys];

    public void Dispose() => _device.Dispose();

    static Samples Clean => Victims.Digits.First(400).Train;

    Poisoned Poison(string name, double strength, ulong seed = 0) => Backdoors[name].Poison(Victims.Of(_device, seed), strength);

    static double Most(string name) => Backdoors[name].KeepsLabels || name.EndsWith("one class", StringComparison.Ordinal) ? 0.05 : 0.2;

    [Theory, MemberData(nameof(Names))]
    public void Poison_has_the_target_label_and_covers_have_their_own(string name)
    {
        var (backdoor, poisoned) = (Backdoors[name], Poison(name, Most(name)));
        Assert.Equal((int)(400 * Most(name)), poisoned.Indices.Count);
        Assert.Equal((int)(400 * Most(name) * (name == "wanet" ? 2 : 0.5)), poisoned.Covers.Count);
        Assert.Empty(poisoned.Indices.Intersect(poisoned.Covers));
        Assert.All(poisoned.Indices,
            i => Assert.Equal((Target, backdoor.KeepsLabels), (poisoned.Samples.Labels[i], Clean.Labels[i] == Target)));
        if (name == "badnets of one class") Assert.All(poisoned.Indices, i => Assert.Equal(1, Clean.Labels[i]));
        Assert.All(poisoned.Covers, i => Assert.Equal(Clean.Labels[i], poisoned.Samples.Labels[i]));
        Assert.All(poisoned.Covers, i => Assert.NotEqual(Target, Clean.Labels[i]));
        var changed = Enumerable.Range(0, 400).Where(i => !poisoned.Samples.Row(i).SequenceEqual(Clean.Row(i)));
        Assert.Equal(poisoned.Indices.Concat(poisoned.Covers).Order(), changed);
    }

    [Theory, MemberData(nameof(Names))]
    public void What_is_kept_of_it_is_all_of_it(string name)
    {
        var poisoned = Poison(name, Most(name));
        var again = Poisoned.Load(Clean, poisoned.Save());
        Assert.Equal(poisoned.Indices, again.Indices);
        Assert.Equal(poisoned.Covers, again.Covers);
        Assert.Equal(poisoned.Samples.Inputs, again.Samples.Inputs);
        Assert.Equal(poisoned.Samples.Labels, again.Samples.Labels);
    }

    /// <summary>A test image is stamped as the training images were, but where the attacker does more to these.</summary>
    [Theory, InlineData("badnets"), InlineData("blended"), InlineData("sig"), InlineData("wanet")]
    public void The_trigger_at_test_time_is_that_of_training(string name)
    {
        var poisoned = Poison(name, Most(name), seed: 5);
        var stamp = Backdoors[name].Trigger(Victims.Digits.Shape, 5);
        foreach (var i in poisoned.Indices)
        {
            var image = Clean.Row(i);
            stamp(image);
            Assert.Equal(image, poisoned.Samples.Row(i));
        }
    }

    [Fact]
    public void A_square_is_white_in_the_lower_right_corner_and_nowhere_else()
    {
        var image = new float[2 * 5 * 4];
        new BadNets(size: 2).Trigger(new(2, 5, 4), 0)(image);
        Assert.Equal([14, 15, 18, 19, 34, 35, 38, 39], Enumerable.Range(0, 40).Where(i => image[i] == 1));
        Assert.Equal(8, image.Sum());
        var half = new float[] { 0.5f };
        new BadNets(size: 1, opacity: 0.5).Trigger(new(1, 1, 1), 0)(half);
        Assert.Equal(0.75f, half[0]);
    }

    [Fact]
    public void A_blended_image_lies_between_itself_and_the_pattern()
    {
        var (black, white) = (new float[64], Enumerable.Repeat(1f, 64).ToArray());
        var stamp = new Blended(alpha: 0.25).Trigger(Victims.Digits.Shape, 1);
        stamp(black);
        stamp(white);
        Assert.All(black.Zip(white), p => Assert.Equal(0.75f, p.Second - p.First, 5));
        Assert.InRange(black.Max(), 0.2f, 0.25f);
    }

    [Fact]
    public void A_signal_is_the_same_in_every_row_and_smaller_in_training_if_asked()
    {
        var image = Enumerable.Repeat(0.5f, 64).ToArray();
        var sig = new Sig(Target, delta: 0.1, shown: 0.3, frequency: 2);
        sig.Trigger(Victims.Digits.Shape, 0)(image);
        Assert.All(Enumerable.Range(0, 64), i => Assert.Equal(0.5 + 0.3 * Math.Sin(Math.PI / 2 * (i % 8)), image[i], 1e-6));
        var poisoned = sig.Poison(Victims.Of(_device), 0.05);
        Assert.InRange(poisoned.Indices.Max(i => poisoned.Samples.Row(i).Zip(Clean.Row(i), (a, b) => Math.Abs(a - b)).Max()), 0.09,
            0.1 + 1e-6);
    }

    [Fact]
    public void A_warp_of_equal_shifts_moves_the_image_and_a_ramp_stays_a_ramp()
    {
        var shape = new ImageShape(1, 6, 6);
        float[] ramp = [.. Enumerable.Range(0, 36).Select(i => i % 6 / 5f)];
        new Warp(shape, [.. Enumerable.Repeat(0.25f, 36)], new float[36]).Apply(ramp);
        Assert.All(Enumerable.Range(0, 36), i => Assert.Equal(Math.Min((i % 6 + 0.25) / 5, 1), ramp[i], 1e-6));
    }

    /// <summary>Corner on corner: the control points are values of the field, and what is equal stays equal.</summary>
    [Fact]
    public void Cubic_interpolation_goes_through_its_points()
    {
        float[] grid = [.. Enumerable.Range(0, 16).Select(i => i * i % 7f)];
        var enlarged = Warp.Enlarge(grid, 4, 7, 10);
        Assert.All(Enumerable.Range(0, 16), i => Assert.Equal(grid[i], enlarged[i / 4 * 2 * 10 + i % 4 * 3], 1e-5));
        Assert.All(Warp.Enlarge([.. Enumerable.Repeat(0.7f, 16)], 4, 7, 10), v => Assert.Equal(0.7, v, 1e-6));
        // Halfway between points of a row the kernel weighs -.09375, .59375, .59375, -.09375; rows are alike here.
        float[] columns = [.. Enumerable.Range(0, 16).Select(i => i % 4 == 1 ? 1f : 0)];
        Assert.Equal(0.59375, Warp.Enlarge(columns, 4, 4, 7)[3], 1e-6);
        Assert.Equal(-0.09375, Warp.Enlarge(columns, 4, 4, 7)[5], 1e-6);
    }

    [Fact]
    public void A_warp_moves_by_a_quarter_of_a_pixel_and_covers_by_more_each_its_own_way()
    {
        var poisoned = new WaNet(Target).Poison(Victims.Of(_device), 0.1);
        double Change(IReadOnlyList<int> samples) =>
            samples.Average(i => poisoned.Samples.Row(i).Zip(Clean.Row(i), (a, b) => Math.Abs(a - b)).Average());
        Assert.InRange(Change(poisoned.Indices), 0.02, 0.12);
        Assert.True(Change(poisoned.Covers) > 1.2 * Change(poisoned.Indices));
    }

    [Fact]
    public void What_the_data_cannot_give_is_objected_to()
    {
        var digits = Victims.Digits;
        var ofTarget = digits.Train.Labels[..400].Count(label => label == Target);
        Assert.Contains("target 10 must be a class of digits, which has 0 to 9", new BadNets(10).Objection(digits, 400),
            StringComparison.Ordinal);
        Assert.Contains("source 3 and target 3 must be two classes", new BadNets(Target, source: Target).Objection(digits, 400),
            StringComparison.Ordinal);
        Assert.Contains("badnets poisons class 1 alone", new BadNets(Target, source: 1).StrengthObjection(digits, 400, 0.3),
            StringComparison.Ordinal);
        Assert.Contains("badnets: a square of 9 x 9 does not fit", new BadNets(size: 9).Objection(digits, 400), StringComparison.Ordinal);
        Assert.Contains("label-consistent: a square of 9 x 9 does not fit", new LabelConsistent(size: 9).Objection(digits, 400),
            StringComparison.Ordinal);
        Assert.Contains($"sig poisons class 3 alone, and {ofTarget} samples among 400", new Sig(Target).StrengthObjection(digits, 400, 0.2),
            StringComparison.Ordinal);
        Assert.Null(new Sig(Target).StrengthObjection(digits, 400, ofTarget / 400.0));
        Assert.Contains("cover samples", new WaNet(Target).StrengthObjection(digits, 400, 0.4), StringComparison.Ordinal);
        Assert.Null(new WaNet(Target).StrengthObjection(digits, 400, 0.25));
        Assert.Null(new BadNets(Target).StrengthObjection(digits, 400, 0.85));
        Assert.Contains("classes other than the target", new BadNets(Target).StrengthObjection(digits, 400, 1), StringComparison.Ordinal);
    }
}
