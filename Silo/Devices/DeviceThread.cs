using System.Collections.Concurrent;
using Grid.Compute;

namespace Grid.Silo.Devices;

/// <summary>A device and the one thread that ever touches it.</summary>
interface IDeviceThread : IDisposable
{
    /// <summary>
    /// The networks that the device trains as one, known once it is open; fails with the reason where it cannot be opened. Then nothing
    /// runs on it.
    /// </summary>
    Task<int> Replicas { get; }

    /// <summary>Runs something on the device; its exception is the task's.</summary>
    Task Run(Action<Device> work);
}

/// <summary>
/// A device and the one thread that ever touches it: libraries behind devices keep their state per thread, and no thread of the pool that
/// grains and heartbeats need is ever taken up by a cell.
/// </summary>
sealed class DeviceThread : IDeviceThread
{
    readonly BlockingCollection<Action<Device>> _work = new(boundedCapacity: 16);
    readonly TaskCompletionSource<int> _replicas = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Thread _thread;

    /// <param name="name">For debuggers.</param>
    /// <param name="open">Makes the device, on its thread.</param>
    public DeviceThread(string name, Func<Device> open)
    {
        _thread = new(() => Loop(open)) { Name = name, IsBackground = true };
        _thread.Start();
    }

    public Task<int> Replicas => _replicas.Task;

    public Task Run(Action<Device> work)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(device =>
        {
            try
            {
                work(device);
                done.SetResult();
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        return done.Task;
    }

    /// <summary>Ends after the work it has.</summary>
    public void Dispose() => _work.CompleteAdding();

    void Loop(Func<Device> open)
    {
        Device device;
        try
        {
            device = open();
        }
        catch (Exception e)
        {
            // As when the card has no room for one more: the other slots, and the process, go on.
            _replicas.SetException(e);
            return;
        }

        using (device)
        {
            _replicas.SetResult(device.Replicas);
            foreach (var work in _work.GetConsumingEnumerable()) work(device);
        }

        _work.Dispose();
    }
}
