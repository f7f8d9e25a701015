using Grid.Compute.Cpu;
using Grid.Compute.Cpu.Scheduling;

namespace Grid.Compute.Tests.Cpu.Memory;

public sealed class MemoryTests
{
    [Fact]
    public void A_scope_gives_back_all_it_holds_but_what_is_kept()
    {
        var device = new CpuDevice();
        Tensor kept;
        using (var outer = device.Scope())
        {
            using (var inner = device.Scope())
            {
                device.Zeros([100]);
                kept = outer.Keep(inner.Keep(device.Full([7], 3)));
                Assert.Equal(2, device.Pool.Outstanding);
            }

            Assert.Equal(1, device.Pool.Outstanding);
            device.Zeros([5]);
        }

        Assert.Equal(1, device.Pool.Outstanding);
        Assert.Equal(3, kept.ToArray()[6]);
        kept.Dispose();
        Assert.Equal(0, device.Pool.Outstanding);
    }

    [Fact]
    public void Bytes_taken_are_the_most_held_at_a_time_without_views_and_what_was_there_before()
    {
        var device = new CpuDevice();
        using var outer = device.Scope();
        device.Zeros([1 << 20]);
        var around = device.BytesTaken(() =>
        {
            var taken = device.BytesTaken(() =>
            {
                using (device.Scope()) device.Reshape(device.Zeros([1 << 18]), [1 << 9, 1 << 9]);
                using (device.Scope()) device.Zeros([1 << 16]);
            });
            Assert.InRange(taken, 1 << 20, (1 << 20) + 1000);
            Assert.InRange(device.BytesTaken(() => device.Zeros([1 << 10])), 1 << 12, (1 << 12) + 1000);
        });
        Assert.InRange(around, 1 << 20, (1 << 20) + 1000);
    }

    [Fact]
    public void A_tensor_disposed_twice_gives_its_memory_back_once()
    {
        var device = new CpuDevice();
        var a = device.Zeros([10]);
        a.Dispose();
        a.Dispose();
        Assert.Equal(0, device.Pool.Outstanding);
        var (b, c) = (device.Full([10], 1), device.Full([10], 2));
        Assert.Equal(1, b.ToArray()[0]);
        Assert.Equal(2, c.ToArray()[0]);
    }

    [Fact]
    public void Use_after_disposal_throws_for_tensors_and_for_views_of_them()
    {
        var device = new CpuDevice();
        var a = device.Zeros([2, 3]);
        var view = device.Reshape(a, [6]);
        var viewOfView = device.Reshape(view, [3, 2]);
        view.Dispose();
        Assert.Throws<ObjectDisposedException>(() => view.ToArray());
        Assert.Equal(6, viewOfView.ToArray().Length);
        a.Dispose();
        Assert.Throws<ObjectDisposedException>(() => a.ToArray());
        Assert.Throws<ObjectDisposedException>(() => viewOfView.ToArray());
        Assert.Throws<ObjectDisposedException>(() => device.Affine(a, 1, 0));
    }

    [Fact]
    public void Tensors_of_another_device_and_shapes_that_do_not_fit_are_refused()
    {
        var (device, other) = (new CpuDevice(), new CpuDevice());
        using var scope = device.Scope();
        var a = device.Zeros([2, 3]);
        Assert.Throws<ArgumentException>(() => other.Affine(a, 1, 0));
        Assert.Throws<ArgumentException>(() => device.MatMul(a, a));
        Assert.Throws<ArgumentException>(() => device.Combine(Binary.Add, a, device.Zeros([3, 2])));
        Assert.Throws<ArgumentException>(() => device.Conv(device.Zeros([1, 1, 2, 2]), device.Zeros([1, 1, 3, 3]), 0));
        Assert.Throws<ArgumentException>(() => device.Reshape(a, [7]));
    }

    [Fact]
    public void Size_classes_hold_what_is_asked_for_in_whole_lines()
    {
        for (var count = 0; count < 5000; count++)
        {
            var capacity = BufferPool.Capacity(BufferPool.SizeClass(count));
            Assert.True(capacity >= count && capacity % 16 == 0, $"{count}: {capacity}");
            Assert.True(count <= 64 || capacity <= count * 1.25 + 16, $"{count}: {capacity}");
        }
    }

    [Fact]
    public void Training_allocates_no_buffers_in_the_steady_state_and_leaks_none()
    {
        var device = new CpuDevice();
        using var outer = device.Scope();
        var (x, labels) = (device.Full([64, 1, 12, 12], 0.5f), device.Zeros([64]));
        Tensor[] parameters =
        [
            device.Full([16, 1, 3, 3], 0.1f), device.Zeros([16]), device.Full([32, 16, 3, 3], 0.01f), device.Zeros([32]),
            device.Full([10, 288], 0.01f), device.Zeros([10]),
        ];
        var moments = parameters.Select(p => (device.Zeros(p.Shape), device.Zeros(p.Shape))).ToArray();
        for (var step = 1; step <= 3; step++) Step(step);
        var (held, before) = (device.Pool.Outstanding, GC.GetAllocatedBytesForCurrentThread());
        for (var step = 4; step < 14; step++) Step(step);
        var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 10;
        Assert.Equal(held, device.Pool.Outstanding);
        // Some forty tensors and closures of a tape remain, at about a hundred bytes; the numbers they hold are a megabyte.
        Assert.True(bytes < 10_000, $"{bytes} bytes a step");

        void Step(int step)
        {
            using var scope = device.Scope();
            var tape = new Tape(device);
            var p = Array.ConvertAll(parameters, Tape.Watch);
            var h = tape.ConvReluPool(tape.ConvReluPool(Tape.Constant(x), p[0], p[1]), p[2], p[3]);
            var loss = tape.CrossEntropy(tape.Linear(tape.Reshape(h, [64, 288]), p[4], p[5]), labels);
            var gradients = tape.Gradients(loss, p);
            for (var i = 0; i < p.Length; i++)
                device.AdamInto(parameters[i], gradients[i], moments[i].Item1, moments[i].Item2, step, new(1e-3f, 0.9f, 0.999f, 1e-8f));
        }
    }
}
