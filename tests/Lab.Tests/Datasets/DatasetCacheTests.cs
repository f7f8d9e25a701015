using Grid.Lab.Datasets;
using Grid.Lab.Datasets.Files;
using Grid.Lab.Datasets.Sources;

namespace Grid.Lab.Tests.Datasets;

public class DatasetCacheTests
{
    [Fact]
    public async Task Callers_at_the_same_time_share_one_load()
    {
        var source = new Gated();
        var cache = new DatasetCache(RealData.DataFolder());

        var callers = Enumerable.Range(0, 10).Select(_ => cache.Load("gated", source, null, CancellationToken.None)).ToList();
        source.Gate.SetResult();
        var loaded = await Task.WhenAll(callers);

        Assert.Equal(1, source.Loads);
        Assert.All(loaded, dataset => Assert.Same(loaded[0], dataset));
        Assert.Same(loaded[0], await cache.Load("gated", source, null, CancellationToken.None));
    }

    [Fact]
    public async Task A_failed_load_is_tried_again()
    {
        var cache = new DatasetCache(RealData.DataFolder());
        var source = new Gated();
        source.Gate.SetException(new LabException("offline"));
        await Assert.ThrowsAsync<LabException>(() => cache.Load("gated", source, null, CancellationToken.None));

        source.Gate = new TaskCompletionSource();
        source.Gate.SetResult();

        Assert.Equal("gated", (await cache.Load("gated", source, null, CancellationToken.None)).Name);
    }

    [Fact]
    public async Task A_caller_that_gives_up_takes_nobody_along()
    {
        using var first = new CancellationTokenSource();
        var source = new Gated();
        var cache = new DatasetCache(RealData.DataFolder());
        var givesUp = cache.Load("gated", source, null, first.Token);
        var stays = cache.Load("gated", source, null, CancellationToken.None);

        await first.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => givesUp);
        source.Gate.SetResult();

        Assert.Equal("gated", (await stays).Name);
    }

    [Fact]
    public async Task Other_parameters_are_another_data_set()
    {
        var source = new Gated();
        source.Gate.SetResult();
        var cache = new DatasetCache(RealData.DataFolder());
        Assert.NotSame(await cache.Load("a", source, null, CancellationToken.None),
            await cache.Load("b", source, null, CancellationToken.None));
    }

    sealed class Gated : DataSource
    {
        public TaskCompletionSource Gate { get; set; } = new();

        public int Loads { get; private set; }

        public override async Task<Dataset> Load(DataFolder folder, IProgress<string>? progress, CancellationToken ct)
        {
            Loads++;
            await Gate.Task.WaitAsync(ct);
            var samples = new Samples([0f, 1f], [0, 1]);
            return new Dataset("gated", new ImageShape(1, 1, 1), 2, samples, samples, "00");
        }
    }
}
