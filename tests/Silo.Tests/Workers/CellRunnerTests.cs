using System.Threading.Channels;
using Grid.Compute;
using Grid.Contracts;
using Grid.Silo.Devices;
using Grid.Silo.Workers;
using Grid.Sweeps.Cells;
using Grid.Sweeps.Results;
using Grid.Sweeps.Spec;
using Microsoft.Extensions.Time.Testing;

namespace Grid.Silo.Tests.Workers;

/// <summary>How long a cell may go on without a sign of life, where its sweep sets no limit.</summary>
public sealed class CellRunnerTests : IDisposable
{
    static readonly TimeSpan Silence = TimeSpan.FromHours(24), HangTime = TimeSpan.FromMinutes(1);

    readonly FakeTimeProvider _clock = new(Make.Noon);
    readonly Laboratory _laboratory = new();
    readonly HangDetector _patience;
    readonly DeviceCellRunner _runner;
    readonly Job _job;

    public CellRunnerTests()
    {
        _patience = new(HangTime, _clock);
        _runner = new(new PoolThread(), _laboratory, _patience, Silence, Make.Here, _clock);
        var cell = Make.Cell(1);
        var lease = new GroupLease(
            "s-0", 0, 7, cell, [new(0, 0.1, CellId.Of(cell, "sha", "1"), DateTimeOffset.MinValue)], 1, TestCluster.LeaseTime,
            null, null, Limits.Default);
        _job = new(lease, 0, null, default);
        _job.Claim([new(null, true, 0)]);
    }

    public void Dispose()
    {
        _laboratory.End();
        _job.Dispose();
    }

    [Fact]
    public async Task A_cell_that_is_silent_for_too_long_is_a_fault()
    {
        var run = _runner.Run(_job, _ => { });
        await _laboratory.Says("epoch 1 of 2");
        _clock.Advance(Silence - TimeSpan.FromSeconds(1));
        // A word, and it has as long again.
        await _laboratory.Says("epoch 2 of 2");
        _clock.Advance(Silence - TimeSpan.FromSeconds(1));
        Assert.False(_laboratory.Unwanted.IsCancellationRequested);

        _clock.Advance(TimeSpan.FromSeconds(2));

        var fault = await Assert.ThrowsAsync<TimeoutException>(() => run);
        Assert.Equal("no word and no result of it for 24h (Grid:SilentTime): it hangs", fault.Message);
        Assert.False(_runner.Hung.IsCompleted);
    }

    [Fact]
    public async Task A_cell_that_is_silent_and_does_not_obey_is_one_whose_device_hangs()
    {
        _laboratory.Obeys = false;
        var run = _runner.Run(_job, _ => { });
        await _laboratory.Says("epoch 1 of 2");
        _clock.Advance(Silence);
        Assert.True(_laboratory.Unwanted.IsCancellationRequested);

        _clock.Advance(HangTime);

        Assert.Contains("it hangs", await _runner.Hung);
        Assert.False(run.IsCompleted);
    }

    [Fact]
    public async Task A_cell_that_is_cancelled_is_no_fault()
    {
        var run = _runner.Run(_job, _ => { });
        await _laboratory.Says("epoch 1 of 2");
        _job.Cancel();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => run);
    }

    sealed class PoolThread : IDeviceThread
    {
        public Task<int> Replicas => Task.FromResult(1);

        public Task Run(Action<Device> work) => Task.Run(() => work(null!));

        public void Dispose()
        {
        }
    }

    /// <summary>An experiment that says what the test has it say, and never comes to a result.</summary>
    sealed class Laboratory : IExperiments
    {
        readonly Channel<string?> _wanted = Channel.CreateUnbounded<string?>(), _said = Channel.CreateUnbounded<string?>();

        public bool Obeys { get; set; } = true;

        public CancellationToken Unwanted { get; private set; }

        public async Task Says(string line)
        {
            _wanted.Writer.TryWrite(line);
            await _said.Reader.ReadAsync();
        }

        public void End() => _wanted.Writer.TryWrite(null);

        public void Run(
            IReadOnlyList<(Cell Cell, CellId Id)> cells, Device device, int attempt, Action<string> report,
            Action<CellResult> done, CancellationToken ct)
        {
            Unwanted = ct;
            while (_wanted.Reader.ReadAsync(Obeys ? ct : CancellationToken.None).AsTask().GetAwaiter().GetResult() is { } line)
            {
                report(line);
                _said.Writer.TryWrite(line);
            }
        }
    }
}
