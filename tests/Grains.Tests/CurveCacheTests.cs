using Grid.Grains.Curves;
using Grid.Sweeps.Results;

namespace Grid.Grains.Tests;

public sealed class CurveCacheTests : IDisposable
{
    readonly ManualResetEventSlim _go = new(initialState: true);
    readonly List<int> _drawn = [];
    readonly CurveCache _cache;
    long _version;

    // The number of results stands for what they are.
    public CurveCacheTests() => _cache = new(results =>
    {
        _go.Wait();
        lock (_drawn) _drawn.Add(results.Count);
        return results.Count == 13 ? throw new InvalidOperationException("unlucky") : new([], []);
    }, Task.Factory);

    public void Dispose() => _go.Dispose();

    Task<Drawings> Ask(int results) => _cache.Of(() => Volatile.Read(ref _version), () => new CellResult?[results]);

    [Fact]
    public async Task It_is_drawn_once_until_something_has_changed()
    {
        var first = await Ask(1);
        Assert.Same(first, await Ask(2));
        _version++;
        Assert.NotSame(first, await Ask(3));
        Assert.Equal([1, 3], _drawn);
    }

    [Fact]
    public async Task Who_asks_while_an_older_one_is_drawn_gets_what_is_known_by_then_and_all_of_them_the_same()
    {
        _go.Reset();
        var older = Ask(1);
        var same = Ask(1);
        _version++;
        Task<Drawings>[] newer = [Ask(2), Ask(2), Ask(2)];
        _go.Set();

        Assert.Same(await older, await same);
        var drawn = await Task.WhenAll(newer);
        Assert.NotSame(await older, drawn[0]);
        Assert.All(drawn, d => Assert.Same(drawn[0], d));
        Assert.Equal([1, 2], _drawn);
    }

    [Fact]
    public async Task A_drawing_that_failed_is_tried_again()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => Ask(13));
        Assert.NotNull(await Ask(1));
    }
}
