using Grid.Lab.Experiments;
using Grid.Silo.Telemetry;

namespace Grid.Silo.Tests.Telemetry;

public sealed class FailureReasonTests
{
    [Fact]
    public void A_cell_that_overran_has_timed_out() =>
        Assert.Equal(FailureReason.Timeout, FailureReason.Of(new CellDeadline(TimeSpan.FromSeconds(1), TimeProvider.System).Reason));

    [Theory]
    [InlineData(FailureReason.OutOfMemory, "Out of memory on cpu, also at half the batch.")]
    [InlineData(FailureReason.OutOfMemory, "OutOfMemoryException: Array dimensions exceeded supported range.")]
    [InlineData(FailureReason.GivenUp, "Given up after 3 attempts: its workers were lost or met errors; their silos' logs tell more.")]
    [InlineData(FailureReason.Fault, "NullReferenceException: Object reference not set to an instance of an object.")]
    [InlineData(FailureReason.Experiment, "the loss is not a number")]
    [InlineData(FailureReason.Experiment, "")]
    public void Errors_are_of_few_kinds(string reason, string error) => Assert.Equal(reason, FailureReason.Of(error));

    [Fact]
    public void Every_kind_is_there_from_the_start() => Assert.Distinct(FailureReason.All);
}
