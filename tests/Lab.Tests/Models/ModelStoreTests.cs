using Grid.Lab.Models;
using Grid.Lab.Models.Storage;

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
        Assert.Equal([1, 0.1f], store.Get("a", Train, default)[0].Values);
        Assert.Equal([1, 0.1f], store.Get("a", Train, default)[0].Values);
        Assert.True(store.Has("a"));
        Assert.False(store.Has("b"));
        Assert.Equal([2, 0.1f], store.Get("b", Train, default)[0].Values);
        Assert.Equal(2, _trainings);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Who_asks_while_it_is_trained_waits_for_it(bool onDisk)
    {
        var store = Store(onDisk);
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        var first = Task.Factory.StartNew(() => store.Get("a", Slowly, default), TaskCreationOptions.LongRunning);
        begun.Wait();
        var others = Enumerable.Range(0, 3)
            .Select(_ => Task.Factory.StartNew(() => store.Get("a", Train, default), TaskCreationOptions.LongRunning))
            .ToArray();
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
        var stopped = Task.Factory.StartNew(() => store.Get("a", Stopped, default), TaskCreationOptions.LongRunning);
        begun.Wait();
        var waiting = new Thread(() => store.Get("a", Train, default));
        waiting.Start();
        SpinWait.SpinUntil(() => waiting.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        go.Set();

        await Assert.ThrowsAsync<OperationCanceledException>(() => stopped);
        waiting.Join();
        Assert.Equal([1, 0.1f], store.Get("a", Train, default)[0].Values);
        Assert.Equal(1, _trainings);

        IReadOnlyList<NamedTensor> Stopped()
        {
            begun.Set();
            go.Wait();
            throw new OperationCanceledException();
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Who_waits_for_it_and_is_told_to_stop_stops_and_the_training_goes_on(bool onDisk)
    {
        var store = Store(onDisk);
        using var begun = new ManualResetEventSlim();
        using var go = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        var first = Task.Factory.StartNew(() => store.Get("a", Slowly, default), TaskCreationOptions.LongRunning);
        begun.Wait();
        var waiting = Task.Factory.StartNew(() => store.Get("a", Train, stop.Token), TaskCreationOptions.LongRunning);
        var patient = Task.Factory.StartNew(() => store.Get("a", Train, default), TaskCreationOptions.LongRunning);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        Assert.False(first.IsCompleted);
        go.Set();
        Assert.All(await Task.WhenAll(first, patient), model => Assert.Equal([1, 0.1f], model[0].Values));
        Assert.Equal(1, _trainings);

        IReadOnlyList<NamedTensor> Slowly()
        {
            begun.Set();
            go.Wait();
            return Train();
        }
    }

    [Fact]
    public void Another_run_finds_the_model_on_disk()
    {
        Store(onDisk: true).Get("a", Train, default);
        Assert.Equal([1, 0.1f], Store(onDisk: true).Get("a", Train, default)[0].Values);
        Assert.Equal(1, _trainings);
        Assert.Equal([Path.Combine("models", "a.safetensors")], _folder.Files);
    }

    /// <summary>What may become of a file; the last two are sound, and not what was looked for.</summary>
    public static TheoryData<string> Damages =>
        ["cut short", "empty", "zeroed", "one bit turned", "overwritten", "of another key", "of another program"];

    [Theory, MemberData(nameof(Damages))]
    public void A_damaged_model_is_noticed_told_of_trained_anew_and_replaced(string damage)
    {
        Store(onDisk: true).Get("a", Train, default);
        var file = _folder[Path.Combine("models", "a.safetensors")];
        File.WriteAllBytes(file, Damaged(File.ReadAllBytes(file), damage));
        var told = new List<string>();

        Assert.Equal([2, 0.1f], new ModelStore(_folder["models"], tell: told.Add).Get("a", Train, default)[0].Values);
        Assert.StartsWith(file, Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal([2, 0.1f], new ModelStore(_folder["models"], tell: told.Add).Get("a", Train, default)[0].Values);
        Assert.Equal((2, 1), (_trainings, told.Count));
    }

    [Theory, MemberData(nameof(Damages))]
    public void A_damaged_shared_model_is_noticed_told_of_trained_anew_and_replaced(string damage)
    {
        var (shelf, told) = (new Shelf(), new List<string>());
        new ModelStore(null, shelf: shelf).Get("a", Train, default);
        shelf.Models["a"] = Damaged(shelf.Models["a"], damage);

        Assert.Equal([2, 0.1f], new ModelStore(null, shelf: shelf, tell: told.Add).Get("a", Train, default)[0].Values);
        Assert.StartsWith("the shared model a", Assert.Single(told), StringComparison.Ordinal);
        Assert.Equal([2, 0.1f], new ModelStore(null, shelf: shelf, tell: told.Add).Get("a", Train, default)[0].Values);
        Assert.Equal((2, 1), (_trainings, told.Count));
    }

    [Fact]
    public void Wherever_a_bit_turns_no_other_number_is_taken()
    {
        Store(onDisk: true).Get("a", Train, default);
        var file = _folder[Path.Combine("models", "a.safetensors")];
        var whole = File.ReadAllBytes(file);
        for (var bit = 0; bit < 8 * whole.Length; bit += 3)
        {
            byte[] turned = [.. whole];
            turned[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(file, turned);
            Assert.Contains(Store(onDisk: true).Get("a", () => [new("w", [2], [-1, 0.1f])], default)[0].Values[0], new[] { 1f, -1f });
        }
    }

    static byte[] Damaged(byte[] file, string damage)
    {
        switch (damage)
        {
            case "cut short":
                return file[..^1];
            case "empty":
                return [];
            case "zeroed":
                file.AsSpan()[^8..].Clear();
                return file;
            case "one bit turned":
                file[^1] ^= 1;
                return file;
            case "overwritten":
                return [1, 2, 3];
            case "of another key":
                var other = new Shelf();
                new ModelStore(null, shelf: other).Get("b", () => [new("w", [2], [1, 0.1f])], default);
                return other.Models["b"];
            default:
                using (var foreign = new MemoryStream())
                {
                    Safetensors.Write(foreign, [new("w", [2], [1, 0.1f])]);
                    return foreign.ToArray();
                }
        }
    }

    [Theory, InlineData(false), InlineData(true)]
    public void A_failed_training_is_forgotten(bool onDisk)
    {
        var store = Store(onDisk);
        Assert.Throws<LabException>(() => store.Get("a", () => throw new LabException("the loss is not a number"), default));
        Assert.False(store.Has("a"));
        Assert.Equal([1, 0.1f], store.Get("a", Train, default)[0].Values);
    }

    [Fact]
    public void Above_its_limit_the_folder_loses_what_was_used_longest_ago()
    {
        var clock = new Minutes();
        var size = Size();
        var store = new ModelStore(_folder["models"], 3 * size, clock: clock);
        foreach (var key in new[] { "a", "b", "c", "a", "d" }) store.Get(key, Train, default);

        Assert.Equal([true, false, true, true], new[] { "a", "b", "c", "d" }.Select(store.Has));
        store.Get("e", Train, default);
        Assert.Equal([true, false, true, true], new[] { "a", "c", "d", "e" }.Select(store.Has));
    }

    [Fact]
    public void A_model_in_use_stays_even_if_the_folder_is_too_small_for_it()
    {
        var store = new ModelStore(_folder["models"], Size() - 1, clock: new Minutes());
        store.Get("outer", () =>
        {
            // Both are asked for while the inner one is written.
            store.Get("inner", Train, default);
            Assert.True(store.Has("inner"));
            return Train();
        }, default);
        Assert.True(File.Exists(_folder[Path.Combine("models", "outer.safetensors")]));
        Assert.False(File.Exists(_folder[Path.Combine("models", "inner.safetensors")]));
    }

    [Theory, InlineData(false), InlineData(true)]
    public void What_one_machine_trained_another_takes_from_the_shelf(bool onDisk)
    {
        var shelf = new Shelf();
        new ModelStore(null, shelf: shelf).Get("a", Train, default);
        var other = new ModelStore(onDisk ? _folder["models"] : null, shelf: shelf);
        Assert.Equal([1, 0.1f], other.Get("a", Train, default)[0].Values);
        Assert.Equal([1, 0.1f], other.Get("a", Train, default)[0].Values);
        Assert.Equal((1, 2, 1), (_trainings, shelf.Asked, shelf.Models.Count));
    }

    [Fact]
    public void A_shelf_that_fails_or_holds_rubbish_costs_a_training_at_most()
    {
        Assert.Equal([1, 0.1f], new ModelStore(null, shelf: new Shelf { Broken = true }).Get("a", Train, default)[0].Values);
        Assert.Equal([2, 0.1f],
            new ModelStore(null, shelf: new Shelf { Models = { ["a"] = [1, 2, 3] } }).Get("a", Train, default)[0].Values);
    }

    [Fact]
    public void A_model_above_64_MB_is_not_shared()
    {
        var shelf = new Shelf();
        var store = new ModelStore(null, shelf: shelf);
        store.Get("large", () => [new("w", [(16 << 20) + 1], new float[(16 << 20) + 1])], default);
        store.Get("fits", () => [new("w", [16 << 20], new float[16 << 20])], default);
        Assert.Equal(["fits"], shelf.Models.Keys);
    }

    // Of the file of what Train gives.
    long Size()
    {
        new ModelStore(_folder["size"]).Get("a", Train, default);
        return new FileInfo(_folder[Path.Combine("size", "a.safetensors")]).Length;
    }

    /// <summary>A minute passes each time it is looked at.</summary>
    sealed class Minutes : TimeProvider
    {
        DateTimeOffset _now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => _now = _now.AddMinutes(1);
    }

    sealed class Shelf : ISharedModelStore
    {
        public Dictionary<string, byte[]> Models { get; } = [];

        public bool Broken { get; init; }

        public int Asked { get; private set; }

        public byte[]? Find(string key)
        {
            Asked++;
            return Broken ? throw new IOException("gone") : Models.GetValueOrDefault(key);
        }

        public void Keep(string key, byte[] bytes)
        {
            if (Broken) throw new IOException("gone");
            Models[key] = bytes;
        }
    }
}
