using Grid.Compute;
using Grid.Compute.Cpu;
using Grid.Lab.Defenses;
using Grid.Lab.Defenses.Training;
using Grid.Lab.Models;
using Grid.Lab.Models.Architectures;
using Grid.Lab.Training;

namespace Grid.Lab.Tests.Defenses;

public sealed class PgdTrainingTests : IDisposable
{
    readonly CpuDevice _device = new();

    public void Dispose() => _device.Dispose();

    float[] Loss(Defense defense, double progress)
    {
        using var network = SmallData.Network(_device, new Cnn());
        var tape = new Tape(_device);
        var batch = SmallData.TestBatch(_device, ..50);
        return defense.Loss(new TrainingStep(tape, network, Array.ConvertAll(network.Parameters, Tape.Watch), batch, [3], 7, progress,
            default)).Value.ToArray();
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(0.1, 0.05)]
    [InlineData(0.2, 0.1)]
    [InlineData(0.4, 0.2)]
    [InlineData(0.9, 0.2)]
    public void Epsilon_rises_in_a_straight_line_and_stays(double progress, double epsilon) => Assert.Equal(
        epsilon == 0 ? Loss(new None(), progress) : Loss(new PgdTraining(epsilon, warmUp: 0), progress),
        Loss(new PgdTraining(0.2, warmUp: 0.4), progress));
}
