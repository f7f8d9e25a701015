using System.Collections.Concurrent;
using Grid.Compute;

namespace Grid.Silo.Devices;

/// <summary>A device and the one thread that ever touches it.</summary>
interface IDeviceThread : IDisposable
{
    /// <summary>
    /// How many networks the device trains as one, which is known once it is open. Fails with the reason if the device cannot be opened,
    /// and then nothing runs on it.
    /// </summary>
    Task<int> Replicas { get; }

    /// <summary>Runs something on the device. If it throws, the task fails with that exception.</summary>
    Task Run(Action<Device> work);
}

/// <summary>
/// A device and the one thread that ever touches it. Libraries behind devices keep state in each thread, and cells must not take threads
/// from the pool, which grains and heartbeats need.
/// </summary>
sealed class DeviceThread : IDeviceThread
{
    readonly BlockingCollection<Action<Device>> _work = new(boundedCapacity: 16);
    readonly TaskCompletionSource<int> _replicas = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Thread _thread;

    /// <param name="name">Name of the thread, for debuggers.</param>
    /// <param name="open">Makes the device; it runs on the thread.</param>
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

    /// <summary>Ends the thread after the work that it has.</summary>
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
            // The GPU may have no room for one more. The other slots, and the process, go on.
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
