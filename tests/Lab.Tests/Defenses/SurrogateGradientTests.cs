using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Attacks.Bilevel;
using Grid.Lab.Attacks.Evasion;
using Grid.Lab.Attacks.Perturbations;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Input;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;

namespace Grid.Lab.Tests.Defenses;

/// <summary>What an attacker follows through a step that has no derivative.</summary>
public sealed class SurrogateGradientTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    [Fact]
    public void Is_the_mean_of_the_gradients_behind_the_step_and_before_it()
    {
        var classifier = new BitDepth(1).Wrap(new Squares(_device));
        var (tape, images) = (new Tape(_device), Tape.Watch(_device.Upload([0.2f, 0.6f], [1, 1, 1, 2])));
        var logits = classifier.Logits(tape, images);
        Assert.Equal([0, 1], logits.Value.ToArray());
        // d x^2 = 2 x at 0 and 1, and at .2 and .6
        Assert.Equal([0.2f, 1.6f], tape.Gradient(logits, images).ToArray());
    }

    [Theory]
    [InlineData("bit-depth", 1)]
    [InlineData("bit-depth", 2)]
    [InlineData("bit-depth", 3)]
    [InlineData("jpeg", 25)]
    [InlineData("jpeg", 50)]
    public void Leads_an_attack_that_knows_the_step_no_less_far_than_one_that_does_not(string name, int setting)
    {
        using var network = SmallData.Network(_device, new Cnn());
        var defense = Made.Make(name, (name == "jpeg" ? "quality" : "bits", setting));
        var (batch, target) = (SmallData.TestBatch(_device, ..500), defense.Wrap(network));
        var pgd = new Pgd(steps: 20);
        foreach (var strength in new[] { 0.05, 0.1, 0.2 })
        {
            using var scope = _device.Scope();
            var adaptive = Right(pgd.Perturb(target, batch, [strength], 0, CancellationToken.None)[0]);
            var naive = Right(pgd.Perturb(new UndefendedProxy(network), batch, [strength], 0, CancellationToken.None)[0]);
            TestContext.Current.TestOutputHelper?.WriteLine($"{name} {setting} {strength}: {adaptive} {naive}");
            // Two climbs from one start end apart: a sample of 500 says nothing.
            Assert.True(adaptive <= naive + 2, $"{adaptive} adaptive, {naive} naive at {strength}");
        }

        int Right(Tensor images) => target.Predict(images).ToArray().Zip(batch.Labels.ToArray()).Count(p => p.First == p.Second);
    }

    /// <summary>Logits are pixels squared.</summary>
    sealed class Squares(Device device) : Classifier(device)
    {
        public override Variable Logits(Tape tape, Variable images)
        {
            var x = tape.Reshape(images, [images.Shape.Rows, images.Shape.RowSize]);
            return tape.Multiply(x, x);
        }
    }
}
