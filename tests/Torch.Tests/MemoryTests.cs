using Grid.Compute;
using TorchSharp;

namespace Grid.Torch.Tests;

public sealed class MemoryTests
{
    /// <summary>On a thread of its own, since libtorch counts by thread.</summary>
    static void Alone(Action test)
    {
        Exception? failure = null;
        _ = Pair.Torch;
        var thread = new Thread(() => failure = Record.Exception(test));
        thread.Start();
        thread.Join();
        Assert.Null(failure);
    }

    [Fact]
    public void A_scope_frees_all_that_was_made_in_it_and_operators_leave_nothing_behind() => Alone(() =>
    {
        using var device = Pair.Another();
        // The first time fills the store that memory is lent from.
        Work();
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var before = torch.Tensor.TotalCount;
        Work();
        Assert.Equal(before, torch.Tensor.TotalCount);

        void Work()
        {
            using var scope = device.Scope();
            var tape = new Tape(device);
            var (x, w, b) =
                (Tape.Watch(device.Full([4, 1, 8, 8], 0.5f)), Tape.Watch(device.Full([3, 1, 3, 3], 0.1f)), Tape.Watch(device.Zeros([3])));
            var y = tape.ConvReluPool(x, w, b);
            var positions = Tape.Watch(device.Zeros([4, 2, 8, 8]));
            var moved = tape.GridSample(x, positions);
            tape.Gradients(tape.SumRows(y), [x, w, b]);
            tape.Gradients(moved, [positions]);
            device.AdamInto(w.Value, device.Zeros(w.Shape), device.Zeros(w.Shape), device.Zeros(w.Shape), 1, new(0.1f, 0.9f, 0.99f, 1e-8f));
            device.MedianFilter(x.Value, 3);
        }
    });

    [Fact]
    public void What_a_scope_keeps_outlives_it_and_what_it_freed_is_refused()
    {
        using var device = Pair.Another();
        Tensor kept, freed;
        using (var scope = device.Scope())
        {
            (kept, freed) = (scope.Keep(device.Full([2], 3)), device.Zeros([2]));
        }

        Assert.Equal([3, 3], kept.ToArray());
        Assert.Throws<ObjectDisposedException>(() => freed.ToArray());
        kept.Dispose();
    }
}
