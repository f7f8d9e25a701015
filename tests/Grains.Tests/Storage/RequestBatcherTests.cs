using Grid.Grains.Storage;

namespace Grid.Grains.Tests.Storage;

public sealed class RequestBatcherTests
{
    readonly List<int[]> _batches = [];
    readonly TaskCompletionSource _first = new();
    readonly TaskCompletionSource _go = new();

    // Squares; the first batch is answered when told to.
    async Task<IReadOnlyList<int>> Squares(IReadOnlyList<int> numbers)
    {
        _batches.Add([.. numbers]);
        _first.TrySetResult();
        await _go.Task;
        return [.. numbers.Select(n => n * n)];
    }

    [Fact]
    public async Task What_comes_meanwhile_makes_the_next_batches_in_the_order_it_came()
    {
        var combiner = new RequestBatcher<int, int>(Squares, most: 3, Task.Factory);
        var asked = new List<Task<int>> { combiner.Ask(1) };
        await _first.Task;
        for (var n = 2; n <= 5; n++) asked.Add(combiner.Ask(n));
        _go.SetResult();

        var answers = await Task.WhenAll(asked);
        Assert.Equal([1, 4, 9, 16, 25], answers);
        Assert.Equal([[1], [2, 3, 4], [5]], _batches);
    }

    [Theory, InlineData(0), InlineData(3), InlineData(7), InlineData(8)]
    public async Task An_error_about_one_question_reaches_it_alone(int bad)
    {
        var (tries, first, go) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        var combiner = new RequestBatcher<int, int>(
            async numbers =>
            {
                tries++;
                first.TrySetResult();
                await go.Task;
                return numbers.Contains(bad) ? throw new ArgumentException("no such number") : [.. numbers.Select(n => n * n)];
            },
            most: 100, Task.Factory,
            e => e is ArgumentException);
        var before = combiner.Ask(-1);
        await first.Task;
        var asked = Enumerable.Range(0, 9).ToDictionary(n => n, combiner.Ask);
        go.SetResult();

        await before;
        foreach (var (n, answer) in asked)
        {
            if (n == bad) await Assert.ThrowsAsync<ArgumentException>(() => answer);
            else Assert.Equal(n * n, await answer);
        }

        // In halves, not one by one.
        Assert.InRange(tries, 2, 10);
    }

    [Fact]
    public async Task A_single_question_waits_for_nobody()
    {
        var combiner = new RequestBatcher<int, int>(n => Task.FromResult<IReadOnlyList<int>>([.. n]), most: 1000, Task.Factory);
        Assert.Equal(7, await combiner.Ask(7));
        Assert.Equal(8, await combiner.Ask(8));
    }

    [Fact]
    public async Task An_error_reaches_everybody_in_its_batch_and_nobody_else()
    {
        var (batch, first, go) = (0, new TaskCompletionSource(), new TaskCompletionSource());
        var combiner = new RequestBatcher<int, int>(
            async numbers =>
            {
                var number = ++batch;
                first.TrySetResult();
                await go.Task;
                return number == 2 ? throw new IOException("down") : [.. numbers];
            },
            most: 2, Task.Factory);
        var before = combiner.Ask(1);
        await first.Task;
        Task<int>[] failing = [combiner.Ask(2), combiner.Ask(3)];
        var after = combiner.Ask(4);
        go.SetResult();

        Assert.Equal(1, await before);
        foreach (var task in failing) Assert.Equal("down", (await Assert.ThrowsAsync<IOException>(() => task)).Message);
        Assert.Equal(4, await after);
        Assert.Equal(2, await combiner.Ask(2));
    }

    [Fact]
    public async Task Too_few_answers_leave_nobody_waiting()
    {
        var combiner = new RequestBatcher<int, int>(_ => Task.FromResult<IReadOnlyList<int>>([]), most: 2, Task.Factory);
        await Assert.ThrowsAnyAsync<Exception>(() => combiner.Ask(1)).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Many_askers_at_once_get_their_own_answers_in_batches_no_larger_than_allowed()
    {
        var (largest, atOnce, most) = (0, 0, 0);
        var combiner = new RequestBatcher<int, int>(
            async numbers =>
            {
                most = Math.Max(most, Interlocked.Increment(ref atOnce));
                largest = Math.Max(largest, numbers.Count);
                await Task.Yield();
                Interlocked.Decrement(ref atOnce);
                return [.. numbers.Select(n => -n)];
            },
            most: 64, Task.Factory);

        var answers = await Task.WhenAll(Enumerable.Range(0, 20_000).AsParallel().AsOrdered().Select(combiner.Ask));

        Assert.Equal(Enumerable.Range(0, 20_000).Select(n => -n), answers);
        Assert.Equal((1, true), (most, largest is > 1 and <= 64));
    }
}
