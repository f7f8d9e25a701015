using Grid.Lab.Models;

namespace Grid.Lab.Tests.Models;

public sealed class ModelStoreTests : IDisposable
{
    readonly TemporaryFolder _folder = new();
    int _trainings;

    public void Dispose() => _folder.Dispose();

    IReadOnlyList<NamedTensor> Train()
    {
        var number = Interlocked.Increment(ref _trainings);
        return [new("w", [2], [number, 0.1f])];
    }

    ModelStore Store(bool onDisk) => new(onDisk ? _folder["models"] : null);

    [Theory, InlineData(false), InlineData(true)]
    public void A_model_is_trained_once(bool onDisk)
    {
        var store = Store(onDisk);
        Assert.False(store.Has("a"));
        Assert.Equal([1, 0.1f], store.Get("a", Train)[0].Values);
        Assert.Equal([1, 0.1f], store.Get("a", Train)[0].Values);
        Assert.True(store.Has("a"));
        Assert.False(store.Has("b"));
        Assert.Equal([2, 0.1f], store.Get("b", Train)[0].Values);
        Assert.Equal(2, _trainings);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Who_asks_while_it_is_trained_waits_for_it(bool onDisk)
    {
        var store = Store(onDisk);
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var first = Task.Factory.StartNew(() => store.Get("a", Slowly), TaskCreationOptions.LongRunning);
        begun.Wait();
        var others = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(() => store.Get("a", Train), TaskCreationOptions.LongRunning)).ToArray();
        go.Set();

        Assert.All(await Task.WhenAll([first, .. others]), model => Assert.Equal([1, 0.1f], model[0].Values));
        Assert.Equal(1, _trainings);

        IReadOnlyList<NamedTensor> Slowly()
        {
            begun.Set();
            go.Wait();
            return Train();
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Who_waits_for_a_training_that_is_stopped_trains_it(bool onDisk)
    {
        var store = Store(onDisk);
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var stopped = Task.Factory.StartNew(() => store.Get("a", Stopped), TaskCreationOptions.LongRunning);
        begun.Wait();
        var waiting = new Thread(() => store.Get("a", Train));
        waiting.Start();
        SpinWait.SpinUntil(() => waiting.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        go.Set();

        await Assert.ThrowsAsync<OperationCanceledException>(() => stopped);
        waiting.Join();
        Assert.Equal([1, 0.1f], store.Get("a", Train)[0].Values);
        Assert.Equal(1, _trainings);

        IReadOnlyList<NamedTensor> Stopped()
        {
            begun.Set();
            go.Wait();
            throw new OperationCanceledException();
        }
    }

    [Fact]
    public void Another_run_finds_the_model_on_disk()
    {
        Store(onDisk: true).Get("a", Train);
        Assert.Equal([1, 0.1f], Store(onDisk: true).Get("a", Train)[0].Values);
        Assert.Equal(1, _trainings);
        Assert.Equal([Path.Combine("models", "a.safetensors")], _folder.Files);
    }

    [Fact]
    public void A_damaged_model_is_trained_anew_and_replaced()
    {
        Store(onDisk: true).Get("a", Train);
        _folder.Write(Path.Combine("models", "a.safetensors"), [1, 2, 3]);

        Assert.Equal([2, 0.1f], Store(onDisk: true).Get("a", Train)[0].Values);
        Assert.Equal([2, 0.1f], Store(onDisk: true).Get("a", Train)[0].Values);
        Assert.Equal(2, _trainings);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_failed_training_is_forgotten(bool onDisk)
    {
        var store = Store(onDisk);
        Assert.Throws<LabException>(() => store.Get("a", () => throw new LabException("the loss is not a number")));
        Assert.False(store.Has("a"));
        Assert.Equal([1, 0.1f], store.Get("a", Train)[0].Values);
    }
}
